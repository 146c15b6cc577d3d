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
MAX_LINE_LENGTH = 2**24  # characters of a line, for a line is read at once
GIT_ADVICE = (
    "If Git changed them, put `*.csv text eol=lf` into .gitattributes; `git add --renormalize .` changes what is committed."
)


@dataclass
class CsvSurvey:
    """Line ends and blankness of a text that is added chunk by chunk.

    `last_line_length` counts the characters since the last line feed, `last_return_length` those since the last carriage return,
    and `longest` and `longest_return` are the most there were, but for the lines within a chunk. `first_return_line` is the line,
    counted from 1, of the first carriage return, and `crlfs` counts the carriage returns before a line feed.
    """

    is_blank: bool = True
    has_bom: bool = False
    line_feeds: int = 0
    last_line_length: int = 0
    last_return_length: int = 0
    longest: int = 0
    longest_return: int = 0
    carriage_returns: int = 0
    crlfs: int = 0
    first_return_line: int = 0
    last_character: str = ""

    @property
    def line_end(self) -> str:
        """The line end of the whole file: CRLF if there is any, CR only if there is no LF."""
        if self.crlfs:
            return "\r\n"
        return "\r" if self.carriage_returns and not self.line_feeds else "\n"

    @property
    def has_long_line(self) -> bool:
        """Whether a line is longer than any that is read."""
        return (self.longest_return if self.line_end == "\r" else self.longest) > MAX_LINE_LENGTH

    @property
    def wrong_line_ends(self) -> int:
        """The number of lines that end with CRLF or CR."""
        return {"\n": 0, "\r\n": self.crlfs, "\r": self.carriage_returns}[self.line_end]

    def add(self, chunk: str) -> None:
        """Count the next chunk of the text."""
        if self.carriage_returns == 0 and "\r" in chunk:
            self.first_return_line = self.line_feeds + chunk.partition("\r")[0].count("\n") + 1
        self.is_blank = self.is_blank and not chunk.removeprefix(BOM).strip()
        self.carriage_returns += chunk.count("\r")
        self.crlfs += chunk.count("\r\n") + (self.last_character == "\r" and chunk.startswith("\n"))
        self.line_feeds += chunk.count("\n")
        self.longest, self.last_line_length = _measure(chunk, "\n", self.longest, self.last_line_length)
        self.longest_return, self.last_return_length = _measure(chunk, "\r", self.longest_return, self.last_return_length)
        self.last_character = chunk[-1:] or self.last_character


def _measure(chunk: str, separator: str, longest: int, last: int) -> tuple[int, int]:
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
        expected, found = f"lines of at most {MAX_LINE_LENGTH // 2**20} million characters", "a longer line"
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
        rows.add_finding("line-ending", "lines that end with LF", found, fix, survey.first_return_line, 1, severity)
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
                survey.add(decoder.decode(chunk))
                if min(survey.longest, survey.longest_return) > MAX_LINE_LENGTH:
                    break
            else:
                decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            survey.add(error.object[: error.start].decode("utf-8"))
            found = f"byte 0x{error.object[error.start]:02x}"
            line, position = survey.line_feeds + 1, survey.last_line_length + 1
            encoding = guess_encoding(error.object[max(0, error.start - HEAD_SIZE // 2) :][:HEAD_SIZE])
            rows.findings.append(encoding_finding(rows.file, rows.table.name, encoding, found, line, position))
            return None
    return survey
