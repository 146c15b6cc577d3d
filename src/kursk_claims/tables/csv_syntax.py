"""Split CSV text into lines and cells, with the position of each cell."""

from __future__ import annotations

import re

BOM = "\ufeff"
_CELL = re.compile(r'"((?:[^"]|"")*+)"|[^",]*')
UNCLOSED_QUOTE = "a quote that is not closed"


class CsvSyntaxError(Exception):
    """A line is no row of CSV: where, counted from 1, and why."""

    def __init__(self, position: int, why: str) -> None:
        super().__init__(why)
        self.position = position


def split_line(line: str) -> list[tuple[int, str]]:
    """The cells of a line of CSV, each with the character, counted from 1, at which it begins. Raises `CellError`."""
    cells, at = [], 0
    while True:
        match = _CELL.match(line, at)
        assert match is not None  # an empty cell matches everywhere
        cells.append((at + 1, match[0] if match[1] is None else match[1].replace('""', '"')))
        end = match.end()
        if end == len(line):
            return cells
        if line[end] != ",":
            why = (
                UNCLOSED_QUOTE
                if end == at
                else "text behind a closing quote"
                if match[1] is not None
                else "a quote in an unquoted cell"
            )
            raise CsvSyntaxError(end + 1, why)
        at = end + 1


def split_lines(text: str) -> tuple[list[str], int]:
    """The lines of a file, and how many of them end with CRLF, or with CR where no LF is used."""
    end = "\r\n" if "\r\n" in text else "\r" if "\n" not in text else "\n"
    count = 0 if end == "\n" else text.count(end)
    return text.replace(end, "\n").removesuffix("\n").split("\n"), count
