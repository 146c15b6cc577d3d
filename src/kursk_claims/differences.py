"""A difference in words and as data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from kursk_claims.compare import Cell, Difference, Side, open_side
from kursk_claims.findings import printable
from kursk_claims.manifest import VERSION
from kursk_claims.releases import find_release
from kursk_claims.workspace import Workspace, WorkspaceError

FORMATS = ["text", "json", "markdown", "parquet"]
SHOWN = 200


def resolve(workspace: Workspace, name: str) -> Side:
    """The release or folder that a name means. Raises `ManifestError` or `WorkspaceError`."""
    if VERSION.fullmatch(name) and not Path(name).is_dir():
        found = find_release(workspace.builds, name)
        assert found is not None
        return open_side(found[0], name)
    if not Path(name).is_dir():
        raise WorkspaceError(f"{name} is neither a version such as 1.0.0 nor a folder")
    return open_side(Path(name), name)


def render(difference: Difference, form: str) -> str:
    """The difference as text, JSON or Markdown."""
    if form == "json":
        body = {
            "step": difference.step,
            "changes": [asdict(change) for change in difference.changes],
            "rows": difference.rows,
            "cells": [asdict(cell) for cell in difference.cells],
        }
        return json.dumps(body, ensure_ascii=False, indent=2)
    return "\n".join(printable(line) for line in (_markdown if form == "markdown" else _text)(difference))


def write_parquet(difference: Difference) -> bytes:
    """The cells that differ as a Parquet file: table, change, key, column, old, new."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ["table", "change", "key", "column", "old", "new"]
    schema = pa.schema([(name, pa.string()) for name in names])
    out = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist([asdict(cell) for cell in difference.cells], schema), out, compression="zstd")
    return bytes(out.getvalue())


def _text(difference: Difference) -> Iterator[str]:
    for change in difference.changes:
        yield f"{change.level:<6} {change.table}: {change.what}"
    for cell in difference.cells[:SHOWN]:
        yield f"  {cell.change:<8} {cell.table} {cell.key}{_became(cell)}"
    if len(difference.cells) > SHOWN:
        yield f"  and {len(difference.cells) - SHOWN} more; all of them with --format json or parquet"
    yield f"step: {difference.step}"


def _markdown(difference: Difference) -> Iterator[str]:
    for title, kinds in (("Added", ("added",)), ("Changed", ("changed",)), ("Removed", ("removed",))):
        cells = [cell for cell in difference.cells if cell.change in kinds]
        words = [
            change for change in difference.changes if any(kind in change.what for kind in kinds) and "rows" not in change.what
        ]
        if not cells and not words:
            continue
        yield f"#### {title}\n"
        for change in words:
            yield f"- `{change.table}`: {change.what}"
        for cell in cells[:SHOWN]:
            yield f"- `{cell.table}` `{cell.key}`{_became(cell)}"
        if len(cells) > SHOWN:
            yield f"- and {len(cells) - SHOWN} more"
        yield ""
    yield f"Step: {difference.step}"


def _became(cell: Cell) -> str:
    return "" if cell.change != "changed" else f": {cell.column} was {_value(cell.old)}, is {_value(cell.new)}"


def _value(value: str | None) -> str:
    return "empty" if value is None else f"“{value}”"
