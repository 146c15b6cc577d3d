"""A table in memory, or a Parquet file, may hold other types where no value changes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_series_equal

from kursk_claims.contract.model import Column, Table
from kursk_claims.errors import InputError
from kursk_claims.tables.conversions import convert_values
from kursk_claims.tables.frames import read_frame

DAY = datetime(2024, 8, 6)
NOON = datetime(2024, 8, 6, 12)


@pytest.mark.parametrize(
    ("values", "dtype", "converted"),
    [
        (pl.Series([1, None], dtype=pl.Int64), "Int32", pl.Series([1, None], dtype=pl.Int32)),
        (pl.Series([1.0, float("nan")]), "Int32", pl.Series([1, None], dtype=pl.Int32)),  # pandas' empty cell among numbers
        (pl.Series([Decimal("1.5")]), "Float64", pl.Series([1.5])),
        (pl.Series([None, None], dtype=pl.Float64), "Boolean", pl.Series([None, None], dtype=pl.Boolean)),
        (pl.Series([None], dtype=pl.Float64), "String", pl.Series([None], dtype=pl.String)),
        (pl.Series([DAY]), "Date", pl.Series([DAY.date()])),
        (pl.Series([b"gate"]), "String", pl.Series(["gate"])),
    ],
)
def test_values_that_stay_the_same(values: pl.Series, dtype: str, converted: pl.Series) -> None:
    outcome = convert_values(values, Column("size", "", "", dtype))
    assert outcome is not None
    assert_series_equal(outcome[0], converted, check_names=False)
    assert not len(outcome[1])


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (pl.Series([1.0, 1.5]), "Int32"),
        (pl.Series([1, 2**40]), "Int32"),
        (pl.Series([1, 2**53 + 1]), "Float64"),
        (pl.Series([DAY, NOON]), "Date"),
        (pl.Series([b"gate", b"\xff"]), "String"),
    ],
)
def test_values_that_would_change(values: pl.Series, dtype: str) -> None:
    outcome = convert_values(values, Column("size", "", "", dtype))
    assert outcome is not None
    assert outcome[1].to_list() == [1]


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (pl.Series(["1"]), "Int32"),
        (pl.Series([1]), "String"),
        (pl.Series([1]), "Boolean"),
        (pl.Series([DAY]).dt.replace_time_zone("Europe/Kyiv"), "Date"),
    ],
)
def test_values_of_another_kind(values: pl.Series, dtype: str) -> None:
    assert convert_values(values, Column("size", "", "", dtype)) is None


def test_what_is_no_table_is_refused() -> None:
    table = Table("stones", "", "", ("size",), (Column("size", "", "", "Int32"),), Path("stones.yaml"))
    with pytest.raises(InputError, match="stones: expected a path, or a table of Arrow, polars, pandas or DuckDB, found dict"):
        read_frame({"size": [1]}, table)
