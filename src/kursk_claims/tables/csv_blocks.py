"""Read a CSV file of any size block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.contract.arrow import build_nullable_schema
from kursk_claims.contract.model import Table
from kursk_claims.files import open_regular
from kursk_claims.report.model import Fault, Finding
from kursk_claims.tables.csv_block_parser import CsvBlockParser
from kursk_claims.tables.csv_lines import CsvLines
from kursk_claims.tables.csv_rows import CsvRows
from kursk_claims.tables.csv_survey import survey_file
from kursk_claims.tables.csv_syntax import BOM, split_line
from kursk_claims.tables.header import MAX_TITLE_LINES, check_header

if TYPE_CHECKING:
    from kursk_claims.tables.batch import Batch

MAX_INVALID_LINES = 1_000_000  # lines that are no rows; what follows is not read


@dataclass
class CsvPart:
    """A CSV file as a part of a table, see `InputPart`."""

    table: Table
    name: str
    path: Path
    lines: CsvLines
    separator: str = ","
    parquet: Path | None = None
    findings: list[Finding] = field(default_factory=list)
    is_complete: bool = True
    needs_text_check: bool = False
    rows: int = 0
    start: int = 0  # the byte after the header
    invalid_lines: int = 0

    @classmethod
    def open(cls, path: Path, table: Table, name: str, parquet: Path, separator: str = ",") -> CsvPart:
        """Survey the file and check its header; `batches` will write the rows to `parquet`."""
        rows = CsvRows(table, name, separator)
        survey = survey_file(path, rows)
        line_end = survey.line_end if survey else "\n"
        part = cls(table, name, path, CsvLines(path, line_end), separator, findings=rows.findings)
        if survey is not None:
            with open_regular(path) as file:
                header = part.lines.read_line(file)
                following = [line for _ in range(MAX_TITLE_LINES) for line in part.lines.split(part.lines.read_line(file))]
            part.start = len(header)
            check_header(part.lines.split(header)[0].removeprefix(BOM), rows, following)
        part.is_complete = rows.is_complete
        part.parquet = parquet if rows.is_complete else None
        return part

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    @property
    def is_converted(self) -> bool:
        return True

    @property
    def expected_rows(self) -> int:
        bytes_read = self.lines.blocks[-1].end if self.lines.blocks else self.start
        return self.rows * self.size // max(bytes_read, 1)

    def batches(self) -> Iterator[Batch]:
        import polars as pl
        import pyarrow.parquet as pq

        schema = build_nullable_schema(self.table)
        parser = CsvBlockParser(self.table, self.name, self.separator, self.lines)
        with pq.ParquetWriter(self.parquet, schema) as writer, self.lines.keep_open():
            for block, batch, line_count, is_complete in parser.parse(self.start):
                batch.first = block.first_row = self.rows
                self.lines.blocks.append(block)
                self.rows += batch.height
                self.invalid_lines += line_count - batch.height
                self.is_complete = self.is_complete and is_complete
                frame = pl.DataFrame({name: cells.values for name, cells in batch.cells.items()})
                writer.write_table(frame.to_arrow().cast(schema))
                if self.invalid_lines > MAX_INVALID_LINES:
                    batch.findings.append(self._stop(block.first_line + line_count))
                    yield batch
                    return
                yield batch

    def _stop(self, line_number: int) -> Finding:
        """Return the finding that the file has too many lines that are no rows to go on."""
        self.is_complete = False
        found = f"more in the lines before {line_number}; the rest was not read"
        expected = f"at most {MAX_INVALID_LINES:,} lines that are no rows"
        return Finding(
            "file-unreadable", self.name, expected, found, "Check that the file is CSV.", self.table.name, line_number, 1
        )

    def locate(self, fault: Fault, row: int) -> Finding:
        line_number, line = self.lines.find_line(row)
        position = split_line(line, self.separator)[self.table.column_names.index(fault.columns[0])][0]
        return fault.to_finding(self.name, self.table.primary_key, line=line_number, position=position)

    def describe_row(self, row: int) -> str:
        return f"line {self.lines.find_line(row)[0]}"

    def unreadable_finding(self, error: Exception) -> Finding:
        fix = "Check that the file exists and is readable, then run the check again."
        return Finding("file-unreadable", self.name, "a readable file", str(error), fix, self.table.name)
