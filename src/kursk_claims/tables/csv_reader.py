"""Read a whole CSV file as a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.contract.model import Table
from kursk_claims.report.model import Fault, Finding, finding_at_cell
from kursk_claims.tables.csv_rows import CsvRows, batch_from_rows, read_rows
from kursk_claims.tables.csv_survey import survey_file
from kursk_claims.tables.csv_syntax import BOM, split_lines
from kursk_claims.tables.header import check_header

if TYPE_CHECKING:
    from kursk_claims.tables.batch import Batch


def read_csv_table(path: Path, table: Table, name: str) -> CsvRows:
    """Read one table; what is wrong with the file or a cell becomes a finding, nothing is repaired in silence.

    `name` is the file's name in findings. Cells hold no line breaks, so each line is one row, and a quote that is not
    closed spoils its own line only.
    """
    read = CsvRows(table, name)
    survey = survey_file(path, read)
    if survey is None:
        return read
    text = path.read_bytes().decode("utf-8").removeprefix(BOM)
    lines, _ = split_lines(text)
    if check_header(lines[0], read):
        read_rows(lines[1:], read)
    return read


class CsvTablePart:
    """A CSV file that was read completely, as the only part of a table in memory."""

    parquet: Path | None = None
    texts = False

    def __init__(self, csv_rows: CsvRows) -> None:
        self._csv_rows = csv_rows
        self.name = csv_rows.file
        self.whole = csv_rows.complete
        # findings of cells belong to the batch, those of the file come first
        self.findings = [finding for finding in csv_rows.findings if not finding.column]

    @property
    def rows(self) -> int:
        return len(self._csv_rows.rows)

    @property
    def expected(self) -> int:
        return self.rows

    def batches(self) -> Iterator[Batch]:
        batch = batch_from_rows(self._csv_rows)
        batch.findings = [finding for finding in self._csv_rows.findings if finding.column]
        yield batch

    def locate(self, fault: Fault, row: int) -> Finding:
        rows = self._csv_rows
        return finding_at_cell(fault, self.name, rows.numbers[row], rows.position(row, fault.columns[0]), rows.key(row))

    def place(self, row: int) -> str:
        return f"line {self._csv_rows.numbers[row]}"

    def unreadable(self, error: Exception) -> Finding:
        return Finding(
            "file-unreadable", self.name, "a file that can be read", str(error), "Try again.", self._csv_rows.table.name
        )
