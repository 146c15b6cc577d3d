"""Rows parsed from a CSV file, with their positions and findings."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kursk_claims.contract.model import Table
from kursk_claims.report.model import Finding, Severity
from kursk_claims.report.values import format_key

if TYPE_CHECKING:
    import polars as pl

    from kursk_claims.tables.batch import Batch
    from kursk_claims.tables.cells import CellFault

FORMATTED_SUFFIXES = (".csv", ".tsv")  # of files that `format` writes


@dataclass
class CsvRows:
    """Rows parsed from a CSV file, their positions in it and the findings.

    `rows` holds values of the contract's types; None where a cell is empty or invalid. For each row, `line_numbers` has its
    line and `cell_positions` the characters at which its cells begin, all counted from 1. `is_complete` is false if a row,
    or the whole file, could not be parsed.
    """

    table: Table
    file: str
    separator: str = ","
    rows: list[list[Any]] = field(default_factory=list)
    line_numbers: list[int] = field(default_factory=list)
    cell_positions: list[list[int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    is_complete: bool = True

    @property
    def format_command(self) -> str:
        """The command that writes the file in canonical form, wherever it is; empty for a kind of file that is not written."""
        if Path(self.file).suffix.lower() not in FORMATTED_SUFFIXES:
            return ""
        option = "" if Path(self.file).stem == self.table.name else f"--table {shlex.quote(self.table.name)} "
        path = f"./{self.file}" if self.file.startswith("-") else self.file
        return f"kursk-claims format {option}{shlex.quote(path)}"

    def or_format(self, fix: str) -> str:
        """Add the command that does the same to a fix, if there is one for this file."""
        return f"{fix.removesuffix('.')}, or run `{self.format_command}`." if self.format_command else fix

    def add_finding(
        self,
        rule: str,
        expected: str,
        found: str,
        fix: str,
        line: int | None = None,
        position: int | None = None,
        severity: Severity = "error",
    ) -> None:
        """Add a finding about the file or one of its lines."""
        table = self.table.name
        self.findings.append(Finding(rule, self.file, expected, found, fix, table, line, position, severity=severity))

    def add_cell_finding(self, fault: CellFault, row: int, column: str) -> None:
        """Add a finding about a cell of a row that is among `rows`."""
        location = (self.table.name, self.line_numbers[row], self.cell_position(row, column), column, self.key(row))
        self.findings.append(Finding(fault.rule, self.file, fault.expected, fault.found, fault.fix, *location))

    def cell_position(self, row: int, column: str) -> int:
        """Return the character, counted from 1, at which a cell begins in its line."""
        return self.cell_positions[row][self.table.column_names.index(column)]

    def key(self, row: int) -> str:
        """Return a row's primary key as `column=value`."""
        names = self.table.column_names
        values = [self.rows[row][names.index(name)] for name in self.table.primary_key]
        return format_key(self.table.primary_key, values)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return each row as a dictionary by column name."""
        return [dict(zip(self.table.column_names, row, strict=True)) for row in self.rows]

    def to_frame(self) -> pl.DataFrame:
        """Return the rows with the contract's types."""
        import polars as pl

        values = zip(*self.rows, strict=True) if self.rows else [()] * len(self.table.columns)
        pairs = zip(self.table.columns, values, strict=True)
        return pl.DataFrame([pl.Series(column.name, cells, column.type.to_polars()) for column, cells in pairs])

    def to_batch(self) -> Batch:
        """Return the rows, and which of their cells are invalid, as a batch."""
        from kursk_claims.tables.batch import Batch

        batch = Batch.of(self.to_frame())
        batch.invalid_cells = self.invalid_cells({line: row for row, line in enumerate(self.line_numbers)})
        return batch

    def invalid_cells(self, rows_by_line: Mapping[int, int]) -> dict[str, pl.Series]:
        """Return the rows with an invalid cell, by column; `rows_by_line` numbers the rows."""
        import polars as pl

        rows: dict[str, list[int]] = {}
        for finding in self.findings:
            if finding.column and finding.line:
                rows.setdefault(finding.column, []).append(rows_by_line[finding.line])
        return {column: pl.Series(numbers, dtype=pl.UInt32) for column, numbers in rows.items()}
