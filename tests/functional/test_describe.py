"""`describe` lists tables, views and columns."""

from __future__ import annotations

import json

from kursk_claims.contract.loader import load_contract
from kursk_claims.database.limits import SqlLimits
from kursk_claims.database.load import load_records
from kursk_claims.workspace import find_workspace
from support import ROOT, Call, Copy

CONTRACT = load_contract(find_workspace(ROOT).schemas)
VIEWS = [view.name for view in CONTRACT.views]


def test_describe_names_all_tables_and_views(call: Call, records: Copy) -> None:
    rows = json.loads(call("describe", "-f", "json", "-w", records.root).out)
    assert [(row["name"], row["kind"]) for row in rows] == [
        *((name, "table") for name in CONTRACT.tables),
        *((name, "view") for name in VIEWS),
    ]
    for row in rows:
        assert row["meaning"]
        if row["kind"] == "table":
            assert row["rows"] == len(records.rows(row["name"]))


def test_describe_a_table_names_every_column(call: Call, records: Copy) -> None:
    for name in ("attributions", "evidence", "places", "quantities"):
        table = CONTRACT.tables[name]
        rows = json.loads(call("describe", name, "-f", "json", "-w", records.root).out)
        assert [(row["column"], row["type"], row["unit"], row["meaning"]) for row in rows] == [
            (column.name, column.type.duckdb, column.unit, column.description) for column in table.columns
        ]
        for row, column in zip(rows, table.columns, strict=True):
            assert all(code in row["may hold"] for code in column.codes)
            assert ("→ " + ".".join(column.references) if column.references else "") in row["may hold"]
            assert row["may hold"].startswith("key") == (column.name in table.primary_key)
            assert ("empty: " in row["may hold"]) == column.nullable
            assert row["example"]


def test_describe_a_view(call: Call, records: Copy) -> None:
    rows = json.loads(call("describe", "said", "-f", "json", "-w", records.root).out)
    with load_records(records.root / "dataset" / "records", CONTRACT, SqlLimits()) as connection:
        expected = [(name, kind) for name, kind, *_ in connection.sql("DESCRIBE said").fetchall()]
    assert [(row["column"], row["type"]) for row in rows] == expected


def test_describe_an_unknown_table(call: Call, records: Copy) -> None:
    outcome = call("describe", "claim", "-w", records.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert "unknown table or view 'claim' (did you mean 'claims'?)" in outcome.err
