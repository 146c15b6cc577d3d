"""CSV records: read strictly, knowing where every cell stands, and written canonically."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kursk_claims.contract import Column, Table, arrow_schema, nearest
from kursk_claims.findings import Finding

if TYPE_CHECKING:
    import pyarrow

BOM = "\ufeff"
INT32 = range(-(2**31), 2**31)


@dataclass
class Read:
    """One table as it was read.

    `rows` hold the cells' values by the contract (None where a cell is empty or could not be read), `lines` the text of
    each row's line, `numbers` its line number. `complete` is false when a row, or the whole table, could not be read.
    """

    table: Table
    file: str
    rows: list[list[Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
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
        return cell_position(self.lines[row], self.order[self.table.column_names.index(column)])

    def key(self, row: int) -> str:
        names = self.table.column_names
        return ",".join(f"{name}={shown(self.rows[row][names.index(name)])}" for name in self.table.primary_key)

    def finding(self, row: int, column: str, rule: str, expected: str, found: str, fix: str) -> Finding:
        """A finding at a cell of this table."""
        return Finding(
            rule,
            self.file,
            expected,
            found,
            fix,
            self.table.name,
            self.numbers[row],
            self.position(row, column),
            column,
            self.key(row),
        )


def shown(value: object) -> str:
    """A value as it stands in a CSV; an empty cell is called empty."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def cell_position(line: str, index: int) -> int:
    """Where the cell with this index begins in a line of CSV, counted from 1."""
    quoted = False
    for position, char in enumerate(line):
        if index == 0:
            return position + 1
        if char == '"':
            quoted = not quoted
        elif char == "," and not quoted:
            index -= 1
    return len(line) + 1


def read_table(path: Path, table: Table, name: str) -> Read:
    """Read one table; what is wrong with the file or a cell becomes a finding, nothing is repaired in silence.

    `name` is the file's name in findings. Cells hold no line breaks, so each line is one row, and a quote that is not
    closed spoils its own line only.
    """
    read = Read(table, name)
    if not path.is_file():
        read.complete = False
        read.findings.append(
            Finding("file-missing", name, f"the records of table {table.name}", "no such file", "Restore the file.", table.name)
        )
        return read
    text = _decode(path.read_bytes(), read)
    if text is None:
        return read
    lines = text.removesuffix("\n").split("\n")
    if not _read_header(lines[0], read):
        return read
    for number, line in enumerate(lines[1:], 2):
        cells = _split(line, number, read)
        if cells is not None:
            read.rows.append([])
            read.lines.append(line)
            read.numbers.append(number)
            _read_cells(cells, read)
    return read


def _decode(raw: bytes, read: Read) -> str | None:
    def fault(rule: str, line: int, position: int, expected: str, found: str, fix: str) -> None:
        read.findings.append(Finding(rule, read.file, expected, found, fix, read.table.name, line, position))

    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        line, position = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        fault("encoding", line, position, "UTF-8", f"byte 0x{raw[error.start]:02x}", "Save the file as UTF-8.")
        read.complete = False
        return None
    if text.startswith(BOM):
        fault("byte-order-mark", 1, 1, "no byte order mark", "U+FEFF", "Save as UTF-8 without BOM, or run `kursk-claims format`.")
        text = text[1:]
    if not text.strip():
        fault("empty-file", 1, 1, "a header line", "nothing", "Restore the header; a table without rows is its header alone.")
        read.complete = False
        return None
    returns = text.count("\r")
    if returns:
        line = text.count("\n", 0, text.index("\r")) + 1
        fault("line-ending", line, 1, "lines that end with LF", f"{returns} CR", "Run `kursk-claims format`.")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _read_header(line: str, read: Read) -> bool:
    """Compare the header with the contract; whether the rows below it can be read by it."""
    expected = read.table.column_names
    try:
        names = next(csv.reader([line], strict=True))
    except csv.Error:
        names = line.split(",")
    read.order = [names.index(name) if name in names else -1 for name in expected]
    if names == expected:
        return True
    doubled = [name for name, count in Counter(names).items() if count > 1]
    missing = [name for name in expected if name not in names]
    extra = [name for name in names if name not in expected]
    faults = [f"doubled: {', '.join(doubled)}"] if doubled else []
    faults += [f"missing: {', '.join(missing)}"] if missing else []
    faults += [f"unknown: {', '.join(name + nearest(name, missing) for name in extra)}"] if extra else []
    found = "; ".join(faults) or f"another order: {', '.join(names)}"
    wrong = (
        names.index((doubled + extra + [names[0]])[0])
        if faults
        else [a == b for a, b in zip(names, expected, strict=True)].index(False)
    )
    read.findings.append(
        Finding(
            "header",
            read.file,
            ",".join(expected),
            found,
            "Give the file the columns of its schema, in their order.",
            read.table.name,
            1,
            cell_position(line, wrong),
        )
    )
    read.complete = not doubled and not missing
    return read.complete


def _split(line: str, number: int, read: Read) -> list[str] | None:
    width = len(read.order) if sorted(read.order) == list(range(len(read.order))) else None
    rule, expected, found = "", "", ""
    try:
        cells = next(csv.reader([line], strict=True), [])
    except csv.Error as error:
        cells, rule, expected, found = [], "quoting", "each quoted cell closed on its line", str(error)
    else:
        if width is not None and len(cells) != width:
            rule, expected, found = "row-length", f"{width} cells", f"{len(cells)} cells" if line else "an empty line"
        elif len(cells) <= max(read.order):
            rule, expected, found = "row-length", f"at least {max(read.order) + 1} cells", f"{len(cells)} cells"
    if not rule:
        return cells
    fix = "Quote cells that hold a comma or a quote, double quotes inside them, and give each column one cell."
    read.findings.append(Finding(rule, read.file, expected, found, fix, read.table.name, number, 1))
    read.complete = False
    return None


def _read_cells(cells: list[str], read: Read) -> None:
    row = len(read.rows) - 1
    faults = []
    for column, index in zip(read.table.columns, read.order, strict=True):
        cell = cells[index]
        fault = _text_fault(cell)
        value: Any = cell or None
        if fault is None and cell:
            value, fault = parse(cell, column)
        read.rows[row].append(value if fault is None or column.dtype == "String" else None)
        if fault is not None:
            faults.append((column.name, *fault))
    for name, rule, expected, found, fix in faults:
        read.findings.append(read.finding(row, name, rule, expected, found, fix))


def _text_fault(cell: str) -> tuple[str, str, str, str] | None:
    control = next((char for char in cell if unicodedata.category(char) in ("Cc", "Cs")), None)
    if control is not None:
        what = "NUL" if control == "\0" else "control character"
        return "control-character", "printable text", f"{what} U+{ord(control):04X}", "Remove the character."
    if cell != cell.strip():
        return "space", "no leading or trailing space", repr(cell), "Remove the space around the value."
    if not unicodedata.is_normalized("NFC", cell):
        return "normal-form", "text in Unicode NFC", repr(cell), "Normalise the text to NFC."
    return None


def parse(cell: str, column: Column) -> tuple[Any, tuple[str, str, str, str] | None]:
    """A cell's value by its column's type, or what is wrong with it."""
    expected = ""
    if column.dtype == "String":
        return cell, None
    if column.dtype == "Boolean":
        if cell in ("true", "false"):
            return cell == "true", None
        expected = "true or false, in lower case"
    elif column.dtype == "Int32":
        if re.fullmatch(r"0|-?[1-9][0-9]{0,9}", cell) and int(cell) in INT32:
            return int(cell), None
        expected = "a whole number, digits only"
    elif column.dtype == "Float64":
        if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", cell):
            return float(cell), None
        expected = "a number, digits with at most one decimal point"
    elif column.dtype == "Date":
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
                return date.fromisoformat(cell), None
            expected = "a date as YYYY-MM-DD"
        except ValueError:
            expected = "a day that the calendar has, as YYYY-MM-DD"
    return None, ("type", expected, repr(cell), "Write the value so.")
