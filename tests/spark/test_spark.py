"""`check --engine spark` on a real Spark finds what the local engine finds, row for row."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kursk_claims.spark.rules import load_verified_queries, query_digest
from rule_cases import BROKEN, CONTRACT, RULES, Change, edit
from support import FICTION, ROOT, SPARK_PYTHON, Copy, Run

NOT_PORTABLE, VERIFIED = (load_verified_queries()[part] for part in ("not_portable", "verified"))

# Numbers that Spark writes, or rounds down, otherwise than DuckDB.
LARGE: dict[str, Change] = {
    "surface-value.large": edit("quantities", "quantity_id=qty-001", value="12345678"),
    "surface-value.small": edit("quantities", "quantity_id=qty-001", value="0.0001"),
    "counts-whole.large": edit("quantities", "quantity_id=qty-001", value="100000000000000000000"),
}


def tables_of(copy: Copy) -> dict[str, pa.Table]:
    return {name: copy.arrow(table) for name, table in CONTRACT.tables.items()}


def write(tables: dict[str, pa.Table], folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        pq.write_table(rows, folder / f"{name}.parquet")
    return folder


# Runs the command with all tables on the workers; the driver would check small ones.
ON_WORKERS = """
from kursk_claims.cli.main import main
from kursk_claims.spark import engine
engine.SMALL_TABLE_SIZE = -1
main()
"""


def check_with_both_engines(*args: str | Path, cwd: Path, on_workers: bool = False) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the exit code and the report of the command, by the local engine and by Spark."""
    assert SPARK_PYTHON is not None
    for engine in ("local", "spark"):
        options = ["--format", "json", "--engine", engine, "--master", "local[2]", "--workspace", str(ROOT)]
        start = ["-c", ON_WORKERS] if on_workers else ["-m", "kursk_claims"]
        command = [SPARK_PYTHON, *start, "check", *map(str, args), *options]
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        yield done.returncode, json.loads(done.stdout)


def without_unportable_rules(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report without the rules that are not portable."""
    parts = {
        part: [each for each in report[part] if each["rule"] not in NOT_PORTABLE] for part in ("findings", "hidden", "skipped")
    }
    return {"tables": report["summary"]["tables"], "rows": report["summary"]["rows"], **parts}


@pytest.mark.spark
def test_a_fault_of_each_rule_is_found_on_spark_or_the_rule_is_listed_as_not_portable(tmp_path: Path) -> None:
    changes = {name: broken.changes for name, broken in BROKEN.items() if "needs" not in RULES[name].header}
    changes |= {name: (change,) for name, change in LARGE.items()}
    for name, each in changes.items():
        copy = Copy(tmp_path / "copies" / name)
        shutil.copytree(FICTION, copy.root)
        for change in each:
            change(copy)
        write(tables_of(copy), tmp_path / "cases" / name)
    command = [str(SPARK_PYTHON), str(ROOT / "tests" / "spark" / "on_spark.py"), str(ROOT / "schemas"), str(tmp_path / "cases")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == set(changes)
    assert [name for name, each in found.items() if not each["duckdb"][0]] == ["counts-whole.large"]  # it is a whole number
    assert {name for name, each in found.items() if each["spark"] != each["duckdb"]} == set(NOT_PORTABLE)


def test_each_rule_is_listed_with_the_digest_of_its_verified_query() -> None:
    """Where a rule is changed, try it on Spark (the test above), then list it by its new digest."""
    tried = [rule for rule in RULES.values() if "needs" not in rule.header]
    assert {rule.name: query_digest(rule) for rule in tried if rule.name not in NOT_PORTABLE} == VERIFIED
    assert {rule.name for rule in tried} >= set(NOT_PORTABLE)


@pytest.mark.slow
@pytest.mark.spark
def test_real_records_have_no_findings_on_spark_and_unportable_rules_are_skipped(real: Copy, tmp_path: Path) -> None:
    (code, local), (spark_code, spark) = check_with_both_engines(write(tables_of(real), tmp_path / "tables"), cwd=tmp_path)
    assert code == spark_code == 0
    assert without_unportable_rules(spark) == without_unportable_rules(local)
    assert {each["rule"]: each["reason"] for each in spark["skipped"] if each["rule"] in NOT_PORTABLE} == NOT_PORTABLE
    assert spark["summary"]["rules_run"] == local["summary"]["rules_run"] - len(NOT_PORTABLE)


@pytest.mark.slow
@pytest.mark.spark
def test_broken_records_have_the_same_findings(fiction: Copy, tmp_path: Path) -> None:
    """All faults that can be planted at once, in several files with awkward names; only some findings are listed."""
    for name in [each for each in BROKEN if each not in NOT_PORTABLE]:
        for change in BROKEN[name].changes:
            with contextlib.suppress(AssertionError, StopIteration, ValueError):  # undone by another fault
                change(fiction)
    fiction.edit("claims", {"claim_id": "clm-002"}, event_id="evt-nowhere")
    tables = tables_of(fiction)
    evidence, codes = tables.pop("evidence"), tables["codes"]
    folder = write(tables, tmp_path / "some tables")
    (folder / "evidence").mkdir()
    pq.write_table(evidence.slice(0, 9), folder / "evidence" / "a b%20.parquet")
    pq.write_table(evidence.slice(9), folder / "evidence" / "å[1]{2}.parquet", row_group_size=4)

    places = tables["places"]
    names = pa.array([" Keddin", "Ke\u200bddin", None, *places["name"].to_pylist()[3:]])
    kinds = pa.array(["hamlet", *places["kind"].to_pylist()[1:-1], None])
    damaged = places.set_column(places.column_names.index("name"), "name", names)
    damaged = damaged.set_column(places.column_names.index("kind"), "kind", kinds)
    precisions = pa.array(["village", *places["coordinate_precision"].to_pylist()[1:]])
    damaged = damaged.set_column(places.column_names.index("coordinate_precision"), "coordinate_precision", precisions)
    parts = [damaged.slice(0, 2), damaged.slice(2), damaged, damaged.slice(1)]  # keys stand up to three times
    (folder / "places.parquet").unlink()
    (folder / "places").mkdir()
    for number, part in enumerate(parts):
        pq.write_table(part, folder / "places" / f"part-{number}.parquet")
    untyped = pa.nulls(len(codes))
    pq.write_table(codes.set_column(codes.column_names.index("unit"), "unit", untyped), folder / "codes.parquet")

    for limit in ("1000", "3"):
        arguments = "some tables", "--max-findings", limit
        (code, local), (spark_code, spark) = check_with_both_engines(*arguments, cwd=tmp_path, on_workers=True)
        assert code == spark_code == 1
        assert without_unportable_rules(spark) == without_unportable_rules(local)
        found = {each["rule"] for each in spark["findings"]} | {each["rule"] for each in spark["hidden"]}
        assert {"key", "reference", "required", "allowed-values", "space", "control-character"} <= found


@pytest.mark.spark
@pytest.mark.parametrize("limit", ["1000", "1"])
def test_files_with_several_row_groups_have_the_same_findings(fiction: Copy, tmp_path: Path, limit: str) -> None:
    """Slices of files go to different workers; a key stands in two of them, and rules find rows with and without other faults."""
    dates = {"occurred_earliest": "2024-08-09", "occurred_latest": "2024-08-01"}
    fiction.edit("claims", {"claim_id": "clm-002"}, statement=" Too", **dates)
    fiction.edit("claims", {"claim_id": "clm-003"}, time_basis="none", **dates)
    fiction.edit("claims", {"claim_id": "clm-004"}, kind="other", **dates)
    rows = tables_of(fiction)["claims"]
    (tmp_path / "claims").mkdir()
    for number, part in enumerate([rows.slice(0, 5), rows.slice(5), rows.slice(1, 2)]):
        pq.write_table(part, tmp_path / "claims" / f"part-{number}.parquet", row_group_size=2)
    arguments = "claims", "--max-findings", limit
    (code, local), (spark_code, spark) = check_with_both_engines(*arguments, cwd=tmp_path, on_workers=True)
    assert code == spark_code == 1
    assert without_unportable_rules(spark) == without_unportable_rules(local)
    found = {each["rule"] for each in spark["findings"]} | {each["rule"] for each in spark["hidden"]}
    assert {"key", "allowed-values", "space", "occurred-order"} <= found


@pytest.mark.spark
def test_csv_is_read_by_the_strict_reader(fiction: Copy, tmp_path: Path) -> None:
    fiction.edit("places", {"place_id": "plc-esk"}, name=" Esk", parent_id="plc-nowhere", latitude="north")
    (code, local), (spark_code, spark) = check_with_both_engines(fiction.csv("places"), cwd=tmp_path)
    assert code == spark_code == 1
    assert without_unportable_rules(spark) == without_unportable_rules(local)
    assert {"type", "reference", "space"} <= {each["rule"] for each in spark["findings"]}


def test_without_spark_the_command_says_what_to_install(run: Run, fiction: Copy) -> None:
    if subprocess.run([sys.executable, "-c", "import pyspark"], capture_output=True, check=False).returncode == 0:
        pytest.skip("Spark is installed here")
    done = run("check", fiction.csv("places"), "--engine", "spark", "--workspace", fiction.root)
    assert done.returncode == 2
    assert "pip install 'kursk-claims[spark]'" in done.stderr
    assert done.stdout == ""
