"""Every exported file carries title, version, licence, citation and caveat of its dataset."""

from __future__ import annotations

import csv
import io
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest

from support import ROOT, Call, Copy

CAVEAT = "A row says what the village wrote down: wells may have dried up since."
ABOUT = {
    "dataset_title": "Wells of a village",
    "version": "unreleased records",
    "license": "CC0-1.0",
    "citation": "The village: Wells of a village, unreleased records.",
    "caveat": CAVEAT,
}
RELEASED = ABOUT | {"version": "1.0.0", "citation": "The village (2031): Wells of a village, version 1.0.0."}


@pytest.fixture
def wells(wells: Copy) -> Copy:
    """The wells with a caveat."""
    path = wells.root / "dataset" / "dataset.yaml"
    path.write_text(f"{path.read_text(encoding='utf-8')}caveat: '{CAVEAT}'\n", encoding="utf-8")
    return wells


def read_csv(path: Path) -> dict[str, str]:
    with (path / "about.csv").open(encoding="utf-8", newline="") as file:
        return {row["property"]: row["value"] for row in csv.DictReader(file)}


def read_sqlite(path: Path) -> dict[str, str]:
    return dict(sqlite3.connect(path).execute("SELECT property, value FROM about").fetchall())


def read_duckdb(path: Path) -> dict[str, str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return dict(connection.execute("SELECT property, value FROM about").fetchall())


def read_workbook(path: Path) -> dict[str, str]:
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == "about"
    return {str(key.value): str(value.value) for key, value in book["about"].iter_rows(min_row=2)}


def footer(content: Path | bytes) -> dict[str, str]:
    source = content if isinstance(content, Path) else io.BytesIO(content)
    return {key.decode(): value.decode() for key, value in pq.read_schema(source).metadata.items()}


@pytest.mark.parametrize(
    ("name", "read"),
    [("folder", read_csv), ("w.sqlite", read_sqlite), ("w.duckdb", read_duckdb), ("w.xlsx", read_workbook)],
)
def test_an_export_of_tables_has_a_table_about(
    wells: Copy, call: Call, tmp_path: Path, name: str, read: Callable[[Path], dict[str, str]]
) -> None:
    for options in ([], ["--replace"]):
        outcome = call("export", tmp_path / name, "--records", "-w", wells.root, *options)
        assert outcome.code == 0, outcome.err
    assert read(tmp_path / name) == ABOUT


def test_a_workbook_has_document_properties(wells: Copy, call: Call, tmp_path: Path) -> None:
    assert call("export", tmp_path / "w.xlsx", "--records", "-w", wells.root).code == 0
    properties = openpyxl.load_workbook(tmp_path / "w.xlsx").properties
    assert (properties.title, properties.creator, properties.description) == ("Wells of a village", "The village", CAVEAT)
    custom = zipfile.ZipFile(tmp_path / "w.xlsx").read("docProps/custom.xml").decode()
    assert "<vt:lpwstr>unreleased records</vt:lpwstr>" in custom


def test_the_parquet_of_a_release_and_of_a_query(wells: Copy, call: Call) -> None:
    assert call("release", "1.0.0", "-w", wells.root).code == 0
    paths = [*(wells.root / "build" / "1.0.0").glob("*parquet")]
    assert {path.suffix for path in paths} == {".parquet", ".geoparquet"}
    for path in paths:
        words = footer(path)
        assert {name: words.get(name) for name in RELEASED} == RELEASED, path
        assert words["description"]
        assert pq.read_metadata(path).row_group(0).column(0).compression == "SNAPPY"
    assert call("verify", "-w", wells.root, "--quiet").out.startswith("1.0.0: the same bytes")
    command = [sys.executable, "-m", "kursk_claims", "query", "SELECT * FROM wells", "--format", "parquet", "-w", str(wells.root)]
    for options, expected in (([], RELEASED), (["--records"], ABOUT)):
        assert footer(subprocess.run([*command, *options], capture_output=True, check=True).stdout) == expected
    assert CAVEAT not in call("query", "SELECT * FROM wells", "--format", "csv", "-w", wells.root).out


def test_a_release_says_its_caveat_in_its_descriptors_and_exports(wells: Copy, call: Call, tmp_path: Path) -> None:
    assert call("release", "1.0.0", "-w", wells.root).code == 0
    release = wells.root / "build" / "1.0.0"
    assert f"\n**{CAVEAT}**\n" in (release / "README.md").read_text(encoding="utf-8")
    assert f'"caveat": "{CAVEAT}"' in (release / "datapackage.json").read_text(encoding="utf-8")
    assert call("export", tmp_path / "w.sqlite", "--release", release, "-w", wells.root).code == 0
    assert read_sqlite(tmp_path / "w.sqlite") == RELEASED


def test_releases_that_are_older_than_the_footers_are_rebuilt_without(call: Call) -> None:
    """1.1.0 was published before footers had any of this."""
    assert "dataset_title" not in footer(ROOT / "build" / "1.1.0" / "claims.parquet")
    outcome = call("verify", "1.1.0", "-w", ROOT, "--quiet")
    assert (outcome.code, outcome.out[:22]) == (0, "1.1.0: the same bytes "), outcome.err


@pytest.mark.parametrize("name", ["folder", "w.sqlite", "w.duckdb", "w.xlsx"])
@pytest.mark.parametrize("taken", ["about", "About"])
def test_a_dataset_with_a_table_about_is_refused(wells: Copy, call: Call, tmp_path: Path, name: str, taken: str) -> None:
    with (wells.root / "schemas" / "views.sql").open("a", encoding="utf-8") as file:
        file.write(f"\n-- view: {taken}\n-- says: Something.\nCREATE VIEW {taken} AS SELECT well_id FROM wells ORDER BY 1;\n")
    outcome = call("export", tmp_path / name, "--records", "-w", wells.root)
    assert (outcome.code, f"a table or view {taken}, but an export needs that name" in outcome.err) == (2, True), outcome.err
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("value", ["''", '"two\\nlines"', "[a]", "7"])
def test_a_caveat_is_one_line(wells: Copy, call: Call, value: str) -> None:
    path = wells.root / "dataset" / "dataset.yaml"
    text = path.read_text(encoding="utf-8").rpartition("caveat:")[0]
    path.write_text(f"{text}caveat: {value}\n", encoding="utf-8")
    outcome = call("build", "-w", wells.root)
    assert (outcome.code, "dataset.yaml:5:1: caveat: expected one line of text" in outcome.err) == (2, True), outcome.err


def test_without_dataset_yaml_the_folder_names_the_data(wells: Copy, call: Call, tmp_path: Path) -> None:
    (wells.root / "dataset" / "dataset.yaml").unlink()
    assert call("export", tmp_path / "w.sqlite", "--records", "-w", wells.root).code == 0
    assert read_sqlite(tmp_path / "w.sqlite") == {
        "dataset_title": "wells",
        "version": "unreleased records",
        "citation": "wells, unreleased records.",
    }
