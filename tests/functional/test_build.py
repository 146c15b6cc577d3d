"""`build` writes every table and view as Parquet."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from jsonschema import Draft7Validator

from kursk_claims.contract.arrow import build_arrow_schema
from kursk_claims.contract.loader import load_contract
from kursk_claims.contract.model import Table
from kursk_claims.database.limits import SqlLimits
from kursk_claims.database.load import load_records
from kursk_claims.release.build import build_folder
from kursk_claims.release.metadata.about import describe_records
from kursk_claims.workspace import find_workspace
from support import ROOT, Call, Copy, Run

CONTRACT = load_contract(find_workspace(ROOT).schemas)
VIEWS = [view.name for view in CONTRACT.views]
ABOUT = describe_records(find_workspace(ROOT)).properties()


@pytest.fixture(scope="module")
def built(records: Copy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "next"
    report, files = build_folder(find_workspace(records.root), CONTRACT, folder)
    assert report.errors == 0
    assert sorted(files) == sorted(folder.iterdir())
    return folder


def test_build_gives_the_same_bytes_in_another_process(wells: Copy, call: Call, run: Run) -> None:
    first, second = wells.root / "first", wells.root / "second"
    assert call("build", "--to", first, "--workspace", wells.root).code == 0
    environment = {**os.environ, "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"}
    done = run("build", "--to", second, "--workspace", wells.root, env=environment)
    assert done.returncode == 0
    assert sorted(done.stdout.split()) == sorted(str(path) for path in second.iterdir())
    assert contents(second) == contents(first)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_build_writes_nothing_while_there_are_errors(call: Call, wells: Copy) -> None:
    assert call("build", "--quiet", "--workspace", wells.root).code == 0
    before = contents(wells.root / "build" / "next")
    wells.edit("wells", {"well_id": "w1"}, latitude="north")
    outcome = call("build", "--workspace", wells.root)
    assert outcome.code == 1
    assert "error type: latitude [well_id=w1]" in outcome.out
    assert outcome.err.endswith("nothing was written: the records have errors\n")
    assert contents(wells.root / "build" / "next") == before
    assert [path.name for path in (wells.root / "build").iterdir()] == ["next"]


def test_build_replaces_its_own_files_and_no_others(call: Call, wells: Copy) -> None:
    target = wells.root / "out"
    target.mkdir()
    (target / "wells.parquet").write_bytes(b"old")
    assert call("build", "--to", target, "--workspace", wells.root).code == 0
    assert (target / "wells.parquet").read_bytes() != b"old"
    for name in ("mine.parquet", "notes.txt"):
        (target / name).write_bytes(b"mine")
        outcome = call("build", "--to", target, "--workspace", wells.root)
        assert (outcome.code, outcome.out) == (2, "")
        assert f"{target} contains {name}, which this command did not write." in outcome.err
        assert (target / name).read_bytes() == b"mine"
        (target / name).unlink()
    outcome = call("build", "--to", wells.csv("wells"), "--workspace", wells.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert "is not a folder" in outcome.err


def test_built_tables_are_those_of_the_contract(built: Path) -> None:
    assert {path.name for path in built.iterdir()} == {
        "places.geoparquet",
        *(f"{name}.parquet" for name in [*CONTRACT.tables, *VIEWS]),
    }
    for name, table in CONTRACT.tables.items():
        rows = pq.read_table(built / f"{name}.parquet")
        assert [*rows.schema] == [*build_arrow_schema(table)]
        footer = {key.decode(): value.decode() for key, value in rows.schema.metadata.items()}
        assert footer == {"title": table.title, "description": table.description, **ABOUT}
        for column in table.columns:
            field = rows.schema.field(column.name)
            words = {key.decode(): value.decode() for key, value in field.metadata.items()}
            assert (words["title"], words["description"], words.get("unit")) == (column.title, column.description, column.unit)
            assert field.nullable == column.nullable
        assert keys_of(rows, table) == sorted(keys_of(rows, table))
    for path in built.iterdir():
        footer = pq.read_schema(path).metadata
        assert b"pandas" not in footer
        assert footer[b"version"] == b"unreleased records"
        assert footer[b"caveat"].startswith(b"No row says what happened")


def keys_of(rows: pa.Table, table: Table) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in rows.select(list(table.primary_key)).to_pylist()]


def test_built_views_are_the_results_of_their_sql(built: Path) -> None:
    connection = duckdb.connect()
    for name in CONTRACT.tables:
        connection.execute(f'CREATE TABLE "{name}" AS FROM read_parquet(?)', [str(built / f"{name}.parquet")])
    for view in CONTRACT.views:
        connection.execute(view.sql)
        expected = connection.sql(f'FROM "{view.name}"').to_arrow_table().to_pylist()
        assert expected
        assert pq.read_table(built / f"{view.name}.parquet").to_pylist() == expected


def test_places_are_geoparquet(built: Path) -> None:
    import struct

    rows = pq.read_table(built / "places.geoparquet")
    geo = json.loads(rows.schema.metadata[b"geo"])
    points = [row for row in rows.to_pylist() if row["latitude"] is not None]
    assert points
    for row in points:
        order, kind, x, y = struct.unpack("<BIdd", row["geometry"])
        assert (order, kind, x, y) == (1, 1, row["longitude"], row["latitude"])
    assert all(row["geometry"] is None for row in rows.to_pylist() if row["latitude"] is None)
    xs, ys = [row["longitude"] for row in points], [row["latitude"] for row in points]
    assert geo["columns"]["geometry"]["bbox"] == [min(xs), min(ys), max(xs), max(ys)]
    assert rows.drop_columns("geometry").to_pylist() == pq.read_table(built / "places.parquet").to_pylist()


def test_geoparquet_metadata_fit_the_official_schema(built: Path) -> None:
    folder = Path(os.environ.get("KURSK_CLAIMS_VALIDATORS") or ROOT.parent / "shared" / "validators")
    path = folder / "geoparquet-1.1.0.json"
    if not path.is_file():
        pytest.skip(f"no {path}: see KURSK_CLAIMS_VALIDATORS")
    schema = json.loads(path.read_text(encoding="utf-8"))
    geo = json.loads(pq.read_schema(built / "places.geoparquet").metadata[b"geo"])
    assert list(Draft7Validator(schema).iter_errors(geo)) == []
    assert list(Draft7Validator(schema).iter_errors({**geo, "primary_column": 1})) != []


def test_both_readers_of_the_records_agree(records: Copy) -> None:
    folder = records.root / "dataset" / "records"
    with load_records(folder, CONTRACT, SqlLimits()) as connection:
        for name, table in CONTRACT.tables.items():
            strict = records.arrow(table)
            loose = connection.table(name).to_arrow_table()
            assert [(each.name, each.type) for each in loose.schema] == [(each.name, each.type) for each in strict.schema]
            assert loose.to_pylist() == strict.to_pylist()
