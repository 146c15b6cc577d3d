"""Parse text cells by the types of the contract."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import polars as pl

from kursk_claims.contract.model import Column

INT32_RANGE = range(-(2**31), 2**31)


def parse_cell(cell: str, column: Column) -> tuple[Any, tuple[str, str, str, str] | None]:
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
        elif len(cell) < 12 and int(cell) in INT32_RANGE:
            return int(cell), None
        else:
            expected = f"a whole number from {INT32_RANGE.start} to {INT32_RANGE.stop - 1}"
    elif column.dtype == "Float64":
        if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", cell):
            return float(cell), None
        expected = "a number, digits with at most one decimal point"
    else:
        value, expected = _parse_date(cell)
        if value is not None:
            return value, None
    return None, ("type", expected, repr(cell), f"Write the value as in {column.metadata['example']}.")


def _parse_date(cell: str) -> tuple[date | None, str]:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        return None, "a date as YYYY-MM-DD"
    try:
        return date.fromisoformat(cell), ""
    except ValueError:
        return None, "a day that the calendar has, as YYYY-MM-DD"


# The same forms as in `records`, which reads cell by cell and says what is wrong.
CELL_PATTERNS = {
    "Int32": r"^(?:0|-?[1-9][0-9]{0,10})$",
    "Float64": r"^-?[0-9]{1,15}(?:\.[0-9]{1,15})?$",
    "Boolean": "^(?:true|false)$",
    "Date": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
}


def parse_column(cells: pl.Series, column: Column) -> pl.Series:
    """The values of a column; a cell that has none is null."""
    if column.dtype == "String":
        return cells
    well = cells.set(~cells.str.contains(CELL_PATTERNS[column.dtype]), None)
    if column.dtype == "Date":
        days = well.str.to_date("%Y-%m-%d", strict=False)
        return days.set(days.dt.year() < 1, None)
    if column.dtype == "Boolean":
        return well == "true"
    return well.cast(column.type.to_polars(), strict=False)
