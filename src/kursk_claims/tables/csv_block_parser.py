"""Parse a CSV file block by block: some blocks at a time, and each as fast as its content allows."""

from __future__ import annotations

import io
from array import array
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kursk_claims.contract.model import Table
from kursk_claims.files import open_regular
from kursk_claims.tables.csv_bulk import BulkRows, parse_many_lines
from kursk_claims.tables.csv_lines import CsvBlock, CsvLines
from kursk_claims.tables.csv_reader import MAX_ROW_LINES, parse_lines
from kursk_claims.tables.csv_rows import CsvRows

if TYPE_CHECKING:
    from kursk_claims.tables.batch import Batch

BLOCK_SIZE = 2**23  # bytes that are read at once
PARSERS = 2  # threads that parse blocks; more would need more memory
MIN_FAST_SIZE = 2**20  # bytes; a smaller block takes polars as long as the strict parser
STRICT_SIZE = 2**19  # bytes that are parsed strictly at once: every byte of them may be a finding
MAX_LOOKAHEAD = 2**16  # bytes that are searched for the end of a row with line breaks in a cell


class ParsedBlock(NamedTuple):
    """A block with its rows, whose number is not known yet; `is_complete` is false if some could not be parsed."""

    block: CsvBlock
    batch: Batch
    line_count: int
    is_complete: bool


@dataclass(frozen=True)
class CsvBlockParser:
    """Parses the lines of a file; `name` is the file's name in findings.

    polars parses lines that are rows. The strict parser parses all other lines, and rows with an invalid cell, because it can
    explain what is wrong; if there are many of them in a block, it parses all of the block.
    """

    table: Table
    name: str
    separator: str
    lines: CsvLines

    def parse(self, start: int) -> Iterator[ParsedBlock]:
        """Yield the blocks after the header in order. While one is used, the next ones are parsed."""
        with open_regular(self.lines.path) as file, ThreadPoolExecutor(PARSERS) as pool:
            ahead: deque[tuple[CsvBlock, Future[BulkRows | None]]] = deque()
            line_number = 2
            while True:
                while len(ahead) < PARSERS and (raw := self._read(file, start, BLOCK_SIZE)):
                    block = self.lines.make_block(raw, start, line_number)
                    ahead.append((block, pool.submit(self._parse_fast, raw, block)))
                    start, line_number = block.end, line_number + block.line_count
                if not ahead:
                    return
                block, future = ahead.popleft()
                block_end = block.end
                for parsed in self._finish(block, future.result(), file):
                    yield parsed
                    end, next_line = parsed.block.end, parsed.block.first_line + parsed.line_count
                if end > block_end:  # the next blocks begin in the middle of a row
                    ahead.clear()
                    start, line_number = end, next_line

    def _finish(self, block: CsvBlock, bulk: BulkRows | None, file: io.BufferedReader) -> Iterator[ParsedBlock]:
        """Yield a block that was parsed fast, or else the smaller blocks in which it is parsed strictly."""
        if bulk is not None:
            self.lines.mark(block, bulk.line_sizes)
            self._extend(block, file, bulk.line_count - block.line_count)
            if bulk.batch.height < bulk.line_count:
                block.row_lines = array("q", bulk.row_lines.to_list())
            yield ParsedBlock(block, bulk.batch, bulk.line_count, bulk.is_complete)
            return
        start, line_number = block.start, block.first_line
        while start < block.end:
            raw = self._read(file, start, min(STRICT_SIZE, block.end - start - 1))
            parsed = self._parse_strictly(raw, self.lines.make_block(raw, start, line_number), file)
            yield parsed
            start, line_number = parsed.block.end, line_number + parsed.line_count

    def _read(self, file: io.BufferedReader, start: int, size: int) -> bytes:
        """Read whole lines of about this size."""
        file.seek(start)
        return file.read(size) + self.lines.read_line(file)

    def _parse_fast(self, raw: bytes, block: CsvBlock) -> BulkRows | None:
        """Return the rows of a block, or None if it must be parsed strictly."""
        if len(raw) < MIN_FAST_SIZE:
            return None

        def following() -> list[str]:
            with open_regular(self.lines.path) as file:
                return self._look_ahead(block, file)

        lines = raw if self.lines.line_end == "\n" else raw.replace(self.lines.line_end.encode(), b"\n")
        lines = lines if lines.endswith(b"\n") else lines + b"\n"
        return parse_many_lines(lines, following, CsvRows(self.table, self.name, self.separator), block.first_line)

    def _parse_strictly(self, raw: bytes, block: CsvBlock, file: io.BufferedReader) -> ParsedBlock:
        """Parse a block; if its last row continues after it, it is extended to that row's end."""
        lines = self.lines.split(raw)
        lookahead = self._look_ahead(block, file)
        rows = CsvRows(self.table, self.name, self.separator)
        line_count = parse_lines([*lines, *lookahead], rows, block.first_line, stop=len(lines))
        self._extend(block, file, line_count - len(lines))
        if len(rows.rows) < line_count:
            block.row_lines = array("q", (number - block.first_line for number in rows.line_numbers))
        batch = rows.to_batch()
        batch.findings = rows.findings
        return ParsedBlock(block, batch, line_count, rows.is_complete)

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
        """Move the end of a block behind some more lines."""
        file.seek(block.end)
        block.end += sum(len(self.lines.read_line(file)) for _ in range(line_count))
