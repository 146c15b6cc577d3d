"""Names of folders that DuckDB, pyarrow or glob could take for patterns, addresses or the values of a column."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kursk_claims
from support import WELLS, Call, Copy, build_once

NAMES = (
    "well_id=w9",
    "latitude=-1",
    "longitude=x",
    "well_id=__HIVE_DEFAULT_PARTITION__",
    "kind=a&b=c",
    "x[1]",
    "x[!a]",
    "x[",
    "x]",
    "a*b",
    "**",
    "q?",
    "{a,b}",
    "it's",
    '"; DROP TABLE wells; --',
    "a%20b",
    "a#b?c",
    "http:",
    "s3:",
    "file:",
    "$HOME",
    "~",
    "-w",
    "a b",
    "a\nb",
    "é[ü]",
    "a\\b",
    "records",
    "wells.parquet",
)
NEIGHBOURS = ("x1", "xb", "aXb", "q1", "a", "b", "éü")  # what a pattern among the names could match
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("validate", "-w", "{}"),
    ("query", "SELECT * FROM wells", "-f", "csv", "-w", "{}"),
    ("query", "SELECT * FROM wells", "-f", "csv", "--records", "-w", "{}"),
    ("query", "SELECT * FROM northernmost", "-f", "csv", "-r", "1.0.0", "-w", "{}"),
    ("describe", "-w", "{}"),
    ("verify", "-w", "{}"),
    ("diff", "1.0.0", "{}", "-w", "{}"),
    ("diff", "{}/build/1.0.0", "{}", "-f", "json", "-w", "{}"),
    ("check", "{}/dataset/records", "-w", "{}"),
    ("check", "{}/build/1.0.0/wells.parquet", "-w", "{}"),
    ("check", "{}/build/1.0.0/wells.parquet", "--against", "1.0.0", "-w", "{}"),
    ("check", "{}/negative/wells.csv", "-w", "{}"),
    ("check", "{}/negative/wells.parquet", "-w", "{}"),
    ("format", "--check", "-w", "{}"),
    ("build", "-w", "{}"),
    ("export", "{}/out.sqlite", "-w", "{}"),
    ("export", "{}/out", "-w", "{}"),
    ("release", "2.0.0", "-w", "{}"),
)


@pytest.fixture
def released(tmp_path_factory: pytest.TempPathFactory, call: Call) -> Path:
    """The small workspace with a release, and a folder of files with a fault."""

    def prepare(root: Path) -> None:
        shutil.copytree(WELLS, root)
        assert call("release", "1.0.0", "-w", root).code == 0
        copy = Copy(root)
        copy.add("wells", well_id="w3", latitude="1", longitude="2")
        rows = [{"well_id": "w1", "latitude": "-5", "longitude": "7"}]
        (root / "negative").mkdir()
        Copy(root).csv("wells").rename(root / "kept.csv")
        copy.write("wells", rows)
        copy.csv("wells").rename(root / "negative" / "wells.csv")
        (root / "kept.csv").rename(copy.csv("wells"))
        table = kursk_claims.table("wells", workspace=root)
        fault = pa.table([pa.array(["w1"]), pa.array([-5.0]), pa.array([7.0])], table.schema)
        pq.write_table(fault, root / "negative" / "wells.parquet")

    return build_once(tmp_path_factory, "wells-with-faults", prepare)


def run_all(root: Path, call: Call) -> list[str]:
    """Return the exit code and the output of every command, without the name of the folder."""
    results = []
    for command in COMMANDS:
        outcome = call(*(each.replace("{}", str(root)) for each in command))
        text = (outcome.out + outcome.err).replace("\\u000a", "\n").replace(str(root), "ROOT")
        results.append(f"{command[0]} {outcome.code} {text}")
    with kursk_claims.connect(workspace=root) as connection:
        results.append(str(connection.sql("FROM wells").fetchall()))
    results.append(str(kursk_claims.table("wells", records=True, workspace=root).to_pylist()))
    report = kursk_claims.check(root / "negative" / "wells.parquet", against="1.0.0", workspace=root)
    results.append(str([(finding.rule, finding.found) for finding in report.findings]))
    return results


@pytest.fixture
def expected(released: Path, tmp_path: Path, call: Call) -> list[str]:
    return run_all(shutil.copytree(released, tmp_path / "plain" / "workspace"), call)


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_may_have_any_name(name: str, released: Path, expected: list[str], tmp_path: Path, call: Call) -> None:
    for neighbour in NEIGHBOURS:  # DuckDB would read these instead of what the path names
        other = Copy(shutil.copytree(released, tmp_path / "odd" / neighbour / "workspace"))
        shutil.copytree(other.root / "negative", other.root / "build" / "1.0.0", dirs_exist_ok=True)
        other.write("wells", [{"well_id": "w666", "latitude": "-6", "longitude": "6"}])
    root = shutil.copytree(released, tmp_path / "odd" / name / "workspace", dirs_exist_ok=True)
    assert run_all(root, call) == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_duckdb_file_is_written_below_any_folder_but_those_that_duckdb_cannot_name(
    name: str, released: Path, tmp_path: Path, call: Call
) -> None:
    (tmp_path / name).mkdir()
    target = tmp_path / name / "out.duckdb"
    outcome = call("export", target, "-w", released)
    if "?" in name or "\\" in name:
        assert outcome.code == 2
        assert "DuckDB cannot write below a folder with ?" in outcome.err
    else:
        assert outcome.code == 0
        with duckdb.connect(str(target)) as connection:
            assert connection.sql("SELECT well_id FROM wells ORDER BY 1").fetchall() == [("w1",), ("w2",)]


def test_a_path_that_goes_up_from_an_odd_name(released: Path, tmp_path: Path, call: Call) -> None:
    shutil.copytree(released, tmp_path / "workspace")
    (tmp_path / "x[1]").mkdir()
    outcome = call("check", tmp_path / "x[1]" / ".." / "workspace" / "negative" / "wells.parquet", "-w", tmp_path / "workspace")
    assert (outcome.code, "well-in-the-north" in outcome.out) == (1, True)


def test_a_table_with_the_columns_that_duckdb_adds(wells: Copy, call: Call) -> None:
    """DuckDB can add the columns `filename` and `file_row_number`, which a contract may have too."""
    schema = wells.root / "schemas" / "wells.yaml"
    text = schema.read_text(encoding="utf-8")
    for name in ("filename", "file_index"):
        text += f"  {name}:\n    title: A\n    description: A.\n    dtype: String\n    metadata: {{example: a}}\n"
    schema.write_text(text, encoding="utf-8")
    wells.write("wells", [{"well_id": "w1", "latitude": "-1", "longitude": "1", "filename": "a", "file_index": "b"}])
    outcome = call("check", wells.csv("wells"), "-w", wells.root)
    assert (outcome.code, "well-in-the-north" in outcome.out) == (1, True)
