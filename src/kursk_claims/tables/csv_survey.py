"""Look through a CSV file once: encoding, byte order mark and line ends."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from kursk_claims.tables.csv_rows import CsvRows
from kursk_claims.tables.csv_syntax import BOM

SURVEY_CHUNK = 2**22  # bytes that are looked at in one go


@dataclass
class CsvSurvey:
    """What a file is made of, seen piece by piece.

    `lines` are its line feeds, `column` the characters since the last; `crs` its carriage returns, the first of them in line
    `first_cr`, and `crlfs` those before a line feed.
    """

    blank: bool = True
    bom: bool = False
    lines: int = 0
    column: int = 0
    crs: int = 0
    crlfs: int = 0
    first_cr: int = 0
    last: str = ""

    @property
    def end(self) -> str:
        """The line end of the file: if any is CRLF, or if there is CR but no LF, that is to be mended."""
        return "\r\n" if self.crlfs else "\r" if self.crs and not self.lines else "\n"

    def see(self, text: str) -> None:
        if self.crs == 0 and "\r" in text:
            self.first_cr = self.lines + text.partition("\r")[0].count("\n") + 1
        self.blank = self.blank and not text.removeprefix(BOM).strip()
        self.crs += text.count("\r")
        self.crlfs += text.count("\r\n") + (self.last == "\r" and text.startswith("\n"))
        self.lines += text.count("\n")
        self.column = len(text) - text.rfind("\n") - 1 + (0 if "\n" in text else self.column)
        self.last = text[-1:] or self.last


def survey_file(path: Path, read: CsvRows) -> CsvSurvey | None:
    """Go through a file once; None, and the reason among the findings, where its rows cannot be read."""
    survey = CsvSurvey()
    read.complete = False
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file"
        read.fault("file-missing", f"the records of table {read.table.name}", found, "Restore the file.")
        return None
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        survey.bom = file.read(3) == codecs.BOM_UTF8
        file.seek(0)
        try:
            while piece := file.read(SURVEY_CHUNK):
                survey.see(decoder.decode(piece))
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            survey.see(error.object[: error.start].decode("utf-8"))
            found, place = f"byte 0x{error.object[error.start]:02x}", (survey.lines + 1, survey.column + 1)
            read.fault("encoding", "UTF-8", found, "Save the file as UTF-8.", *place)
            return None
    if survey.blank:
        read.fault(
            "empty-file", "a header line", "nothing", "Restore the header; a table without rows is its header alone.", 1, 1
        )
        return None
    if survey.bom:
        fix = "Save as UTF-8 without BOM, or run `kursk-claims format`."
        read.fault("byte-order-mark", "no byte order mark", "U+FEFF", fix, 1, 1)
    count = {"\n": 0, "\r\n": survey.crlfs, "\r": survey.crs}[survey.end]
    if count:
        found = f"{count} that end with CRLF or CR"
        read.fault("line-ending", "lines that end with LF", found, "Run `kursk-claims format`.", survey.first_cr, 1)
    read.complete = True
    return survey
