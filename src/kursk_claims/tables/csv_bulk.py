"""Parse many CSV lines at once. The strict parser looks only at lines that are no rows or have an invalid cell."""

from __future__ import annotations

import io
from codecs import BOM_UTF8
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kursk_claims.tables.csv_reader import CONFLICT_MARKERS, MAX_ROW_LINES, parse_lines
from kursk_claims.tables.csv_rows import CsvRows
from kursk_claims.tables.csv_syntax import row_pattern

if TYPE_CHECKING:
    import polars as pl

    from kursk_claims.contract.model import Table
    from kursk_claims.tables.batch import Batch

NO_SEPARATOR = "\x1f"  # separates no cells in a text without it, so a line is read as one cell
MAX_STRICT_LINES = 20_000  # lines that the strict parser looks at, each of which has findings


class BulkRows(NamedTuple):
    """Rows, how many lines they and the lines between them take, and the line of each row, counted from 0.

    `is_complete` is false if a row could not be parsed. `line_sizes` are the bytes of each line, without its end.
    """

    batch: Batch
    line_count: int
    row_lines: pl.Series
    is_complete: bool
    line_sizes: pl.Series


def parse_many_lines(raw: bytes, following: Callable[[], Sequence[str]], rows: CsvRows, first_line: int) -> BulkRows | None:
    """Parse lines that end with LF, and add to `rows` the findings of the strict parser, in the order of the lines.

    `following` returns the lines after them, in which the last row may end. Returns None if it is not certain that polars
    parses them as the strict parser does, or if too many lines have findings; what was added to `rows` is then to be ignored.
    """
    names, separator = rows.table.column_names, rows.separator
    lines = _split_lines(raw)
    if lines is None or len(names) == 1:  # an empty line would be a row of one cell
        return None
    is_row = lines.str.contains(row_pattern(len(names), separator))
    for marker in CONFLICT_MARKERS:
        is_row &= ~lines.str.starts_with(marker)
    if len(lines) - is_row.sum() > MAX_STRICT_LINES:
        return None
    line_count, row_lines = _parse_broken_lines(lines, is_row, following, rows, first_line)
    cells = _split_cells(raw, lines, row_lines, names, separator)
    if cells is None:
        return None
    if (is_blank := _find_rows_without_values(cells)).any():
        for index in row_lines.filter(is_blank).to_list():
            parse_lines([lines[index]], rows, first_line + index)
        cells, row_lines = cells.filter(~is_blank), row_lines.filter(~is_blank)
    if rows.rows:  # in a line with empty cells at its end, for example
        return None
    batch, invalid_rows = _parse_values(cells, rows.table)
    if len(invalid_rows) > MAX_STRICT_LINES:
        return None
    rows_by_line = {first_line + row_lines[row]: row for row in invalid_rows}
    for line, row in rows_by_line.items():
        parse_lines([lines[row_lines[row]]], rows, line)
    rows.findings.sort(key=lambda finding: finding.line or 0)
    batch.findings, batch.invalid_cells = rows.findings, rows.invalid_cells(rows_by_line)
    return BulkRows(batch, line_count, row_lines, rows.is_complete, lines.str.len_bytes())


def _split_lines(raw: bytes) -> pl.Series | None:
    """Return the lines, an empty one as an empty text."""
    import polars as pl

    if NO_SEPARATOR.encode() in raw or b"\r" in raw or raw.startswith(BOM_UTF8):
        return None
    schema = {"line": pl.String}
    lines = pl.read_csv(raw, has_header=False, separator=NO_SEPARATOR, quote_char=None, schema=schema, raise_if_empty=False)
    return lines["line"].fill_null("") if lines.height == raw.count(b"\n") else None


def _parse_broken_lines(
    lines: pl.Series, is_row: pl.Series, following: Callable[[], Sequence[str]], rows: CsvRows, first_line: int
) -> tuple[int, pl.Series]:
    """Parse the lines that are not rows by themselves; returns how many lines there are, and which lines are rows.

    A row with line breaks in a cell takes the lines after it, which may be more than those given.
    """
    import polars as pl

    end = 0
    taken: list[int] = []
    for index in (~is_row).arg_true().to_list():
        if index < end:
            continue
        near = lines.slice(index, MAX_ROW_LINES).to_list()
        if len(near) < MAX_ROW_LINES:
            near += following()
        end = index + parse_lines(near, rows, first_line + index, 1)
        taken += range(index + 1, end)
    row_lines = is_row.arg_true()
    if taken:
        row_lines = row_lines.filter(~row_lines.is_in(pl.Series(taken, dtype=row_lines.dtype).implode()))
    return max(end, len(lines)), row_lines


def _split_cells(raw: bytes, lines: pl.Series, row_lines: pl.Series, names: list[str], separator: str) -> pl.DataFrame | None:
    """Return the cells of the rows as texts, null where one is empty."""
    import polars as pl

    if len(row_lines) < len(lines):
        chosen = io.BytesIO()
        lines.gather(row_lines).to_frame().write_csv(chosen, include_header=False, quote_style="never")
        raw = chosen.getvalue()
    if raw.startswith(BOM_UTF8):  # polars would leave it out
        return None
    schema = dict.fromkeys(names, pl.String)
    try:
        cells = pl.read_csv(raw, has_header=False, separator=separator, schema=schema, raise_if_empty=False)
    except pl.exceptions.PolarsError:
        return None
    return cells.with_columns(pl.when(pl.all() != "").then(pl.all())) if cells.height == len(row_lines) else None


def _find_rows_without_values(cells: pl.DataFrame) -> pl.Series:
    """Return which rows are empty cells or the header again."""
    import polars as pl

    is_empty = pl.all_horizontal(pl.all().is_null())
    is_header = pl.all_horizontal((pl.col(name) == name).fill_null(False) for name in cells.columns)
    return cells.select((is_empty | is_header).alias("is_blank"))["is_blank"]


def _parse_values(cells: pl.DataFrame, table: Table) -> tuple[Batch, list[int]]:
    """Return the rows with the contract's types, and those with an invalid cell."""
    import polars as pl

    from kursk_claims.tables.batch import Batch
    from kursk_claims.tables.cells import parse_column
    from kursk_claims.tables.text_hygiene import find_text_failures

    batch = Batch.of(pl.DataFrame([parse_column(cells[column.name], column) for column in table.columns]))
    invalid_rows = {row for failure in find_text_failures(batch, table) for row in failure.rows}
    for name in table.column_names:
        invalid_rows.update((batch.cells[name].values.is_null() & cells[name].is_not_null()).arg_true())
    return batch, sorted(invalid_rows)
