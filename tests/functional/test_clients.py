"""Other people's programs read releases and exports; docs/clients.md lists them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from support import LATEST, ROOT, Call, publish_real_records

PYTHON = os.environ.get("KURSK_CLAIMS_CLIENTS_PYTHON", "")
NODE = os.environ.get("KURSK_CLAIMS_CLIENTS_NODE", "")
OLD_DUCKDB = os.environ.get("KURSK_CLAIMS_OLD_DUCKDB_PYTHON", "")
needs_python = pytest.mark.skipif(not PYTHON, reason="KURSK_CLAIMS_CLIENTS_PYTHON names no Python with requirements/clients.txt")
needs_node = pytest.mark.skipif(
    not NODE, reason="KURSK_CLAIMS_CLIENTS_NODE names no folder with requirements/javascript installed"
)

# What a reader returns, as JSON: its own names for nothing, its own dates, and numbers where it has no whole ones.
PLAIN = """
import json, sys
from pathlib import Path
def plain(value):
    if value is None or type(value).__name__ == "NAType" or value != value:
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    value = value.item() if hasattr(value, "item") else value
    return int(value) if isinstance(value, float) and value.is_integer() else value
def read(path):
    {read}
tables = {{}}
for path in sorted(Path(sys.argv[1]).glob("*.parquet")):
    tables[path.stem] = {{name: [plain(value) for value in values] for name, values in read(str(path)).items()}}
print(json.dumps(tables))
"""
READERS = {
    "polars": "import polars; return polars.read_parquet(path).to_dict(as_series=False)",
    "pandas": "import pandas; return dict(pandas.read_parquet(path).items())",
    "pyarrow": "import pyarrow.parquet; return pyarrow.parquet.read_table(path).to_pydict()",
    "duckdb": "import duckdb; found = duckdb.read_parquet(path); "
    "return dict(zip(found.columns, map(list, zip(*found.fetchall())))) or {name: [] for name in found.columns}",
    "fastparquet": "import fastparquet; return dict(fastparquet.ParquetFile(path).to_pandas().items())",
}
# What a reader in JavaScript returns: days are dates or milliseconds, and long whole numbers are of a type of their own.
PLAIN_JAVASCRIPT = """
import fs from "fs";
const folder = process.argv[2];
const plain = (name, value) => value == null ? null : typeof value === "bigint" ? Number(value) :
  value instanceof Date ? value.toISOString().slice(0, 10) : value;
const tables = {};
const add = (name, rows) => { tables[name] = rows.map(row =>
  Object.fromEntries(Object.entries(row).map(([key, value]) => [key, plain(key, value)]))); };
for (const file of fs.readdirSync(folder).filter(each => each.endsWith(".parquet"))) {
  const path = `${folder}/${file}`, name = file.slice(0, -8);
  READ
}
console.log(JSON.stringify(tables));
"""
JAVASCRIPT_READERS = {
    "hyparquet": """
  const { asyncBufferFromFile, parquetReadObjects } = await import("hyparquet");
  add(name, await parquetReadObjects({ file: await asyncBufferFromFile(path) }));""",
    "apache-arrow": """
  const { tableFromIPC } = await import("apache-arrow");
  const parquet = await import("parquet-wasm/node");
  const table = tableFromIPC((parquet.default ?? parquet).readParquet(new Uint8Array(fs.readFileSync(path))).intoIPCStream());
  const days = table.schema.fields.filter(each => String(each.type).startsWith("Date")).map(each => each.name);
  add(name, table.toArray().map(row => { const values = row.toJSON();
    for (const day of days) if (values[day] != null) values[day] = new Date(Number(values[day]));
    return values; }));""",
    "@duckdb/node-api": """
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create()).connect();
  const found = await connection.runAndReadAll(`FROM read_parquet('${path}')`);
  add(name, found.getRowObjectsJson());""",
}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the real records, as the next one would be."""
    return publish_real_records(tmp_path_factory.mktemp("released"))


@pytest.fixture
def export(call: Call, tmp_path: Path) -> Callable[..., Path]:
    def run(name: str, *options: str) -> Path:
        outcome = call("export", tmp_path / name, "--workspace", ROOT, *options)
        assert outcome.code == 0, outcome.err
        return tmp_path / name

    return run


def run_python(script: str, *arguments: str | Path, python: str = PYTHON) -> Any:
    done = subprocess.run([python, "-c", script, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def rows_of(release: Path) -> dict[str, list[dict[str, Any]]]:
    def plain(value: Any) -> Any:
        value = value.isoformat() if isinstance(value, date) else value
        return int(value) if isinstance(value, float) and value.is_integer() else value

    return {
        path.stem: [{name: plain(value) for name, value in row.items()} for row in pq.read_table(path).to_pylist()]
        for path in release.glob("*.parquet")
    }


def test_the_page_of_clients_names_the_pinned_versions() -> None:
    page = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!program|---)([^|]+) \| ([^|]+) \|", page, re.MULTILINE)
    named = {
        name.lower(): version
        for names, versions in rows
        for name, version in zip(names.split(" with "), versions.split(", "), strict=False)
    }
    pins = dict(
        re.findall(r"^([a-z-]+)==([\w.]+)", (ROOT / "requirements" / "clients.txt").read_text(encoding="utf-8"), re.MULTILINE)
    )
    pins |= dict(
        re.findall(r"^(openpyxl)==([\w.]+)", (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8"), re.MULTILINE)
    )
    pins |= json.loads((ROOT / "requirements" / "javascript" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert len(named) > 15
    assert {name: version for name, version in named.items() if name != "duckdb, older"} == {
        name: pins.get(name) for name in named if name != "duckdb, older"
    }


@needs_python
@pytest.mark.parametrize("reader", READERS)
def test_python_reads_every_row_of_a_release(release: Path, reader: str) -> None:
    tables = run_python(PLAIN.format(read=READERS[reader]), release)
    found = {
        name: [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        for name, columns in tables.items()
    }
    assert found == rows_of(release)


@needs_node
@pytest.mark.parametrize("reader", JAVASCRIPT_READERS)
def test_javascript_reads_every_row_of_a_release_without_plug_ins(release: Path, reader: str) -> None:
    script = PLAIN_JAVASCRIPT.replace("READ\n", f"{JAVASCRIPT_READERS[reader]}\n")
    command = ["node", "--input-type=module", "-", str(release)]
    done = subprocess.run(command, input=script, cwd=NODE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == rows_of(release)


@needs_python
def test_geopandas_reads_the_points_of_a_release(release: Path) -> None:
    script = """
import geopandas, json, sys
places = geopandas.read_parquet(sys.argv[1])
print(json.dumps([places.crs.to_string(), [[row.longitude, row.latitude] == [row.geometry.x, row.geometry.y]
                                          for row in places.itertuples() if row.geometry is not None]]))
"""
    crs, agree = run_python(script, release / "places.geoparquet")
    assert crs == "OGC:CRS84"
    assert agree == [True] * len([row for row in rows_of(release)["places"] if row["longitude"] is not None])


LOAD = """
import duckdb, json, os, sys
os.chdir(sys.argv[1])
connection = duckdb.connect()
connection.execute(open("load.sql", encoding="utf-8").read())
rows = {name: connection.sql(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in sys.argv[2:]}
keys = dict(connection.sql("SELECT constraint_type, count(*) FROM duckdb_constraints() GROUP BY ALL").fetchall())
bare = connection.sql("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL").fetchall()
print(json.dumps([rows, keys["PRIMARY KEY"], keys["FOREIGN KEY"], bare]))
"""


@pytest.mark.parametrize("python", [
    sys.executable,
    pytest.param(OLD_DUCKDB, marks=pytest.mark.skipif(not OLD_DUCKDB, reason="KURSK_CLAIMS_OLD_DUCKDB_PYTHON names no Python")),
])  # fmt: skip
def test_load_sql_makes_a_database_of_a_release(release: Path, python: str) -> None:
    expected = {name: len(rows) for name, rows in rows_of(release).items()}
    found, primary, foreign, bare = run_python(LOAD, release, *expected, python=python)
    assert (found, primary, bare) == (expected, 18, [])
    assert foreign > 18


def test_load_sql_keeps_references(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(release)
    with duckdb.connect() as connection:
        connection.execute(Path("load.sql").read_text(encoding="utf-8"))
        with pytest.raises(duckdb.ConstraintException, match="foreign key"):
            connection.execute("UPDATE claims SET event_id = 'evt-nowhere' WHERE claim_id = 'clm-009'")
        with pytest.raises(duckdb.ConstraintException, match="Duplicate key"):
            connection.execute("INSERT INTO codes SELECT * FROM codes LIMIT 1")


FRICTIONLESS = """
import json, sys
from frictionless import Package, system
with system.use_context(trusted=True):
    package = Package(sys.argv[1])
    report = package.validate()
faults = {task.name: [error.message for error in task.errors] for task in report.tasks if task.errors}
print(json.dumps([[error.message for error in report.errors], faults, [task.name for task in report.tasks]]))
"""


@needs_python
@pytest.mark.parametrize("options", [[], ["--safe"], ["--release", "1.0.0"]])
def test_frictionless_passes_the_csv_export(export: Callable[..., Path], options: list[str]) -> None:
    folder = export("csv", *options)
    errors, faults, names = run_python(FRICTIONLESS, folder / "datapackage.json")
    assert (errors, faults) == ([], {})
    assert {f"{name}.csv" for name in names} | {"datapackage.json"} == {path.name for path in folder.iterdir()}


@needs_python
def test_frictionless_accepts_the_descriptor_of_a_release(release: Path, tmp_path: Path) -> None:
    """Its reader of Parquet counts no bytes, and fails where a table has no rows or a day is missing: that is not tried."""
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    rows = rows_of(release)
    for resource in package["resources"]:
        del resource["bytes"], resource["hash"]
    unread = {
        resource["name"]
        for resource in package["resources"]
        if not rows[resource["name"]]
        or any(field["type"] == "date" and "missing" in field for field in resource["schema"]["fields"])
    }
    for resource in package["resources"]:
        keys = resource["schema"].pop("foreignKeys", [])
        resource["schema"]["foreignKeys"] = [key for key in keys if key["reference"].get("resource") not in unread]
    package["resources"] = [each for each in package["resources"] if each["name"] not in unread]
    for name in rows:
        (tmp_path / f"{name}.parquet").symlink_to(release / f"{name}.parquet")
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    errors, faults, names = run_python(FRICTIONLESS, tmp_path / "datapackage.json")
    assert (errors, faults) == ([], {})
    assert set(names) == set(rows) - unread
    assert len(names) > 10


@needs_python
def test_frictionless_finds_the_fault_that_is_planted(export: Callable[..., Path]) -> None:
    folder = export("csv")
    path = folder / "claims.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",affirmed,", ",maybe,", 1), encoding="utf-8")
    errors, faults, _ = run_python(FRICTIONLESS, folder / "datapackage.json")
    assert errors == []
    assert any('The cell "maybe"' in message for message in faults["claims"])


@needs_python
def test_sqlite_utils_finds_keys_and_searches(export: Callable[..., Path]) -> None:
    script = """
import json, sqlite_utils, sys
database = sqlite_utils.Database(sys.argv[1])
found = [row["claim_id"] for row in database["claims"].search("kilometres")]
key = [(key.column, key.other_table, key.other_column) for key in database["claims"].foreign_keys]
print(json.dumps([database["claims"].pks, sorted(key), sorted(found), database["said"].columns_dict["relays"].__name__]))
"""
    keys, references, found, kind = run_python(script, export("claims.sqlite"))
    assert keys == ["claim_id"]
    assert references == [["doc_id", "documents", "doc_id"], ["event_id", "events", "event_id"]]
    assert found == [row["claim_id"] for row in rows_of(ROOT / "build" / LATEST)["claims"] if "kilometres" in row["statement"]]
    assert kind == "int"


@needs_python
def test_datasette_shows_titles_units_licence_search_and_saved_queries(export: Callable[..., Path]) -> None:
    script = """
import asyncio, json, re, sys
from datasette.app import Datasette
from datasette.utils import parse_metadata
database, metadata = sys.argv[1:]
datasette = Datasette([database], immutables=[], metadata=parse_metadata(open(metadata, encoding="utf-8").read()))
async def get(path):
    answer = await datasette.client.get(path)
    assert answer.status_code == 200, (path, answer.text)
    return answer.json() if ".json" in path else answer.text
async def main():
    tables = (await get("/claims.json"))["tables"]
    names = [each["name"] for each in (await get("/claims.json"))["queries"]]
    queries = {name: await get(f"/claims/{name}.json?_shape=array") for name in names}
    pages = {each["name"]: await get(f"/claims/{each['name']}") for each in tables if not each["hidden"]}
    search = await get("/claims/said.json?_shape=array&_search=kilometres")
    print(json.dumps([[each["name"] for each in tables if not each["hidden"]], queries, pages, search, await get("/claims")]))
asyncio.run(main())
"""
    database = export("claims.sqlite")
    tables, queries, pages, search, page = run_python(script, database, database.with_name("claims.metadata.yaml"))
    release = rows_of(ROOT / "build" / LATEST)
    assert set(tables) == {"about", *release}
    assert {"query-who-said-what", "query-numbers", "query-silence"} <= set(queries)
    assert [row["claim_id"] for row in queries["query-who-said-what"]] == [row["claim_id"] for row in release["claims"]]
    assert "Saved queries that only DuckDB runs: places, agreement." in page
    assert "CC-BY-4.0" in page
    assert f"kursk-claims {LATEST}" in page
    for name, shown in pages.items():
        assert "<dt>" in shown, name
    assert "said: Claims with their sources" in pages["said"]
    assert "[Unicode code points]" in pages["evidence"]
    assert [row["claim_id"] for row in search] == [
        row["claim_id"] for row in release["said"] if "kilometres" in f"{row['statement']} {row['note']}"
    ]
