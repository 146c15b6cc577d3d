"""Render a difference as text, JSON, Markdown or Parquet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, fields
from itertools import groupby
from pathlib import Path

from kursk_claims.errors import WorkspaceError
from kursk_claims.escaping import code_span, dump_json, escape_markdown, escape_unprintable
from kursk_claims.release.contract_diff import Change
from kursk_claims.release.diff import CellChange, Difference, Snapshot, open_snapshot
from kursk_claims.release.lookup import find_release, list_release_folders, looks_like_version, name_release
from kursk_claims.workspace import Workspace

MAX_LISTED_ROWS = 200
ROW_COUNT = re.compile("[0-9]+ rows? (added|removed|changed)")  # Markdown lists the rows themselves


def resolve_snapshot(workspace: Workspace, name: str) -> Snapshot:
    """Open the release or folder with this name. Raises `ManifestError` or `WorkspaceError`."""
    if Path(name).is_dir():
        return open_snapshot(Path(name), name)
    if not looks_like_version(name):
        raise WorkspaceError(f"{name} is neither a version such as 1.0.0 nor a folder")
    release = find_release(list_release_folders(workspace), name)
    assert release is not None
    return open_snapshot(release[0], name_release(workspace, *release))


def render_difference(difference: Difference, format: str) -> str:
    """Render the difference as text, JSON or Markdown."""
    if format == "json":
        return dump_json({"step": difference.step} | asdict(difference), indent=2)
    lines = _markdown_lines(difference) if format == "markdown" else _text_lines(difference)
    return "\n".join(escape_unprintable(line) for line in lines)


def difference_to_parquet(difference: Difference) -> bytes:
    """Return the changed cells as a Parquet file with the columns of `CellChange`, all of them text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(field.name, pa.string()) for field in fields(CellChange)])
    out = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist([asdict(cell) for cell in difference.cells], schema), out, compression="zstd")
    return bytes(out.getvalue())


def _text_lines(difference: Difference) -> Iterator[str]:
    for change in difference.changes:
        yield f"{change.level:<6} {change.table}: {change.what}"
    rows = _rows(difference.cells)
    for (kind, table, key), cells in rows[:MAX_LISTED_ROWS]:
        words = "; ".join(f"{cell.column} was {_quote(cell.old)}, is {_quote(cell.new)}" for cell in cells if cell.column)
        yield f"  {kind:<8} {table} {key}{words and ': '}{words}"
    if len(rows) > MAX_LISTED_ROWS:
        yield f"  and {len(rows) - MAX_LISTED_ROWS} more; --format json or parquet lists all"
    yield f"step: {difference.step}"


def _markdown_lines(difference: Difference) -> Iterator[str]:
    listed = [change for change in difference.changes if not ROW_COUNT.fullmatch(change.what)]
    for kind in ("added", "changed", "removed"):
        rows = _rows([cell for cell in difference.cells if cell.change == kind])
        changes = [change for change in listed if _kind(change) == kind]
        if not rows and not changes:
            continue
        yield f"#### {kind.capitalize()}"
        yield ""
        for change in changes:
            yield f"- {code_span(change.table)}: {escape_markdown(change.what)}"
        for (_, table, key), cells in rows[:MAX_LISTED_ROWS]:
            words = "; ".join(_markdown_change(cell) for cell in cells if cell.column)
            yield f"- {code_span(table)} {code_span(key)}{words and ': '}{words}"
        if len(rows) > MAX_LISTED_ROWS:
            yield f"- and {len(rows) - MAX_LISTED_ROWS} more"
        yield ""
    yield f"Step: {difference.step}"


def _kind(change: Change) -> str:
    return next((kind for kind in ("added", "removed") if f" {kind}" in change.what), "changed")


def _rows(cells: list[CellChange]) -> list[tuple[tuple[str, str, str], list[CellChange]]]:
    """Return kind of change, table and key of each row that differs, with its cells."""
    return [(row, list(group)) for row, group in groupby(cells, lambda cell: (cell.change, cell.table, cell.key))]


def _markdown_change(cell: CellChange) -> str:
    return f"{code_span(cell.column)} was {escape_markdown(_quote(cell.old))}, is {escape_markdown(_quote(cell.new))}"


def _quote(value: str | None) -> str:
    return "empty" if value is None else f"“{value}”"
