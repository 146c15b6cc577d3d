"""A small CSV file, read completely into memory, as a part of a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.report.model import Fault, Finding
from kursk_claims.tables.csv_rows import CsvRows

if TYPE_CHECKING:
    from kursk_claims.tables.batch import Batch


class CsvTablePart:
    """The rows of a CSV file as the only part of a table in memory, see `InputPart`."""

    parquet: Path | None = None
    needs_text_check = False
    is_converted = False
    size = 0

    def __init__(self, csv_rows: CsvRows) -> None:
        self._csv_rows = csv_rows
        self.name = csv_rows.file
        self.is_complete = csv_rows.is_complete
        # Findings about cells belong to the batch.
        self.findings = [finding for finding in csv_rows.findings if not finding.column]

    @property
    def rows(self) -> int:
        return len(self._csv_rows.rows)

    @property
    def expected_rows(self) -> int:
        return self.rows

    def batches(self) -> Iterator[Batch]:
        batch = self._csv_rows.to_batch()
        batch.findings = [finding for finding in self._csv_rows.findings if finding.column]
        yield batch

    def locate(self, fault: Fault, row: int) -> Finding:
        rows = self._csv_rows
        line, position = rows.line_numbers[row], rows.cell_position(row, fault.columns[0])
        return fault.to_finding(self.name, rows.table.primary_key, line=line, position=position)

    def describe_row(self, row: int) -> str:
        return f"line {self._csv_rows.line_numbers[row]}"

    def unreadable_finding(self, error: Exception) -> Finding:
        fix = "Check that the file exists and is readable, then run the check again."
        return Finding("file-unreadable", self.name, "a readable file", str(error), fix, self._csv_rows.table.name)
