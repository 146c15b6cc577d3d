"""Read a large CSV file block by block."""

from __future__ import annotations

import bisect
import io
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.contract.arrow import build_arrow_schema
from kursk_claims.contract.model import Table
from kursk_claims.report.model import Fault, Finding, finding_at_cell
from kursk_claims.report.values import format_value
from kursk_claims.tables.csv_rows import CsvRows, batch_from_rows, invalid_cells_of, read_rows
from kursk_claims.tables.csv_survey import survey_file
from kursk_claims.tables.csv_syntax import split_line
from kursk_claims.tables.header import check_header

if TYPE_CHECKING:
    from kursk_claims.tables.batch import Batch


BLOCK_SIZE = 2**24  # bytes that are read in one go
MIN_FAST_SIZE = 2**20  # smaller blocks are read strictly, which takes as long
LOOKAHEAD_LINES = 20  # lines behind a block in which the strict reader may find the end of a row that broke off


@dataclass
class CsvBlock:
    """Some lines of a file: where they begin, and the numbers of the first line and of the first row.

    `lines` say in which line each row stands, counted from the first; None where each line is a row.
    """

    start: int
    size: int
    line: int
    row: int
    lines: array[int] | None = None


@dataclass
class CsvPart:
    """A CSV file as a part of a table, see `given.Part`.

    Lines that are read fast and, written again, are the same bytes, have been read right. All others, and rows that have a
    cell at fault, are read by the strict reader, which says what is wrong.
    """

    table: Table
    name: str
    path: Path
    parquet: Path | None
    findings: list[Finding] = field(default_factory=list)
    whole: bool = True
    texts: bool = False
    rows: int = 0
    end: str = "\n"
    start: int = 0
    blocks: list[CsvBlock] = field(default_factory=list)
    _last: tuple[CsvBlock | None, list[str]] = (None, [])

    @classmethod
    def open(cls, path: Path, table: Table, name: str, parquet: Path) -> CsvPart:
        """Look through the file; its rows will be written to `parquet` when they are read."""
        read = CsvRows(table, name)
        survey = survey_file(path, read)
        part = cls(table, name, path, None, read.findings)
        if survey is not None:
            part.end = survey.end
            with path.open("rb") as file:
                head = file.read().partition(b"\r")[0] + b"\r" if survey.end == "\r" else file.readline()
            part.start = len(head)
            check_header(head.decode("utf-8-sig").removesuffix("\n").removesuffix("\r" if survey.crs else ""), read)
        part.whole = read.complete
        part.parquet = parquet if read.complete else None
        return part

    @property
    def expected(self) -> int:
        """How many rows there may be, from those that were read."""
        read = self.blocks[-1].start + self.blocks[-1].size if self.blocks else self.start
        return self.rows * self.path.stat().st_size // max(read, 1)

    def batches(self) -> Iterator[Batch]:
        """The rows, block by block."""
        import polars as pl
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = pa.schema([each.with_nullable(True) for each in build_arrow_schema(self.table)])
        with pq.ParquetWriter(self.parquet, schema) as writer, self.path.open("rb") as file:
            file.seek(self.start)
            line = 2
            while raw := file.read() if self.end == "\r" else file.read(BLOCK_SIZE) + file.readline():
                block = CsvBlock(file.tell() - len(raw), len(raw), line, self.rows)
                batch = self._fast(raw, block)
                if batch is None:
                    batch, taken = self._strict(raw, block, file)
                    line += taken
                else:
                    line += batch.height
                self.blocks.append(block)
                self.rows += batch.height
                writer.write_table(
                    pl.DataFrame({name: cells.values for name, cells in batch.cells.items()}).to_arrow().cast(schema)
                )
                yield batch

    def _split(self, raw: bytes) -> list[str]:
        return raw.decode("utf-8").replace(self.end, "\n").removesuffix("\n").split("\n")

    def _fast(self, raw: bytes, block: CsvBlock) -> Batch | None:
        """The rows of canonical lines; None where they are not canonical."""
        import polars as pl

        from kursk_claims.tables.batch import Batch
        from kursk_claims.tables.cells import parse_column
        from kursk_claims.tables.text_hygiene import find_text_failures

        if len(raw) < MIN_FAST_SIZE or self.end == "\r":
            return None
        lines = raw.replace(self.end.encode(), b"\n").removesuffix(b"\n") + b"\n"
        names = self.table.column_names
        try:
            cells = pl.read_csv(lines, has_header=False, schema=dict.fromkeys(names, pl.String))
            again = io.BytesIO()
            cells.write_csv(again, include_header=False)
        except pl.exceptions.PolarsError:
            return None
        if cells.height != lines.count(b"\n") or again.getvalue() != lines:
            return None
        batch = Batch.of(pl.DataFrame([parse_column(cells[column.name], column) for column in self.table.columns]), block.row)
        faulty = {row for failure in find_text_failures(batch, self.table) for row in failure.rows}
        faulty.update(*((batch.cells[name].values.is_null() & cells[name].is_not_null()).arg_true() for name in names))
        read, texts = CsvRows(self.table, self.name), self._split(raw) if faulty else []
        for row in sorted(faulty):
            read_rows([texts[row]], read, block.line + row)
        batch.findings = read.findings
        batch.invalid_cells = invalid_cells_of(read, {block.line + row: row for row in faulty})
        return batch

    def _strict(self, raw: bytes, block: CsvBlock, file: io.BufferedReader) -> tuple[Batch, int]:
        """The rows that can be read, and how many lines they and the others took, which may reach behind the block."""
        lines = self._split(raw)
        here = file.tell()
        ahead = [self._split(line)[0] for line in (file.readline() for _ in range(LOOKAHEAD_LINES)) if line]
        file.seek(here)
        read = CsvRows(self.table, self.name)
        taken = read_rows([*lines, *ahead], read, block.line, len(lines))
        for _ in range(taken - len(lines)):
            file.readline()
        block.lines = array("q", (number - block.line for number in read.numbers))
        if len(read.rows) == len(lines):
            block.lines = None
        self.whole = self.whole and read.complete
        batch = batch_from_rows(read)
        batch.first, batch.findings = block.row, read.findings
        return batch, taken

    def _text(self, row: int) -> tuple[int, str]:
        """The number of the line in which a row stands, and the line."""
        block = self.blocks[bisect.bisect_right(self.blocks, row, key=lambda each: each.row) - 1]
        if self._last[0] is not block:
            with self.path.open("rb") as file:
                file.seek(block.start)
                self._last = block, self._split(file.read(block.size))
        at = row - block.row if block.lines is None else block.lines[row - block.row]
        return block.line + at, self._last[1][at]

    def locate(self, fault: Fault, row: int) -> Finding:
        line, text = self._text(row)
        position = split_line(text)[self.table.column_names.index(fault.columns[0])][0]
        key = ",".join(f"{name}={format_value(value)}" for name, value in zip(self.table.primary_key, fault.values, strict=True))
        return finding_at_cell(fault, self.name, line, position, key)

    def place(self, row: int) -> str:
        return f"line {self._text(row)[0]}"

    def unreadable(self, error: Exception) -> Finding:
        """The file, or a part of it, cannot be read."""
        return Finding("file-unreadable", self.name, "a file that can be read", str(error), "Try again.", self.table.name)
