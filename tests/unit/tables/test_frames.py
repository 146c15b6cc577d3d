"""Tables in memory get the contract's types only where no value changes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_series_equal

from kursk_claims.contract.model import Column, Table
from kursk_claims.errors import InputError
from kursk_claims.tables.frames import convert_frame

DAY = datetime(2024, 8, 6)
NOON = datetime(2024, 8, 6, 12)


@pytest.mark.parametrize(
    ("values", "dtype", "converted"),
    [
        (pl.Series([1, None], dtype=pl.Int64), "Int32", pl.Series([1, None], dtype=pl.Int32)),
        (pl.Series([1.0, float("nan")]), "Int32", pl.Series([1, None], dtype=pl.Int32)),  # pandas' empty cell among numbers
        (pl.Series([1.5]), "Int32", pl.Series([1.5])),
        (pl.Series([2**40]), "Int32", pl.Series([2**40])),
        (pl.Series(["1"]), "Int32", pl.Series(["1"])),
        (pl.Series([None, None]), "Boolean", pl.Series([None, None], dtype=pl.Boolean)),
        (pl.Series([DAY]), "Date", pl.Series([DAY.date()])),
        (pl.Series([NOON]), "Date", pl.Series([NOON])),
        (pl.Series(["a"], dtype=pl.Categorical), "String", pl.Series(["a"])),
        (pl.Series([1]), "String", pl.Series([1])),
    ],
)
def test_types(values: pl.Series, dtype: str, converted: pl.Series) -> None:
    table = Table("stones", "", "", ("size",), (Column("size", "", "", dtype),), Path("stones.yaml"))
    frame = convert_frame(pl.DataFrame({"size": values, "extra": [1] * len(values)}), table)
    assert frame.columns == ["size", "extra"]
    assert_series_equal(frame["size"], converted, check_names=False)


def test_what_is_no_table_is_refused() -> None:
    table = Table("stones", "", "", ("size",), (Column("size", "", "", "Int32"),), Path("stones.yaml"))
    with pytest.raises(InputError, match="stones: expected a path, or a table of Arrow, polars, pandas or DuckDB, found dict"):
        convert_frame({"size": [1]}, table)
