"""Releases in files of other kinds: what is in them is what is in the release."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
import yaml

import kursk_claims
from kursk_claims.contract.loader import load_contract
from support import LATEST, ROOT, Call, Copy

NEWEST = ROOT / "build" / json.loads((ROOT / "build" / "index.json").read_text(encoding="utf-8"))["latest"]
OLD = os.environ.get("KURSK_CLAIMS_OLD_DUCKDB_PYTHON", "")
NAMES = [
    name
    for (name,) in kursk_claims.connect(workspace=ROOT).execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
]
VIEWS = [view.name for view in load_contract(NEWEST / "schemas").views]


@pytest.fixture
def export(call: Call, tmp_path: Path) -> Callable[..., Path]:
    """The newest release of the repository, exported under a name."""

    def run(name: str, *options: str) -> Path:
        outcome = call("export", tmp_path / name, "--workspace", ROOT, *options)
        assert outcome.code == 0, outcome.err
        assert outcome.out == f"{tmp_path / name}\n"
        return tmp_path / name

    return run


def published(name: str) -> list[tuple[Any, ...]]:
    path = NEWEST / f"{name}.parquet"
    return duckdb.connect().execute(f"SELECT * FROM read_parquet('{path}')").fetchall()


def test_duckdb_has_tables_views_and_comments(export: Callable[..., Path]) -> None:
    with duckdb.connect(str(export("claims.duckdb")), read_only=True) as connection:
        names = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
        assert names == sorted(["about", *NAMES])
        for name in [*NAMES, "said", "said_and_checked"]:
            assert connection.execute(f"FROM {name}").fetchall() == published(name)
        assert (
            connection.execute(
                "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
            ).fetchall()
            == []
        )
        assert connection.execute(
            "SELECT comment LIKE 'One row per claim%' FROM duckdb_views() WHERE view_name = 'said'"
        ).fetchall()


def test_duckdb_has_keys_and_references_that_hold(export: Callable[..., Path]) -> None:
    with duckdb.connect(str(export("claims.duckdb"))) as connection:
        keys = dict(connection.execute("SELECT constraint_type, count(*) FROM duckdb_constraints() GROUP BY ALL").fetchall())
        assert keys["PRIMARY KEY"] == len(["about", *NAMES])
        with pytest.raises(duckdb.ConstraintException, match="Duplicate key"):
            connection.execute("INSERT INTO claims SELECT * FROM claims LIMIT 1")
        with pytest.raises(duckdb.ConstraintException, match="foreign key"):
            connection.execute("UPDATE claims SET event_id = 'evt-nowhere' WHERE claim_id = 'clm-009'")


@pytest.mark.parametrize("name", ["claims.sqlite", "claims.duckdb"])
def test_records_with_a_key_twice_are_refused_by_a_database(fiction: Copy, call: Call, tmp_path: Path, name: str) -> None:
    path = fiction.root / "dataset" / "records" / "claims.csv"
    header, first, *rest = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([header, first, first, *rest]), encoding="utf-8")
    outcome = call("export", tmp_path / name, "--records", "--workspace", fiction.root)
    assert outcome.code == 1
    assert "claims: " in outcome.err
    assert "Run `kursk-claims validate` to see what is wrong." in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["fiction"]


@pytest.mark.skipif(not OLD, reason="KURSK_CLAIMS_OLD_DUCKDB_PYTHON names no environment with an older DuckDB")
def test_an_older_duckdb_reads_the_file(export: Callable[..., Path]) -> None:
    script = (
        "import duckdb, sys; assert duckdb.__version__ < '2', duckdb.__version__\n"
        "connection = duckdb.connect(sys.argv[1], read_only=True)\n"
        "for name in sys.argv[2:]: print(connection.sql(f'SELECT count(*) FROM {name}').fetchone()[0])"
    )
    names = [*NAMES, *VIEWS]
    command = [OLD, "-c", script, str(export("claims.duckdb")), *names]
    counts = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert counts == [str(len(published(name))) for name in names]


def test_sqlite_has_keys_and_references_that_hold(export: Callable[..., Path]) -> None:
    connection = sqlite3.connect(export("claims.sqlite"))
    connection.execute("PRAGMA foreign_keys = ON")
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        connection.execute("INSERT INTO claims SELECT * FROM claims LIMIT 1")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        connection.execute("UPDATE claims SET event_id = 'evt-nowhere' WHERE claim_id = 'clm-009'")
    for name in [*NAMES, "said", "numbers"]:
        rows = connection.execute(f"SELECT * FROM {name}").fetchall()
        assert [[text(value) for value in row] for row in rows] == [[text(value) for value in row] for row in published(name)]
    assert connection.execute("SELECT date(occurred_earliest, '+1 day') FROM claims WHERE claim_id = 'clm-007'").fetchall() == [
        ("2024-08-28",)
    ]


def test_views_in_sqlite_have_types_and_references(export: Callable[..., Path]) -> None:
    connection = sqlite3.connect(export("claims.sqlite"))
    types = {name: kind for _, name, kind, *_ in connection.execute("PRAGMA table_info(said)")}
    assert (types["statement"], types["relays"], types["own_voice"]) == ("TEXT", "INTEGER", "INTEGER")
    assert ("events", "event_id") in {(row[2], row[3]) for row in connection.execute("PRAGMA foreign_key_list(said)")}


def test_sqlite_finds_statements_by_their_words(export: Callable[..., Path]) -> None:
    connection = sqlite3.connect(export("claims.sqlite"))
    found = connection.execute(
        "SELECT claim_id FROM claims WHERE rowid IN (SELECT rowid FROM claims_fts WHERE claims_fts MATCH 'statement: kilometres')"
    ).fetchall()
    assert sorted(found) == connection.execute("SELECT claim_id FROM claims WHERE statement LIKE '%kilometres%'").fetchall() != []


def test_a_file_for_datasette_lies_beside_sqlite(export: Callable[..., Path]) -> None:
    database = export("claims.sqlite")
    metadata = yaml.safe_load(database.with_name("claims.metadata.yaml").read_text(encoding="utf-8"))
    assert (metadata["license"], metadata["source"]) == ("CC-BY-4.0", f"kursk-claims {LATEST}")
    described = metadata["databases"]["claims"]
    assert list(described["tables"]) == ["about", *load_contract(NEWEST / "schemas").tables, *VIEWS]
    assert described["tables"]["evidence"]["columns"]["char_start"].endswith("[Unicode code points]")
    assert described["description"].endswith("Saved queries that only DuckDB runs: places, agreement.")
    connection = sqlite3.connect(database)
    for query in described["queries"].values():
        assert connection.execute(query["sql"]).fetchall() != [], query["title"]


@pytest.mark.parametrize("sql", [
    "SELECT claim_id FROM claims GROUP BY ALL",  # another dialect
    "SELECT claim_id FROM claims ORDER BY note, claim_id",  # another order of empty cells
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT count(*) FROM n WHERE i % 2 = 0",
    "DELETE FROM claims",
    "ATTACH 'other.db' AS other",
])  # fmt: skip
def test_a_saved_query_that_sqlite_answers_otherwise_is_left_out(fiction: Copy, call: Call, tmp_path: Path, sql: str) -> None:
    schemas = fiction.root / "schemas"
    contract = schemas.resolve()
    if schemas.is_symlink():
        schemas.unlink()
        shutil.copytree(contract, schemas)
    asked = (
        f"-- question: mine\n-- asks: What?\n{sql};\n\n-- question: plain\n-- asks: Which claims?\nSELECT claim_id FROM claims;\n"
    )
    (schemas / "questions.sql").write_text(asked, encoding="utf-8")
    assert call("export", tmp_path / "f.sqlite", "--records", "--workspace", fiction.root, "--timeout", "5").code == 0
    described = yaml.safe_load((tmp_path / "f.metadata.yaml").read_text(encoding="utf-8"))["databases"]["f"]
    assert list(described["queries"]) == ["query-plain"]
    assert described["description"].endswith("Saved queries that only DuckDB runs: mine.")
    assert sqlite3.connect(tmp_path / "f.sqlite").execute("SELECT count(*) FROM claims").fetchone() != (0,)


def test_a_file_of_the_users_beside_sqlite_is_kept(call: Call, tmp_path: Path) -> None:
    (tmp_path / "claims.metadata.yaml").write_text("mine", encoding="utf-8")
    outcome = call("export", tmp_path / "claims.sqlite", "--workspace", ROOT)
    assert (outcome.code, "claims.metadata.yaml exists already" in outcome.err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["claims.metadata.yaml"]


def text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def test_csv_of_a_table_are_its_records(export: Callable[..., Path]) -> None:
    folder = export("csv")
    for name in NAMES:
        assert (folder / f"{name}.csv").read_bytes() == (NEWEST / "records" / f"{name}.csv").read_bytes()
    with (folder / "said.csv").open(encoding="utf-8", newline="") as file:
        assert [row["claim_id"] for row in csv.DictReader(file)] == [row[0] for row in published("claims")]
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert (package["version"], package["licenses"][0]["name"]) == (LATEST, "CC-BY-4.0")
    assert {each["path"] for each in package["resources"]} | {"datapackage.json"} == {path.name for path in folder.iterdir()}
    for each in package["resources"]:
        assert each["hash"] == f"sha256:{hashlib.sha256((folder / each['path']).read_bytes()).hexdigest()}"


def test_a_workbook_has_numbers_dates_and_text(export: Callable[..., Path]) -> None:
    book = openpyxl.load_workbook(export("claims.xlsx"))
    assert sorted(book.sheetnames) == sorted(["(columns)", "about", *NAMES, *VIEWS])
    for name in book.sheetnames[1:-1]:
        rows = [[cell.value for cell in row] for row in book[name].iter_rows(min_row=2)]
        assert [[plain(value) for value in row] for row in rows] == [[plain(value) for value in row] for row in published(name)]
    head = book["claims"]["A1"]
    assert head.value == "claim_id"
    assert head.comment is not None
    columns = [[cell.value for cell in row] for row in book["(columns)"].iter_rows()]
    assert columns[0][:6] == ["table", "column", "title", "description", "type", "unit"]
    described = {(row[0], row[1]): row for row in columns[1:]}
    assert described["evidence", "char_start"][4:6] == ["integer", "Unicode code points"]
    assert described["claims", "polarity"][6] == "affirmed, negated"
    assert {table for table, _ in described} == {*NAMES, *VIEWS}
    assert (book.properties.title or "").startswith("kursk-claims: ")


def plain(value: object) -> str:
    """A value as it looks in a cell: no time of day at dates, no fraction at whole numbers."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).removesuffix(" 00:00:00")


@pytest.fixture
def formula(fiction: Copy) -> Copy:
    fiction.edit("claims", {"claim_id": "clm-001"}, note='=HYPERLINK("https://example.org","look")', statement="+1+1 is a sum.")
    return fiction


def test_formulas_in_a_workbook_stay_text(formula: Copy, call: Call, tmp_path: Path) -> None:
    assert call("export", tmp_path / "f.xlsx", "--records", "--workspace", formula.root).code == 0
    sheet = openpyxl.load_workbook(tmp_path / "f.xlsx")["claims"]
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith(("=", "+"))}
    assert sorted(map(str, cells)) == ["+1+1 is a sum.", '=HYPERLINK("https://example.org","look")']
    assert [(cell.data_type, cell.quotePrefix) for cell in cells.values()] == [("s", True), ("s", True)]


def test_formulas_in_csv_are_made_safe_on_request_only(formula: Copy, call: Call, tmp_path: Path) -> None:
    as_it_is, safe = (read_claim(formula, call, tmp_path / name, *options) for name, *options in (["a"], ["b", "--safe"]))
    assert as_it_is["statement"] == "+1+1 is a sum."
    assert safe["statement"] == "'+1+1 is a sum."
    assert safe["note"].startswith("'=HYPERLINK")
    changed = {name for name in safe if safe[name] != as_it_is[name]}
    assert changed == {"statement", "note"}


def read_claim(copy: Copy, call: Call, folder: Path, *options: str) -> dict[str, str]:
    assert call("export", folder, "--records", "--workspace", copy.root, *options).code == 0
    with (folder / "claims.csv").open(encoding="utf-8-sig", newline="") as file:
        return next(csv.DictReader(file))


def test_what_is_there_is_kept_unless_told(export: Callable[..., Path], call: Call, tmp_path: Path) -> None:
    for name in ("claims.sqlite", "csv"):
        target = export(name)
        outcome = call("export", target, "--workspace", ROOT, "--release", "1.0.0")
        assert (outcome.code, "exists already" in outcome.err) == (2, True)
    export("claims.sqlite", "--replace", "--release", "1.0.0")
    assert (
        sqlite3.connect(tmp_path / "claims.sqlite")
        .execute("SELECT name FROM sqlite_master WHERE name = 'crosschecks'")
        .fetchall()
        == []
    )
    (tmp_path / "csv" / "mine.txt").write_text("mine", encoding="utf-8")
    outcome = call("export", tmp_path / "csv", "--workspace", ROOT, "--replace")
    assert (outcome.code, "mine.txt, which is not part of such an export" in outcome.err) == (2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["claims.metadata.yaml", "claims.sqlite", "csv"]


@pytest.mark.parametrize(("name", "options", "words"), [
    ("claims.parquet", [], "expected a name that ends in .duckdb, .sqlite or .xlsx"),
    ("claims.xlsx", ["--safe"], "--safe is for CSV"),
    ("claims.xlsx", ["--release", "9.9.9"], "9.9.9"),
])  # fmt: skip
def test_calls_that_cannot_be(call: Call, tmp_path: Path, name: str, options: list[str], words: str) -> None:
    outcome = call("export", tmp_path / name, "--workspace", ROOT, *options)
    assert outcome.code in (1, 2)
    assert words in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_not_taken_for_a_file(call: Call, tmp_path: Path) -> None:
    (tmp_path / "claims.duckdb").mkdir()
    outcome = call("export", tmp_path / "claims.duckdb", "--workspace", ROOT, "--replace")
    assert (outcome.code, "is not a DuckDB file" in outcome.err) == (2, True)


def test_a_workbook_without_its_package(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    outcome = call("export", tmp_path / "claims.xlsx", "--workspace", ROOT)
    assert (outcome.code, "kursk-claims[xlsx]" in outcome.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_cell_too_long_for_a_workbook(fiction: Copy, call: Call, tmp_path: Path) -> None:
    fiction.edit("claims", {"claim_id": "clm-001"}, note="long " * 7000)
    outcome = call("export", tmp_path / "long.xlsx", "--records", "--workspace", fiction.root)
    assert (outcome.code, "at most 32767 characters" in outcome.err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["fiction"]
