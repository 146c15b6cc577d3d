"""Views are described wherever tables are, and checked against their schemas when they are built."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest

import kursk_claims
from kursk_claims.contract.loader import load_contract
from kursk_claims.workspace import find_workspace
from support import ROOT, Call, Copy

CONTRACT = load_contract(find_workspace(ROOT).schemas)
NORTHERNMOST = """schema_type: polars_dataframe
name: northernmost
title: Northernmost well
description: The well that lies north of all others.
strict: true
ordered: true
metadata: {primary_key: [well_id]}
columns:
  well_id: {metadata: {same_as: wells.well_id}}
  latitude: {metadata: {same_as: wells.latitude}}
  longitude: {metadata: {same_as: wells.longitude}}
  side:
    title: Side
    description: On which side of the river it lies.
    dtype: String
    isin: [left, right]
    metadata: {example: left}
"""
SELECT = "SELECT well_id, latitude, longitude, 'left' AS side FROM wells ORDER BY latitude DESC LIMIT 1"


@pytest.fixture
def described(wells: Copy) -> Copy:
    """The wells, with a view that has a schema."""
    (wells.root / "schemas" / "northernmost.yaml").write_text(NORTHERNMOST, encoding="utf-8")
    write_view(wells, SELECT)
    return wells


def write_view(wells: Copy, select: str) -> None:
    sql = f"-- view: northernmost\n-- says: The northernmost well.\nCREATE VIEW northernmost AS {select};\n"
    (wells.root / "schemas" / "views.sql").write_text(sql, encoding="utf-8")


@pytest.mark.parametrize("name", [*CONTRACT.tables, *(view.name for view in CONTRACT.views)])
def test_every_column_of_the_contract_is_described(name: str) -> None:
    schema = CONTRACT.schema_of(name)
    assert schema is not None
    assert all((schema.title.strip(), schema.description.strip()))
    for column in schema.columns:
        assert all((column.title.strip(), column.description.strip(), str(column.metadata["example"]).strip())), column.name
        assert not column.nullable or column.metadata["missing"].strip()


def test_a_view_and_its_schema_say_the_same() -> None:
    assert {view.name: view.header["says"] for view in CONTRACT.views} == {
        name: schema.description for name, schema in CONTRACT.view_schemas.items()
    }


SIDE = "On which side of the river it lies."


def test_parquet_describes_the_columns_of_a_view(call: Call, described: Copy) -> None:
    assert call("build", "--to", described.root / "out", "-w", described.root).code == 0
    schema = pq.read_schema(described.root / "out" / "northernmost.parquet")
    assert schema.metadata[b"description"] == b"The well that lies north of all others."
    assert schema.field("side").metadata == {b"title": b"Side", b"description": SIDE.encode()}
    assert schema.field("latitude").metadata[b"unit"] == b"degree"
    assert [field.nullable for field in schema] == [False] * 4


def test_a_release_describes_the_columns_of_a_view(call: Call, described: Copy) -> None:
    assert call("release", "1.0.0", "-w", described.root).code == 0
    folder = described.root / "build" / "1.0.0"
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    (resource,) = [each for each in package["resources"] if each["name"] == "northernmost"]
    assert (resource["title"], resource["schema"]["primaryKey"]) == ("Northernmost well", ["well_id"])
    assert resource["schema"]["fields"][3]["description"] == SIDE
    assert resource["schema"]["fields"][3]["constraints"] == {"required": True, "enum": ["left", "right"]}
    croissant = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    (records,) = [each for each in croissant["recordSet"] if each["name"] == "northernmost"]
    assert records["field"][3]["description"] == SIDE
    assert (
        f"| `side` | text |  | Side. {SIDE} | one of `left`, `right` | never | `left` |" in (folder / "DICTIONARY.md").read_text()
    )
    assert call("verify", "-w", described.root).code == 0


def test_databases_describe_the_columns_of_a_view(call: Call, described: Copy, tmp_path: Path) -> None:
    comments = "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'northernmost' ORDER BY column_index"
    expected = [("well_id", "Identifier of the well."), ("latitude", "Latitude in WGS 84. [degree]")]
    connection = kursk_claims.connect(workspace=described.root)
    assert connection.execute(comments).fetchall()[:2] == expected
    assert call("export", tmp_path / "w.duckdb", "-w", described.root).code == 0
    with duckdb.connect(str(tmp_path / "w.duckdb"), read_only=True) as exported:
        assert exported.execute(comments).fetchall()[:2] == expected
    assert call("export", tmp_path / "w.xlsx", "-w", described.root).code == 0
    sheet = openpyxl.load_workbook(tmp_path / "w.xlsx")["northernmost"]
    assert sheet["D1"].comment.text == SIDE


def test_python_gives_the_schema_of_a_view(described: Copy) -> None:
    schema = kursk_claims.schema("northernmost", workspace=described.root)
    assert (list(schema.columns), schema.description) == (
        ["well_id", "latitude", "longitude", "side"],
        "The well that lies north of all others.",
    )


def test_describe_explains_the_columns_of_a_view(call: Call, described: Copy) -> None:
    rows = json.loads(call("describe", "northernmost", "-f", "json", "-w", described.root).out)
    found = [(row["column"], row["type"], row["unit"]) for row in rows]
    assert found[:2] == [("well_id", "VARCHAR", None), ("latitude", "DOUBLE", "degree")]
    assert (rows[0]["may hold"][:3], rows[3]["meaning"], rows[3]["may hold"]) == ("key", SIDE, "one of left, right")
    assert "The well that lies north of all others." in call("describe", "-w", described.root).out


SOUTH = SELECT.replace("latitude,", "-200.5::DOUBLE AS latitude,")


@pytest.mark.parametrize(
    ("select", "problem"),
    [
        ("SELECT well_id, latitude, longitude FROM wells", "expected a column side, found none. Select it, or remove it from"),
        (SELECT.replace("side", "sides"), "expected a column side, found none (did you mean 'sides'?). Select it"),
        (SELECT.replace("AS side", "AS side, 1 AS more"), "column more is not described. Add it to"),
        (SELECT.replace("latitude, longitude", "longitude, latitude"), "expected the columns in the order well_id, latitude"),
        (SELECT.replace("'left'", "1"), "column side: expected the type VARCHAR, found INTEGER. Cast it, or correct"),
        (SELECT.replace("'left'", "'middle'"), "column side [well_id=w2]: expected one of left, right, found 'middle'. Correct"),
        (SELECT.replace("'left'", "NULL::VARCHAR"), "column side [well_id=w2]: expected a value, found empty. Correct the SQL"),
        (SOUTH, "column latitude [well_id=w1]: expected a number from -90 to 90, found '-200.5'. Correct the SQL"),
        (f"({SELECT}) UNION ALL ({SELECT})", "columns well_id: expected a unique key, found well_id=w2 more than once. Correct"),
    ],
)
@pytest.mark.parametrize("command", [["build"], ["release", "1.0.0"]])
def test_a_view_that_does_not_fit_its_schema_is_not_written(
    call: Call, described: Copy, command: list[str], select: str, problem: str
) -> None:
    write_view(described, select)
    outcome = call(*command, "-w", described.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert f"views.sql:1:1: view northernmost: {problem}" in outcome.err
    assert "northernmost.yaml" in outcome.err
    assert not [*described.root.glob("build/*/*")]


def test_describe_lists_codes_with_their_definitions(call: Call, records: Copy) -> None:
    defined = {(row["field"], row["code"]): (row["label"], row["definition"]) for row in records.rows("codes")}

    def describe(name: str, format: str = "json") -> Any:
        out = call("describe", name, "-f", format, "-w", records.root).out
        return json.loads(out) if format == "json" else out

    closed, opened, shared = describe("claims.mode"), describe("claim_objects.effect"), describe("said.mode")
    assert [len(rows) for rows in (closed, opened, shared)] == [1, 1, 1]
    assert [code["code"] for code in closed[0]["codes"]] == CONTRACT.tables["claims"].column("mode").codes
    assert {code["code"] for code in opened[0]["codes"]} == {code for field, code in defined if field == "claim_objects.effect"}
    assert shared[0]["codes"] == closed[0]["codes"]
    for field, rows in (("claims.mode", closed), ("claim_objects.effect", opened)):
        for code in rows[0]["codes"]:
            assert (code["label"], code["definition"]) == defined[field, code["code"]]
    assert describe("claims")[0]["codes"] == []
    table = describe("claims", "table")
    assert "one of 2 codes, see below" in table
    assert "affirmed" in table.partition("definition")[2]


@pytest.mark.parametrize("width", [80, 120])
def test_describe_fits_the_width(call: Call, records: Copy, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for name in ("claims", "quantities", "said"):
        lines = call("describe", name, "-w", records.root).out.splitlines()
        assert max(map(len, lines)) <= width


def test_describe_an_unknown_column(call: Call, records: Copy) -> None:
    outcome = call("describe", "claims.mod", "-w", records.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert "unknown column of claims 'mod' (did you mean 'mode'?)" in outcome.err


def test_the_dictionary_defines_codes(call: Call, fiction: Copy) -> None:
    assert call("release", "1.0.0", "-q", "--text", fiction.text, "-w", fiction.root).code == 0
    dictionary = (fiction.root / "build" / "1.0.0" / "DICTIONARY.md").read_text(encoding="utf-8")
    codes = [row for row in fiction.rows("codes") if row["field"] in ("claims.mode", "claim_objects.object")]
    assert codes
    for row in codes:
        assert f"| `{row['code']}` | " in dictionary
