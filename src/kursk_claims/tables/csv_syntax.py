"""Split CSV text into lines and cells, with the position of each cell."""

from __future__ import annotations

import re

BOM = "\ufeff"
UNCLOSED_QUOTE = "an unclosed quote"
_CELLS = {separator: re.compile(rf'"((?:[^"]|"")*+)"|[^"{re.escape(separator)}]*') for separator in ",;|\t"}


def row_pattern(width: int, separator: str) -> str:
    """Return a pattern of the lines that are rows of some cells; polars and Python understand it alike."""
    cell = rf'(?:"[^"]*"(?:"[^"]*")*|[^"{re.escape(separator)}]*)'
    return rf"^{cell}(?:{re.escape(separator)}{cell}){{{width - 1}}}$"


class CsvSyntaxError(Exception):
    """A line is not a row of CSV. `position` is the character, counted from 1, at which it goes wrong."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position


def split_line(line: str, separator: str = ",") -> list[tuple[int, str]]:
    """Return the cells of a CSV line, each with its first character's position, counted from 1.

    Raises `CsvSyntaxError`.
    """
    pattern = _CELLS[separator]
    cells, start = [], 0
    while True:
        match = pattern.match(line, start)
        assert match is not None  # an empty cell matches everywhere
        is_quoted = match[1] is not None
        cells.append((start + 1, match[1].replace('""', '"') if is_quoted else match[0]))
        end = match.end()
        if end == len(line):
            return cells
        if line[end] != separator:
            if end == start:
                raise CsvSyntaxError(end + 1, UNCLOSED_QUOTE)
            raise CsvSyntaxError(end + 1, "text after a closing quote" if is_quoted else "a quote in an unquoted cell")
        start = end + 1


def split_lines(text: str) -> list[str]:
    """Return the lines of a text with LF or CRLF line ends, or with CR if it has no LF."""
    line_end = "\r\n" if "\r\n" in text else "\r" if "\n" not in text else "\n"
    return text.replace(line_end, "\n").removesuffix("\n").split("\n")
