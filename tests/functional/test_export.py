"""Releases in files of other kinds: what is in them is what is in the release."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

import kursk_claims
from kursk_claims.contract.loader import load_contract
from support import ROOT, Call, Copy

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
        assert connection.execute(
            "SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND comment IS NULL AND table_name <> 'about' AND "
            "table_name IN (SELECT table_name FROM duckdb_tables())"
        ).fetchall() == [(0,)]
        assert connection.execute(
            "SELECT comment LIKE 'One row per claim%' FROM duckdb_views() WHERE view_name = 'said'"
        ).fetchall()


@pytest.mark.skipif(not OLD, reason="KURSK_CLAIMS_OLD_DUCKDB_PYTHON names no environment with an older DuckDB")
def test_an_older_duckdb_reads_the_file(export: Callable[..., Path]) -> None:
    script = (
        "import duckdb, sys; assert duckdb.__version__ < '1.2', duckdb.__version__\n"
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


def text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def test_csv_of_a_table_are_its_records(export: Callable[..., Path]) -> None:
    folder = export("csv")
    for name in NAMES:
        assert (folder / f"{name}.csv").read_bytes() == (NEWEST / "records" / f"{name}.csv").read_bytes()
    with (folder / "said.csv").open(encoding="utf-8", newline="") as file:
        assert [row["claim_id"] for row in csv.DictReader(file)] == [row[0] for row in published("claims")]


def test_a_workbook_has_numbers_dates_and_text(export: Callable[..., Path]) -> None:
    book = openpyxl.load_workbook(export("claims.xlsx"))
    assert sorted(book.sheetnames) == sorted(["about", *NAMES, *VIEWS])
    for name in book.sheetnames[1:]:
        rows = [[cell.value for cell in row] for row in book[name].iter_rows(min_row=2)]
        assert [[plain(value) for value in row] for row in rows] == [[plain(value) for value in row] for row in published(name)]
    head = book["claims"]["A1"]
    assert head.value == "claim_id"
    assert head.comment is not None


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
    assert sorted(path.name for path in tmp_path.iterdir()) == ["claims.sqlite", "csv"]


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
