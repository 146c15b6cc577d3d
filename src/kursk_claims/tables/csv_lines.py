"""Find the lines of rows in a CSV file that is read block by block."""

from __future__ import annotations

import bisect
import io
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.files import open_regular

if TYPE_CHECKING:
    import polars as pl

LINE_CHUNK = 2**13  # bytes in which the end of a line is searched
MARK_DISTANCE = 64  # lines


@dataclass
class CsvBlock:
    """Consecutive lines of a file, from byte `start` to `end`: how many there were when it was read, and the number of the first.

    The rest is known once the lines are parsed: `line_marks` has the byte, counted from `start`, at which every
    `MARK_DISTANCE`th line begins, `first_row` is the number of the first row, and `row_lines` has the line of each row, counted
    from the first; None if every line is a row.
    """

    start: int
    end: int
    first_line: int
    line_count: int
    line_marks: array[int] = field(default_factory=lambda: array("q", [0]))
    first_row: int = 0
    row_lines: array[int] | None = None

    def line_offset(self, row: int) -> int:
        """Return the line of a row, counted from the block's first line."""
        offset = row - self.first_row
        return offset if self.row_lines is None else self.row_lines[offset]


@dataclass
class CsvLines:
    """The lines of a file by the rows that they hold.

    Only positions are kept in memory: of the blocks, and some within each. A line is read again when it is asked for.
    """

    path: Path
    line_end: str
    blocks: list[CsvBlock] = field(default_factory=list)
    file: io.BufferedReader | None = None  # while it is open

    @contextmanager
    def keep_open(self) -> Iterator[None]:
        """Open the file once for all lines that are looked for within the block."""
        with open_regular(self.path) as file:
            self.file = file
            try:
                yield
            finally:
                self.file = None

    def split(self, raw: bytes) -> list[str]:
        """Return the lines of some bytes of the file."""
        return raw.decode("utf-8").replace(self.line_end, "\n").removesuffix("\n").split("\n")

    def read_line(self, file: io.BufferedReader) -> bytes:
        """Read the next line, with its end; nothing at the end of the file."""
        if self.line_end != "\r":
            return file.readline()
        line = b""
        while chunk := file.read(LINE_CHUNK):
            before, end, after = chunk.partition(b"\r")
            line += before + end
            if end:
                file.seek(-len(after), io.SEEK_CUR)
                break
        return line

    def make_block(self, raw: bytes, start: int, first_line: int) -> CsvBlock:
        """Describe the lines in some bytes of the file, which begin at byte `start`."""
        end = self.line_end[-1:].encode()
        return CsvBlock(start, start + len(raw), first_line, raw.count(end) + (not raw.endswith(end)))

    def mark(self, block: CsvBlock, sizes: pl.Series) -> None:
        """Set the marks of a block whose lines have these sizes in bytes, without their ends."""
        import polars as pl

        starts = (sizes + len(self.line_end)).cast(pl.Int64).cum_sum().shift(fill_value=0)
        block.line_marks = array("q", starts.gather_every(MARK_DISTANCE).to_list())

    def find_line(self, row: int) -> tuple[int, str]:
        """Return the number of the line, counted from 1, that holds a row, counted from 0, and the line."""
        block = self.blocks[bisect.bisect_right(self.blocks, row, key=lambda block: block.first_row) - 1]
        offset = block.line_offset(row)
        mark = min(offset // MARK_DISTANCE, len(block.line_marks) - 1)
        with nullcontext(self.file) if self.file else open_regular(self.path) as file:
            file.seek(block.start + block.line_marks[mark])
            for _ in range(offset - mark * MARK_DISTANCE):
                self.read_line(file)
            return block.first_line + offset, self.split(self.read_line(file))[0]
