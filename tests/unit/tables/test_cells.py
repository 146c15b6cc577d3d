"""One cell and a whole column are parsed alike, and an invalid cell says what is expected."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from kursk_claims.contract.model import Column
from kursk_claims.contract.strict_yaml import YamlMapping
from kursk_claims.tables.cells import parse_cell, parse_column

WHOLE_NUMBER = "a whole number, digits only"
NUMBER = "a number, digits with at most one decimal point"
DATE = "a date as YYYY-MM-DD"
VALID: list[tuple[str, str, Any]] = [
    ("String", " as it is ", " as it is "),
    ("Boolean", "true", True),
    ("Boolean", "false", False),
    ("Int32", "0", 0),
    ("Int32", "-7", -7),
    ("Int32", "2147483647", 2**31 - 1),
    ("Int32", "-2147483648", -(2**31)),
    ("Float64", "-1.50", -1.5),
    ("Float64", "123456789012345", 123456789012345.0),
    ("Date", "2024-02-29", date(2024, 2, 29)),
    ("Date", "0001-01-01", date(1, 1, 1)),
]
INVALID = [
    ("Boolean", "yes", "true or false, in lower case"),
    ("Int32", "01", WHOLE_NUMBER),
    ("Int32", "-0", WHOLE_NUMBER),
    ("Int32", "1.5", WHOLE_NUMBER),
    ("Int32", "٧", WHOLE_NUMBER),
    ("Int32", "1\n", WHOLE_NUMBER),
    ("Int32", "2147483648", "a whole number from -2147483648 to 2147483647"),
    ("Int32", "9" * 5000, "a whole number from -2147483648 to 2147483647"),
    ("Float64", "1,5", NUMBER),
    ("Float64", "1.", NUMBER),
    ("Float64", "1e5", NUMBER),
    ("Float64", "1234567890123456", NUMBER),
    ("Date", "2024-8-6", DATE),
    ("Date", "2023-02-29", "a date that exists, as YYYY-MM-DD"),
    ("Date", "0000-01-01", "a date that exists, as YYYY-MM-DD"),
]


def column_of(dtype: str) -> Column:
    metadata = YamlMapping()
    metadata["example"] = "7"
    return Column("size", "Size", "How large it is.", dtype, metadata=metadata)


@pytest.mark.parametrize(("dtype", "cell", "value"), VALID)
def test_a_valid_cell(dtype: str, cell: str, value: object) -> None:
    assert parse_cell(cell, column_of(dtype)) == (value, None)
    assert parse_column(pl.Series([cell, None]), column_of(dtype)).to_list() == [value, None]


@pytest.mark.parametrize(("dtype", "cell", "expected"), INVALID)
def test_an_invalid_cell(dtype: str, cell: str, expected: str) -> None:
    value, fault = parse_cell(cell, column_of(dtype))
    assert value is None
    assert fault == ("type", expected, repr(cell), "Write the value like this example: 7.")
    assert parse_column(pl.Series([cell]), column_of(dtype)).to_list() == [None]


@pytest.mark.parametrize(
    ("dtype", "cell", "fix"),
    [
        ("Float64", "NaN", "Empty the cell if a value is missing."),
        ("Date", "NULL", "Empty the cell if a value is missing."),
        ("Boolean", "TRUE", "Write true; spreadsheets use capitals."),
        ("Int32", "-6.0", "Write -6; pandas adds the zero if it keeps whole numbers as floats, see its type Int64."),
        ("Date", "47969", "Give the column the format YYYY-MM-DD; 47969 is a spreadsheet's number for 2031-05-01."),
    ],
)
def test_what_programs_write_in_a_way_of_their_own(dtype: str, cell: str, fix: str) -> None:
    fault = parse_cell(cell, column_of(dtype))[1]
    assert fault is not None
    assert fault.fix == fix
