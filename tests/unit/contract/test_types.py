"""Every column type exists under its name in every system, and its values are the same there."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from kursk_claims.contract.types import ARROW_TYPES, COLUMN_TYPES, LOGICAL_TYPES

VALUES: dict[str, Any] = {"String": "é", "Date": date(2024, 8, 6), "Int32": -7, "Float64": 0.5, "Boolean": True}


@pytest.mark.parametrize("dtype", COLUMN_TYPES)
def test_polars_arrow_and_duckdb_agree_on_a_type(dtype: str) -> None:
    column_type, value = COLUMN_TYPES[dtype], VALUES[dtype]
    series = pl.Series([value, None], dtype=column_type.to_polars())
    arrow = pa.array([value, None], column_type.to_arrow())
    assert series.to_list() == arrow.to_pylist() == [value, None]
    assert str(arrow.type) == column_type.arrow
    relation = duckdb.sql(f"SELECT ?::{column_type.duckdb} AS value", params=[value])
    assert relation is not None
    result = relation.to_arrow_table()
    assert ARROW_TYPES[str(result.schema.field("value").type)] is column_type
    assert result["value"].to_pylist() == [value]


@pytest.mark.parametrize("dtype", COLUMN_TYPES)
def test_sqlite_stores_a_type_by_its_declared_name(dtype: str) -> None:
    affinity = {"TEXT": "text", "INTEGER": "integer", "REAL": "real"}[COLUMN_TYPES[dtype].sqlite]
    value = VALUES[dtype].isoformat() if dtype == "Date" else VALUES[dtype]
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE t (value {COLUMN_TYPES[dtype].sqlite})")
    connection.execute("INSERT INTO t VALUES (?)", [value])
    assert connection.execute("SELECT value, typeof(value) FROM t").fetchall() == [(value, affinity)]


def test_no_name_stands_for_two_types() -> None:
    assert len(LOGICAL_TYPES) == len(COLUMN_TYPES)
    assert len(ARROW_TYPES) == sum(1 + len(each.arrow_variants) for each in COLUMN_TYPES.values())
    assert all(str(pa.type_for_alias(name)) == name for name in ARROW_TYPES)
