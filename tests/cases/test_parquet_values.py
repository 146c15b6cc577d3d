"""Parquet of any types is held to its values: one that would change is a finding, and so is a column of another kind."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rule_cases import CONTRACT
from support import ROOT, WELLS, Call

DATES = CONTRACT.tables["documents"]


def passages(**columns: pa.Array) -> pa.Table:
    rows: dict[str, Any] = {
        "passage_id": ["psg-001", "psg-002"],
        "doc_id": ["doc-notice", "doc-notice"],
        "paragraph": pa.array([1, 1], pa.int32()),
        "sentence": pa.array([1, 2], pa.int32()),
        "char_start": pa.array([0, 10], pa.int32()),
        "char_end": pa.array([10, 20], pa.int32()),
        "sha256": ["0" * 64, "1" * 64],
        "disposition": ["claims", "claims"],
        "reason": pa.nulls(2, pa.string()),
    }
    return pa.table({**rows, **columns}).select(CONTRACT.tables["passages"].column_names)


def check(rows: pa.Table, call: Call, folder: Path) -> str:
    pq.write_table(rows, folder / "passages.parquet")
    return call("check", folder / "passages.parquet", "-w", ROOT, "-q").out


def test_the_sample_is_sound(call: Call, tmp_path: Path) -> None:
    assert "0 findings" in check(passages(), call, tmp_path)


@pytest.mark.parametrize(
    "ends",
    [
        pa.array([10, 20], pa.int64()),
        pa.array([10, 20], pa.uint8()),
        pa.array([10.0, 20.0]),
        pa.array([10, 20], pa.float16()),
        pa.array([Decimal(10), Decimal(20)]),
        pa.array([10, 20], pa.int64()).dictionary_encode(),
    ],
    ids=lambda ends: str(ends.type)[:20],
)
def test_numbers_that_fit(ends: pa.Array, call: Call, tmp_path: Path) -> None:
    assert "0 findings" in check(passages(char_end=ends), call, tmp_path)


@pytest.mark.parametrize(
    "kind", [pa.large_string(), pa.string_view(), pa.binary(), pa.dictionary(pa.int8(), pa.string())], ids=str
)
def test_texts_that_fit(kind: pa.DataType, call: Call, tmp_path: Path) -> None:
    kinds = pa.array(["claims", "claims"])
    kinds = kinds.dictionary_encode() if pa.types.is_dictionary(kind) else kinds.cast(kind)
    assert "0 findings" in check(passages(disposition=kinds), call, tmp_path)


@pytest.mark.parametrize(
    ("ends", "found"),
    [
        (pa.array([10.0, 20.5]), "'20.5'"),
        (pa.array([10, 2**40]), f"'{2**40}'"),
        (pa.array([Decimal("10.0"), Decimal("20.5")]), "'20.5'"),
    ],
)
def test_a_number_that_would_change(ends: pa.Array, found: str, call: Call, tmp_path: Path) -> None:
    report = check(passages(char_end=ends), call, tmp_path)
    assert "passages.parquet:row 2: error type: char_end [passage_id=psg-002]" in report
    assert f"found: {found}" in report
    assert "1 finding\n" in report


@pytest.mark.parametrize(
    ("ends", "found"), [(pa.array(["10", "20"]), "type string"), (pa.array([[10], [20]]), "type list<element: int64>")]
)
def test_another_kind_of_value_is_one_finding(ends: pa.Array, found: str, call: Call, tmp_path: Path) -> None:
    report = check(passages(char_end=ends), call, tmp_path)
    assert "passages.parquet: error type: char_end" in report
    assert f"found: {found}" in report
    assert "1 finding\n" in report


def test_the_other_columns_are_checked_beside_a_wrong_type(call: Call, tmp_path: Path) -> None:
    report = check(passages(char_end=pa.array(["10", "20"]), disposition=pa.array(["claims", "claimz"])), call, tmp_path)
    assert "in SQL with char_end::INTEGER" in report
    assert "(did you mean 'claims'?)" in report
    assert "2 findings\n" in report


def test_the_other_columns_are_checked_beside_a_nested_one(call: Call, tmp_path: Path) -> None:
    report = check(passages(char_end=pa.array([[10], [20]]), disposition=pa.array(["claims", "claimz"])), call, tmp_path)
    assert "expected: a column of type integer\n  found: type list<element: int64>" in report
    assert "(did you mean 'claims'?)" in report
    assert "2 findings\n" in report


def dates_in(kind: pa.DataType, *days: datetime | None) -> pa.Array:
    return pa.array(days, pa.timestamp("us")).cast(kind)


def documents(published: pa.Array) -> pa.Table:
    rows: dict[str, Any] = {
        "doc_id": ["doc-notice"],
        "kind": ["news_article"],
        "publisher_id": ["act-harbour"],
        "language": ["en"],
        "published_earliest": published,
        "published_latest": published,
        "date_basis": ["stated"],
        "held": [False],
    }
    return pa.table({name: rows.get(name, pa.nulls(1)) for name in DATES.column_names})


def of_dates(call: Call, folder: Path, published: pa.Array) -> str:
    pq.write_table(documents(published), folder / "documents.parquet")
    return call("check", folder / "documents.parquet", "-w", ROOT, "-q").out


@pytest.mark.parametrize("kind", [pa.date64(), pa.timestamp("ms"), pa.timestamp("us")], ids=str)
def test_midnights_are_dates(kind: pa.DataType, call: Call, tmp_path: Path) -> None:
    assert "0 findings" in of_dates(call, tmp_path, dates_in(kind, datetime(2031, 5, 1)))


def test_a_time_of_day_is_no_date(call: Call, tmp_path: Path) -> None:
    report = of_dates(call, tmp_path, dates_in(pa.timestamp("us"), datetime(2031, 5, 1, 12)))
    assert "expected: a date without a time of day\n  found: '2031-05-01 12:00:00'" in report


def test_a_day_in_a_time_zone_must_be_cast(call: Call, tmp_path: Path) -> None:
    report = of_dates(call, tmp_path, pa.array([datetime(2031, 5, 1)], pa.timestamp("us", "Europe/Kyiv")))
    assert "(published_earliest AT TIME ZONE 'Europe/Kyiv')::DATE" in report


@pytest.mark.parametrize("kind", [pa.null(), pa.float64(), pa.int64(), pa.bool_(), pa.timestamp("ns")], ids=str)
def test_a_column_without_a_value_is_of_any_type(kind: pa.DataType, call: Call, tmp_path: Path) -> None:
    rows = documents(dates_in(pa.date32(), datetime(2031, 5, 1)))
    rows = rows.set_column(rows.column_names.index("note"), "note", pa.nulls(1, kind))
    pq.write_table(rows, tmp_path / "documents.parquet")
    assert "0 findings" in call("check", tmp_path / "documents.parquet", "-w", ROOT, "-q").out


def test_not_a_number_is_no_value(call: Call, tmp_path: Path) -> None:
    rows = pa.table({"well_id": ["w1", "w2"], "latitude": [1.0, float("nan")], "longitude": [1.0, 2.0]})
    pq.write_table(rows, tmp_path / "wells.parquet")
    report = call("check", tmp_path, "-w", WELLS, "-q").out
    assert "wells.parquet:row 2: error type: latitude [well_id=w2]" in report
    assert "1 finding\n" in report
