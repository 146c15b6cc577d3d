"""Parse text cells by the types of the contract."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from kursk_claims.contract.model import Column
from kursk_claims.tables.text_quality import MISSING_VALUES, MISSING_WORDS

if TYPE_CHECKING:
    import polars as pl

INT32_RANGE = range(-(2**31), 2**31)
SPREADSHEET_EPOCH = date(1899, 12, 30)  # day 0, because Excel counts a 29 February 1900


class CellFault(NamedTuple):
    """Why a cell is invalid."""

    rule: str
    expected: str
    found: str
    fix: str


class CellSyntax(NamedTuple):
    """How values of a type are written.

    `convert` returns the value of a cell that matches `pattern`, or None if the type does not have that value.
    """

    pattern: str
    expected: str
    convert: Callable[[str], Any]
    expected_value: str = ""


def parse_cell(cell: str, column: Column) -> tuple[Any, CellFault | None]:
    """Return the value of a non-empty cell, or None and why it is invalid."""
    if column.dtype == "String":
        return cell, None
    syntax = CELL_SYNTAX[column.dtype]
    expected = syntax.expected
    if re.fullmatch(syntax.pattern, cell):
        value = syntax.convert(cell)
        if value is not None:
            return value, None
        expected = syntax.expected_value
    return None, CellFault("type", expected, repr(cell), _advise(cell, column))


def _advise(cell: str, column: Column) -> str:
    """Return how to correct a cell, which programs often write in a way of their own."""
    if cell in MISSING_VALUES + MISSING_WORDS:
        return "Empty the cell if a value is missing."
    if column.dtype == "Boolean" and cell.lower() in ("true", "false"):
        return f"Write {cell.lower()}; spreadsheets use capitals."
    if column.dtype == "Int32" and re.fullmatch(r"-?\d{1,10}\.0+", cell):
        return f"Write {cell.partition('.')[0]}; pandas adds the zero if it keeps whole numbers as floats, see its type Int64."
    if column.dtype == "Date" and re.fullmatch(r"[1-9]\d{4}", cell):
        day = SPREADSHEET_EPOCH + timedelta(days=int(cell))
        return f"Give the column the format YYYY-MM-DD; {cell} is a spreadsheet's number for {day}."
    return f"Write the value like this example: {column.metadata['example']}."


def parse_column(cells: pl.Series, column: Column) -> pl.Series:
    """Return the values of a column of cells; null where a cell is null or invalid."""
    if column.dtype == "String":
        return cells
    matching = cells.set(~cells.str.contains(f"^(?:{CELL_SYNTAX[column.dtype].pattern})$"), None)
    if column.dtype == "Date":
        dates = matching.str.to_date("%Y-%m-%d", strict=False)
        return dates.set(dates.dt.year() < 1, None)  # polars has a year 0, Python's dates do not
    if column.dtype == "Boolean":
        return matching == "true"
    return matching.cast(column.type.to_polars(), strict=False)


def _convert_int32(cell: str) -> int | None:
    # Python refuses to convert thousands of digits, so the length is checked first.
    return int(cell) if len(cell) < 12 and int(cell) in INT32_RANGE else None


def _convert_date(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return None


# By type of the contract. `parse_cell` matches the patterns with Python, `parse_column` with polars, so they use only what
# both understand alike.
CELL_SYNTAX = {
    "Boolean": CellSyntax("true|false", "true or false, in lower case", lambda cell: cell == "true"),
    "Int32": CellSyntax(
        "0|-?[1-9][0-9]*",
        "a whole number, digits only",
        _convert_int32,
        f"a whole number from {INT32_RANGE.start} to {INT32_RANGE.stop - 1}",
    ),
    "Float64": CellSyntax(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?", "a number, digits with at most one decimal point", float),
    "Date": CellSyntax("[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date as YYYY-MM-DD", _convert_date, "a date that exists, as YYYY-MM-DD"),
}
