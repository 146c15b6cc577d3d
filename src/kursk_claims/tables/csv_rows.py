"""Rows of a CSV file that were read strictly, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kursk_claims.contract.arrow import build_arrow_schema
from kursk_claims.contract.model import Table
from kursk_claims.report.model import Finding
from kursk_claims.report.values import format_value
from kursk_claims.tables.cells import parse_cell
from kursk_claims.tables.csv_syntax import UNCLOSED_QUOTE, CsvSyntaxError, split_line
from kursk_claims.tables.text_hygiene import find_text_fault

if TYPE_CHECKING:
    import polars as pl
    import pyarrow

    from kursk_claims.tables.batch import Batch


@dataclass
class CsvRows:
    """One table as it was read.

    `rows` hold the cells' values by the contract (None where a cell is empty or could not be read), `numbers` each row's
    line and `starts` the characters, counted from 1, at which its cells begin. `complete` is false when a row, or the
    whole table, could not be read.
    """

    table: Table
    file: str
    rows: list[list[Any]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    starts: list[list[int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    complete: bool = True

    def arrow(self) -> pyarrow.Table:
        """The rows as an Arrow table with the contract's schema, in the order of the file."""
        import pyarrow as pa

        schema = build_arrow_schema(self.table)
        nullable = pa.schema([each.with_nullable(True) for each in schema], schema.metadata)
        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(schema)
        return pa.table([pa.array(values, each.type) for values, each in zip(columns, schema, strict=True)], nullable)

    def dicts(self) -> list[dict[str, Any]]:
        """The rows with their column names."""
        return [dict(zip(self.table.column_names, row, strict=True)) for row in self.rows]

    def position(self, row: int, column: str) -> int:
        """The character, counted from 1, at which a cell begins in its line."""
        return self.starts[row][self.table.column_names.index(column)]

    def key(self, row: int) -> str:
        names = self.table.column_names
        return ",".join(f"{name}={format_value(self.rows[row][names.index(name)])}" for name in self.table.primary_key)

    def fault(self, rule: str, expected: str, found: str, fix: str, line: int | None = None, position: int | None = None) -> None:
        """Note what is wrong with this file at a place that is no cell."""
        self.findings.append(Finding(rule, self.file, expected, found, fix, self.table.name, line, position))


def read_rows(lines: Sequence[str], read: CsvRows, first: int = 2, stop: int | None = None) -> int:
    """Read the rows of these lines, the first of which has the given number; how many of the lines they took.

    From `stop` on, lines are looked at only to see where a row ends that broke off before.
    """
    at = 0
    while at < (len(lines) if stop is None else stop):
        at += _read_row(lines, at, first + at, read)
    return at


def _read_row(lines: Sequence[str], at: int, number: int, read: CsvRows) -> int:
    """Read the row that begins with the line at this index, which has this number; how many lines it takes."""
    width = len(read.table.columns)
    try:
        cells = split_line(lines[at])
    except CsvSyntaxError as error:
        taken = _count_broken_lines(lines[at : at + 20], width) if str(error) == UNCLOSED_QUOTE else 1
        found, fix = str(error), "Quote cells that hold a comma or a quote, and double the quotes inside them."
        if taken > 1:
            found, fix = f"a cell that goes on in line {number + taken - 1}", "Write the cell in one line."
        read.fault("quoting", "each quoted cell closed on its line", found, fix, number, error.position)
        read.complete = False
        return taken
    if not lines[at]:
        read.fault("row-length", f"{width} cells", "an empty line", "Remove the line.", number, 1)
    elif len(cells) != width:
        fix = "Give each column one cell, an empty one where there is no value; quote cells that hold a comma."
        read.fault("row-length", f"{width} cells", f"{len(cells)} cells", fix, number, 1)
        read.complete = False
    else:
        read.numbers.append(number)
        read.starts.append([start for start, _ in cells])
        read.rows.append([])
        _read_cells([cell for _, cell in cells], read)
    return 1


def _count_broken_lines(lines: Sequence[str], width: int) -> int:
    """How many of the lines a row takes whose quoted cell holds line breaks; 1 where none of them closes it."""
    for count in range(2, len(lines) + 1):
        try:
            if len(split_line("\n".join(lines[:count]))) == width:
                return count
        except CsvSyntaxError as error:
            if str(error) != UNCLOSED_QUOTE:
                return 1
    return 1


def _read_cells(cells: Sequence[str], read: CsvRows) -> None:
    row = len(read.rows) - 1
    faults = []
    for column, cell in zip(read.table.columns, cells, strict=True):
        fault = find_text_fault(cell)
        value: Any = cell or None
        if fault is None and cell:
            value, fault = parse_cell(cell, column)
        read.rows[row].append(value if fault is None or column.dtype == "String" else None)
        if fault is not None:
            faults.append((column.name, *fault))
    for name, rule, expected, found, fix in faults:
        place = (read.table.name, read.numbers[row], read.position(row, name), name, read.key(row))
        read.findings.append(Finding(rule, read.file, expected, found, fix, *place))


def batch_from_rows(read: CsvRows) -> Batch:
    """The rows that were read, and which of their cells could not be."""
    import polars as pl

    from kursk_claims.tables.batch import Batch

    batch = Batch.of(pl.DataFrame(read.arrow()))
    batch.invalid_cells = invalid_cells_of(read, {number: row for row, number in enumerate(read.numbers)})
    return batch


def invalid_cells_of(read: CsvRows, rows: dict[int, int]) -> dict[str, pl.Series]:
    """By column the rows whose cells are at fault; `rows` are those of the lines."""
    import polars as pl

    cells: dict[str, list[int]] = {}
    for each in read.findings:
        if each.column and each.line:
            cells.setdefault(each.column, []).append(rows[each.line])
    return {column: pl.Series(found, dtype=pl.UInt32) for column, found in cells.items()}
