"""Render a difference as text, JSON, Markdown or Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from kursk_claims.errors import WorkspaceError
from kursk_claims.escaping import escape_unprintable
from kursk_claims.release.diff import CellChange, Difference, Snapshot, open_snapshot
from kursk_claims.release.index import find_release
from kursk_claims.release.manifest import VERSION_PATTERN
from kursk_claims.workspace import Workspace

MAX_LISTED_CELLS = 200


def resolve_snapshot(workspace: Workspace, name: str) -> Snapshot:
    """The release or folder that a name means. Raises `ManifestError` or `WorkspaceError`."""
    if VERSION_PATTERN.fullmatch(name) and not Path(name).is_dir():
        found = find_release(workspace.builds, name)
        assert found is not None
        return open_snapshot(found[0], name)
    if not Path(name).is_dir():
        raise WorkspaceError(f"{name} is neither a version such as 1.0.0 nor a folder")
    return open_snapshot(Path(name), name)


def render_difference(difference: Difference, form: str) -> str:
    """The difference as text, JSON or Markdown."""
    if form == "json":
        body = {
            "step": difference.step,
            "changes": [asdict(change) for change in difference.changes],
            "rows": difference.rows,
            "cells": [asdict(cell) for cell in difference.cells],
        }
        return json.dumps(body, ensure_ascii=False, indent=2)
    return "\n".join(escape_unprintable(line) for line in (_markdown_lines if form == "markdown" else _text_lines)(difference))


def difference_to_parquet(difference: Difference) -> bytes:
    """The cells that differ as a Parquet file: table, change, key, column, old, new."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ["table", "change", "key", "column", "old", "new"]
    schema = pa.schema([(name, pa.string()) for name in names])
    out = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist([asdict(cell) for cell in difference.cells], schema), out, compression="zstd")
    return bytes(out.getvalue())


def _text_lines(difference: Difference) -> Iterator[str]:
    for change in difference.changes:
        yield f"{change.level:<6} {change.table}: {change.what}"
    for cell in difference.cells[:MAX_LISTED_CELLS]:
        yield f"  {cell.change:<8} {cell.table} {cell.key}{_describe_change(cell)}"
    if len(difference.cells) > MAX_LISTED_CELLS:
        yield f"  and {len(difference.cells) - MAX_LISTED_CELLS} more; all of them with --format json or parquet"
    yield f"step: {difference.step}"


def _markdown_lines(difference: Difference) -> Iterator[str]:
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
        for cell in cells[:MAX_LISTED_CELLS]:
            yield f"- `{cell.table}` `{cell.key}`{_describe_change(cell)}"
        if len(cells) > MAX_LISTED_CELLS:
            yield f"- and {len(cells) - MAX_LISTED_CELLS} more"
        yield ""
    yield f"Step: {difference.step}"


def _describe_change(cell: CellChange) -> str:
    return "" if cell.change != "changed" else f": {cell.column} was {_format_cell(cell.old)}, is {_format_cell(cell.new)}"


def _format_cell(value: str | None) -> str:
    return "empty" if value is None else f"“{value}”"
