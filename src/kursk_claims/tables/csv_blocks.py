"""Read a CSV file of any size block by block."""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.contract.arrow import build_nullable_schema
from kursk_claims.contract.model import Table
from kursk_claims.files import open_regular
from kursk_claims.report.model import Fault, Finding
from kursk_claims.tables.csv_bulk import parse_many_lines
from kursk_claims.tables.csv_lines import CsvBlock, CsvLines
from kursk_claims.tables.csv_reader import MAX_ROW_LINES, parse_lines
from kursk_claims.tables.csv_rows import CsvRows
from kursk_claims.tables.csv_survey import survey_file
from kursk_claims.tables.csv_syntax import BOM, split_line
from kursk_claims.tables.header import MAX_TITLE_LINES, check_header

if TYPE_CHECKING:
    from kursk_claims.tables.batch import Batch

BLOCK_SIZE = 2**24  # bytes that are read at once
MIN_FAST_SIZE = 2**20  # bytes; a smaller block takes polars as long as the strict parser
STRICT_SIZE = 2**19  # bytes that are parsed strictly at once: every byte of them may be a finding
MAX_INVALID_LINES = 1_000_000  # lines that are no rows; what follows is not read
MAX_LOOKAHEAD = 2**16  # bytes that are searched for the end of a row with line breaks in a cell


@dataclass
class CsvPart:
    """A CSV file as a part of a table, see `InputPart`.

    polars parses lines that are rows. The strict parser parses all other lines, and rows with an invalid cell, because it can
    explain what is wrong; if there are many of them in a block, it parses all of the block.
    """

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
        with pq.ParquetWriter(self.parquet, schema) as writer, open_regular(self.path) as file:
            start, line_number, strict_end = self.start, 2, 0
            file.seek(start)
            while raw := self.lines.read_block(file, STRICT_SIZE if start < strict_end else BLOCK_SIZE):
                block = CsvBlock(start, start + len(raw), line_number, self.rows, self.lines.mark(raw))
                parsed = None if start < strict_end else self._parse_fast(raw, block, file)
                if parsed is None and len(raw) > 2 * STRICT_SIZE:  # the lines of the block will be read again, in smaller ones
                    strict_end = block.end
                    file.seek(start)
                    continue
                batch, line_count = parsed or self._parse_strictly(raw, block, file)
                start, line_number = block.end, line_number + line_count
                self.lines.blocks.append(block)
                self.rows += batch.height
                self.invalid_lines += line_count - batch.height
                frame = pl.DataFrame({name: cells.values for name, cells in batch.cells.items()})
                writer.write_table(frame.to_arrow().cast(schema))
                if self.invalid_lines > MAX_INVALID_LINES:
                    batch.findings.append(self._stop(line_number))
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

    def _parse_fast(self, raw: bytes, block: CsvBlock, file: io.BufferedReader) -> tuple[Batch, int] | None:
        """Return the rows of a block and how many lines were used, or None if it must be parsed strictly."""
        if len(raw) < MIN_FAST_SIZE:
            return None
        lines = raw if self.lines.line_end == "\n" else raw.replace(self.lines.line_end.encode(), b"\n")
        lines = lines if lines.endswith(b"\n") else lines + b"\n"
        rows = CsvRows(self.table, self.name, self.separator)
        parsed = parse_many_lines(lines, partial(self._look_ahead, block, file), rows, block.first_line)
        if parsed is None:
            return None
        self._extend(block, file, parsed.line_count - lines.count(b"\n"))
        if parsed.batch.height < parsed.line_count:
            block.line_offsets = array("q", parsed.row_lines.to_list())
        self.is_complete = self.is_complete and rows.is_complete
        parsed.batch.first = block.first_row
        return parsed.batch, parsed.line_count

    def _parse_strictly(self, raw: bytes, block: CsvBlock, file: io.BufferedReader) -> tuple[Batch, int]:
        """Return the rows of a block that can be parsed, and how many lines were used.

        If the block's last row continues after it, the block is extended to that row's end.
        """
        lines = self.lines.split(raw)
        lookahead = self._look_ahead(block, file)
        rows = CsvRows(self.table, self.name, self.separator)
        line_count = parse_lines([*lines, *lookahead], rows, block.first_line, stop=len(lines))
        self._extend(block, file, line_count - len(lines))
        if len(rows.rows) < len(lines):
            block.line_offsets = array("q", (number - block.first_line for number in rows.line_numbers))
        self.is_complete = self.is_complete and rows.is_complete
        batch = rows.to_batch()
        batch.first, batch.findings = block.first_row, rows.findings
        return batch, line_count

    def _look_ahead(self, block: CsvBlock, file: io.BufferedReader) -> list[str]:
        """Return some lines after a block."""
        lines: list[str] = []
        size = 0
        file.seek(block.end)
        while len(lines) < MAX_ROW_LINES and size < MAX_LOOKAHEAD and (line := self.lines.read_line(file)):
            lines += self.lines.split(line)[:1]
            size += len(line)
        return lines

    def _extend(self, block: CsvBlock, file: io.BufferedReader, line_count: int) -> None:
        """Move the end of a block behind some more lines, and the file to it."""
        file.seek(block.end)
        block.end += sum(len(self.lines.read_line(file)) for _ in range(line_count))
