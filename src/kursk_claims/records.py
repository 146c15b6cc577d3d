"""CSV records: read strictly, knowing where every cell stands, and written canonically."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kursk_claims.contract import Column, Table, arrow_schema, nearest
from kursk_claims.findings import Finding

if TYPE_CHECKING:
    import pyarrow

BOM = "\ufeff"
PIECE = 2**22  # bytes that are looked at in one go
INT32 = range(-(2**31), 2**31)
CELL = re.compile(r'"((?:[^"]|"")*+)"|[^",]*')
JOINERS = "\u200c\u200d"  # invisible, but spelling in some scripts needs them
COLUMNS = 20  # that are at fault and named
OPEN = "a quote that is not closed"


class CellError(Exception):
    """A line is no row of CSV: where, counted from 1, and why."""

    def __init__(self, position: int, why: str) -> None:
        super().__init__(why)
        self.position = position


@dataclass
class Read:
    """One table as it was read.

    `rows` hold the cells' values by the contract (None where a cell is empty or could not be read), `numbers` each row's
    line and `starts` the characters, counted from 1, at which its cells begin. `complete` is false when a row, or the
    whole table, could not be read.
    """

    table: Table
    file: str
    rows: list[list[Any]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    starts: list[list[int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    complete: bool = True

    def arrow(self) -> pyarrow.Table:
        """The rows as an Arrow table with the contract's schema, in the order of the file."""
        import pyarrow as pa

        schema = arrow_schema(self.table)
        nullable = pa.schema([each.with_nullable(True) for each in schema], schema.metadata)
        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(schema)
        return pa.table([pa.array(values, each.type) for values, each in zip(columns, schema, strict=True)], nullable)

    def dicts(self) -> list[dict[str, Any]]:
        """The rows with their column names."""
        return [dict(zip(self.table.column_names, row, strict=True)) for row in self.rows]

    def position(self, row: int, column: str) -> int:
        """The character, counted from 1, at which a cell begins in its line."""
        return self.starts[row][self.table.column_names.index(column)]

    def key(self, row: int) -> str:
        names = self.table.column_names
        return ",".join(f"{name}={shown(self.rows[row][names.index(name)])}" for name in self.table.primary_key)

    def fault(self, rule: str, expected: str, found: str, fix: str, line: int | None = None, position: int | None = None) -> None:
        """Note what is wrong with this file at a place that is no cell."""
        self.findings.append(Finding(rule, self.file, expected, found, fix, self.table.name, line, position))


def shown(value: object) -> str:
    """A value as it stands in a CSV; an empty cell is called empty."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def split_line(line: str) -> list[tuple[int, str]]:
    """The cells of a line of CSV, each with the character, counted from 1, at which it begins. Raises `CellError`."""
    cells, at = [], 0
    while True:
        match = CELL.match(line, at)
        assert match is not None  # an empty cell matches everywhere
        cells.append((at + 1, match[0] if match[1] is None else match[1].replace('""', '"')))
        end = match.end()
        if end == len(line):
            return cells
        if line[end] != ",":
            why = OPEN if end == at else "text behind a closing quote" if match[1] is not None else "a quote in an unquoted cell"
            raise CellError(end + 1, why)
        at = end + 1


def split_lines(text: str) -> tuple[list[str], int]:
    """The lines of a file, and how many of them end with CRLF, or with CR where no LF is used."""
    end = "\r\n" if "\r\n" in text else "\r" if "\n" not in text else "\n"
    count = 0 if end == "\n" else text.count(end)
    return text.replace(end, "\n").removesuffix("\n").split("\n"), count


def read_table(path: Path, table: Table, name: str) -> Read:
    """Read one table; what is wrong with the file or a cell becomes a finding, nothing is repaired in silence.

    `name` is the file's name in findings. Cells hold no line breaks, so each line is one row, and a quote that is not
    closed spoils its own line only.
    """
    read = Read(table, name)
    survey = survey_file(path, read)
    if survey is None:
        return read
    text = path.read_bytes().decode("utf-8").removeprefix(BOM)
    lines, _ = split_lines(text)
    if read_header(lines[0], read):
        read_rows(lines[1:], read)
    return read


@dataclass
class Survey:
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


def survey_file(path: Path, read: Read) -> Survey | None:
    """Go through a file once; None, and the reason among the findings, where its rows cannot be read."""
    survey = Survey()
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
            while piece := file.read(PIECE):
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


def read_rows(lines: Sequence[str], read: Read, first: int = 2, stop: int | None = None) -> int:
    """Read the rows of these lines, the first of which has the given number; how many of the lines they took.

    From `stop` on, lines are looked at only to see where a row ends that broke off before.
    """
    at = 0
    while at < (len(lines) if stop is None else stop):
        at += _read_row(lines, at, first + at, read)
    return at


def read_header(line: str, read: Read) -> bool:
    """Compare the header with the contract; whether the rows below it can be read by it, without which nothing is complete."""
    expected = read.table.column_names
    try:
        cells = split_line(line)
    except CellError as error:
        cells = [(error.position, f"{error}")]
    names = [name for _, name in cells]
    if names == expected:
        return True
    found = header_fault(names, expected)
    if len(set(names) & set(expected)) == 0:
        found = f"none of these columns, but {line[:80]!r}"
    at = next((at for at, (name, wanted) in enumerate(zip(names, expected, strict=False)) if name != wanted), len(expected))
    position = cells[at][0] if at < len(cells) else len(line) + 1
    fix = "Give the file the columns of its schema, in their order."
    read.fault("header", ",".join(expected), found, fix, 1, position)
    read.complete = False
    return False


def header_fault(names: Sequence[str], expected: Sequence[str]) -> str:
    """What is wrong with a table's columns, in words."""
    doubled = [name for name, count in Counter(names).items() if count > 1]
    missing = [name for name in expected if name not in names]
    extra = [name for name in names if name not in expected]
    faults = [f"doubled: {_some(doubled)}"] if doubled else []
    faults += [f"missing: {_some(missing)}"] if missing else []
    faults += [f"unknown: {_some(extra, missing)}"] if extra else []
    return "; ".join(faults) or f"another order: {', '.join(names)}"


def _some(names: Sequence[str], known: Sequence[str] = ()) -> str:
    """The first names of what may be a million, each with the nearest that is known."""
    listed = ", ".join(name + nearest(name, known) for name in names[:COLUMNS])
    return listed + (f" and {len(names) - COLUMNS} more" if len(names) > COLUMNS else "")


def _read_row(lines: Sequence[str], at: int, number: int, read: Read) -> int:
    """Read the row that begins with the line at this index, which has this number; how many lines it takes."""
    width = len(read.table.columns)
    try:
        cells = split_line(lines[at])
    except CellError as error:
        taken = _broken_row(lines[at : at + 20], width) if str(error) == OPEN else 1
        found, fix = str(error), "Quote cells that hold a comma or a quote, and double the quotes inside them."
        if taken > 1:
            found, fix = f"a cell that goes on in line {number + taken - 1}", "Write the cell in one line."
        read.fault("quoting", "each quoted cell closed on its line", found, fix, number, error.position)
        read.complete = False
        return taken
    if not lines[at]:
        read.fault("row-length", f"{width} cells", "an empty line", "Remove the line.", number, 1)
    elif len(cells) != width:
        fix = "Give each column one cell, an empty one where there is no value; quote cells that hold a comma."
        read.fault("row-length", f"{width} cells", f"{len(cells)} cells", fix, number, 1)
        read.complete = False
    else:
        read.numbers.append(number)
        read.starts.append([start for start, _ in cells])
        read.rows.append([])
        _read_cells([cell for _, cell in cells], read)
    return 1


def _broken_row(lines: Sequence[str], width: int) -> int:
    """How many of the lines a row takes whose quoted cell holds line breaks; 1 where none of them closes it."""
    for count in range(2, len(lines) + 1):
        try:
            if len(split_line("\n".join(lines[:count]))) == width:
                return count
        except CellError as error:
            if str(error) != OPEN:
                return 1
    return 1


def _read_cells(cells: Sequence[str], read: Read) -> None:
    row = len(read.rows) - 1
    faults = []
    for column, cell in zip(read.table.columns, cells, strict=True):
        fault = text_fault(cell)
        value: Any = cell or None
        if fault is None and cell:
            value, fault = parse(cell, column)
        read.rows[row].append(value if fault is None or column.dtype == "String" else None)
        if fault is not None:
            faults.append((column.name, *fault))
    for name, rule, expected, found, fix in faults:
        place = (read.table.name, read.numbers[row], read.position(row, name), name, read.key(row))
        read.findings.append(Finding(rule, read.file, expected, found, fix, *place))


def text_fault(cell: str) -> tuple[str, str, str, str] | None:
    """The rule that a cell's text breaks whatever its type, what was expected, what was found and what to do."""
    if cell.isascii() and cell.isprintable() and cell[:1] != " " and cell[-1:] != " ":
        return None
    unseen = next(
        (char for char in cell if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char not in JOINERS), None
    )
    if unseen is not None:
        what = "NUL" if unseen == "\0" else unicodedata.name(unseen, "control character")
        return "control-character", "printable text", f"{what}, U+{ord(unseen):04X}", "Remove the character."
    if cell != cell.strip():
        return "space", "no leading or trailing space", repr(cell), "Remove the space around the value."
    if not unicodedata.is_normalized("NFC", cell):
        other = next(at for at, (a, b) in enumerate(zip(cell, unicodedata.normalize("NFC", cell), strict=False)) if a != b)
        found = f"{cell!r}, in another form from its character {other + 1} on"
        return "normal-form", "text in Unicode NFC", found, "Normalise the text to NFC."
    return None


def parse(cell: str, column: Column) -> tuple[Any, tuple[str, str, str, str] | None]:
    """A cell's value by its column's type, or what is wrong with it."""
    if column.dtype == "String":
        return cell, None
    if column.dtype == "Boolean":
        if cell in ("true", "false"):
            return cell == "true", None
        expected = "true or false, in lower case"
    elif column.dtype == "Int32":
        if not re.fullmatch(r"0|-?[1-9][0-9]*", cell):
            expected = "a whole number, digits only"
        elif len(cell) < 12 and int(cell) in INT32:
            return int(cell), None
        else:
            expected = f"a whole number from {INT32.start} to {INT32.stop - 1}"
    elif column.dtype == "Float64":
        if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", cell):
            return float(cell), None
        expected = "a number, digits with at most one decimal point"
    else:
        value, expected = _date(cell)
        if value is not None:
            return value, None
    return None, ("type", expected, repr(cell), f"Write the value as in {column.metadata['example']}.")


def _date(cell: str) -> tuple[date | None, str]:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        return None, "a date as YYYY-MM-DD"
    try:
        return date.fromisoformat(cell), ""
    except ValueError:
        return None, "a day that the calendar has, as YYYY-MM-DD"
