"""The records of this repository keep the contract: what `pytest` says of them."""

import polars as pl

import kursk_claims


def test_records() -> None:
    report = kursk_claims.check("records")
    assert report.exit_code == 0, report.findings


def test_what_a_script_makes() -> None:
    claims = pl.read_csv("records/claims.csv", infer_schema=False).with_columns(note=pl.lit(None, pl.String))
    assert kursk_claims.check(claims, table="claims").findings == []
