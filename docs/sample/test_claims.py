"""Checks the records of this repository, and a table in memory, against the contract of kursk-claims."""

import polars as pl

import kursk_claims


def test_records() -> None:
    report = kursk_claims.check("records")
    assert report.exit_code == 0, report.findings


def test_a_table_in_memory() -> None:
    dates = {"occurred_earliest": pl.Date, "occurred_latest": pl.Date}
    claims = pl.read_csv("records/claims.csv", infer_schema=False, schema_overrides=dates)
    assert kursk_claims.check(claims, table="claims").findings == []
