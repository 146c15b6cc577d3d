"""Read through a CSV file once for its encoding, byte order mark and line ends."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from kursk_claims.files import open_regular
from kursk_claims.report.model import Severity
from kursk_claims.tables.csv_rows import CsvRows
from kursk_claims.tables.csv_syntax import BOM
from kursk_claims.tables.file_kinds import HEAD_SIZE, guess_encoding
from kursk_claims.tables.unreadable import encoding_finding, examine_csv

SURVEY_CHUNK = 2**22  # bytes that are read at once
MAX_LINE_LENGTH = 2**24  # bytes of a line, for a line is read at once
GIT_ADVICE = (
    "If Git changed them, put `*.csv text eol=lf` into .gitattributes; `git add --renormalize .` changes what is committed."
)


@dataclass
class CsvSurvey:
    """Line ends and blankness of a file that is added chunk by chunk, all counted in bytes.

    `last_line_length` counts what follows the last line feed, `last_return_length` what follows the last carriage return, and
    `longest` and `longest_return` are the most there were, but for the lines within a chunk. `first_return` is the number of
    bytes before the first carriage return, and `crlfs` counts the carriage returns before a line feed.
    """

    is_blank: bool = True
    has_bom: bool = False
    has_line_feed: bool = False
    size: int = 0
    last_line_length: int = 0
    last_return_length: int = 0
    longest: int = 0
    longest_return: int = 0
    carriage_returns: int = 0
    crlfs: int = 0
    first_return: int = 0
    last_byte: bytes = b""

    @property
    def line_end(self) -> str:
        """The line end of the whole file: CRLF if there is any, CR only if there is no LF."""
        if self.crlfs:
            return "\r\n"
        return "\r" if self.carriage_returns and not self.has_line_feed else "\n"

    @property
    def has_long_line(self) -> bool:
        """Whether a line is longer than any that is read."""
        return (self.longest_return if self.line_end == "\r" else self.longest) > MAX_LINE_LENGTH

    @property
    def wrong_line_ends(self) -> int:
        """The number of lines that end with CRLF or CR."""
        return {"\n": 0, "\r\n": self.crlfs, "\r": self.carriage_returns}[self.line_end]

    def add(self, chunk: bytes, text: str) -> None:
        """Count the next chunk of the file, which is decoded as `text`."""
        self.is_blank = self.is_blank and not text.removeprefix(BOM).strip()
        if returns := chunk.count(b"\r"):
            if not self.carriage_returns:
                self.first_return = self.size + chunk.index(b"\r")
            self.carriage_returns += returns
            self.crlfs += chunk.count(b"\r\n")
        self.crlfs += self.last_byte == b"\r" and chunk.startswith(b"\n")
        self.has_line_feed = self.has_line_feed or b"\n" in chunk
        self.longest, self.last_line_length = _measure(chunk, b"\n", self.longest, self.last_line_length)
        self.longest_return, self.last_return_length = _measure(chunk, b"\r", self.longest_return, self.last_return_length)
        self.last_byte = chunk[-1:] or self.last_byte
        self.size += len(chunk)


def _measure(chunk: bytes, separator: bytes, longest: int, last: int) -> tuple[int, int]:
    """Return the longest line so far and the length of the last, by one kind of line end; `last` goes on in the chunk."""
    first = chunk.find(separator)
    if first < 0:
        return max(longest, last + len(chunk)), last + len(chunk)
    return max(longest, last + first), len(chunk) - chunk.rfind(separator) - 1


def survey_file(path: Path, rows: CsvRows, severity: Severity = "warning") -> CsvSurvey | None:
    """Return the survey of a file, or None if its rows cannot be read; findings are added to `rows`.

    `severity` is that of a byte order mark and of other line ends, which change nothing in the rows.
    """
    survey = _decode_file(path, rows)
    if survey is not None and survey.has_long_line:
        expected, found = f"lines of at most {MAX_LINE_LENGTH // 2**20} million bytes", "a longer line"
        rows.add_finding("line-length", expected, found, "Check that the file is CSV and that its lines end with LF.")
        survey = None
    elif survey is not None and survey.is_blank:
        fix = "Add the header line; a table without rows has a header, too."
        rows.add_finding("empty-file", "a header line", "nothing", fix, 1, 1)
        survey = None
    if survey is None:
        rows.is_complete = False
        return None
    command = rows.format_command
    if survey.has_bom:
        fix = f"Save the file as UTF-8 without BOM{f', or run `{command}`' if command else ''}."
        rows.add_finding("byte-order-mark", "no byte order mark", "U+FEFF", fix, 1, 1, severity)
    if count := survey.wrong_line_ends:
        found = "1 line that ends with CRLF or CR" if count == 1 else f"{count} lines that end with CRLF or CR"
        fix = f"{f'Run `{command}`' if command else 'Save the file with LF'}. {GIT_ADVICE}"
        rows.add_finding(
            "line-ending", "lines that end with LF", found, fix, find_place(path, survey.first_return)[0], 1, severity
        )
    return survey


def _decode_file(path: Path, rows: CsvRows) -> CsvSurvey | None:
    if not path.is_file():
        found = "a folder" if path.is_dir() else "a pipe or a device" if path.exists() else "no such file"
        rows.add_finding("file-missing", f"the rows of table {rows.table.name}", found, "Restore the file.")
        return None
    if (finding := examine_csv(path, rows.file, rows.table.name)) is not None:
        rows.findings.append(finding)
        return None
    survey = CsvSurvey()
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_regular(path) as file:
        survey.has_bom = file.read(3) == codecs.BOM_UTF8
        file.seek(0)
        try:
            while chunk := file.read(SURVEY_CHUNK):
                survey.add(chunk, decoder.decode(chunk))
                if min(survey.longest, survey.longest_return) > MAX_LINE_LENGTH:
                    break
            else:
                decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            # The decoder may have kept the beginning of a character from the chunk before.
            invalid = survey.size + len(chunk) - len(error.object) + error.start
            found = f"byte 0x{error.object[error.start]:02x}"
            encoding = guess_encoding(error.object[max(0, error.start - HEAD_SIZE // 2) :][:HEAD_SIZE])
            rows.findings.append(encoding_finding(rows.file, rows.table.name, encoding, found, *find_place(path, invalid)))
            return None
    return survey


def find_place(path: Path, byte: int) -> tuple[int, int]:
    """Return the line of a byte of a file, and its character in the line, both counted from 1."""
    line, characters = 1, 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_regular(path) as file:
        while byte > 0 and (chunk := file.read(min(SURVEY_CHUNK, byte))):
            byte -= len(chunk)
            _, line_feed, rest = chunk.rpartition(b"\n")
            if line_feed:
                line, characters = line + chunk.count(b"\n"), 0
                decoder.reset()
            characters += len(decoder.decode(rest))
    return line, characters + 1
