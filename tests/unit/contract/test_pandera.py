"""pandera by itself reads the schemas as we do; that needs an environment with pandas."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kursk_claims.checks.columns import find_column_failures
from kursk_claims.contract.constraints import RULE_IDS
from kursk_claims.contract.loader import load_contract
from kursk_claims.contract.model import Table
from kursk_claims.release.build import build_folder
from kursk_claims.tables.batch import Batch
from kursk_claims.workspace import find_workspace
from support import ROOT, Copy

PYTHON = os.environ.get("KURSK_CLAIMS_PANDAS_PYTHON", "")
CHECK_NAMES = {rule: name for name, rule in RULE_IDS.items()}
CONTRACT = load_contract(find_workspace(ROOT).schemas)

pytestmark = pytest.mark.skipif(not PYTHON, reason="KURSK_CLAIMS_PANDAS_PYTHON names no environment with pandas")

# What pandera finds by its own reader of YAML: for each table, column, check and row of each failure.
THEIRS = """
import json, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
import polars, pandera.errors
from pandera.io.polars_io import from_yaml
found = {}
for path in sorted(Path(sys.argv[2]).glob("*.parquet")):
    schema = from_yaml(Path(sys.argv[1]) / f"{path.stem}.yaml")
    try:
        schema.validate(polars.read_parquet(path), lazy=True)
        found[path.stem] = []
    except pandera.errors.SchemaErrors as errors:
        rows = errors.failure_cases.iter_rows(named=True)
        found[path.stem] = sorted([row["column"], row["check"].partition("(")[0], row["index"]] for row in rows)
print(json.dumps(found))
"""


def spoil(rows: pa.Table, table: Table) -> pa.Table:
    """The table's first rows, with a fault in every column: first no value, then one that its checks refuse."""
    columns = []
    for column, field in zip(table.columns, rows.schema, strict=True):
        wrong: Any = {"String": "?", "Int32": -5, "Float64": 1e9, "Boolean": True, "Date": None}[column.dtype]
        good = [value for value in rows[column.name].to_pylist() if value is not None][:1] or [None]
        columns.append(pa.array([None, wrong, *good], field.type))
    return pa.table(columns, rows.schema.names)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "next"
    report, written = build_folder(find_workspace(ROOT), CONTRACT, folder)
    assert written, report.findings
    return folder


@pytest.mark.parametrize("name", sorted(CONTRACT.tables))
def test_its_command_accepts_the_parquet(built: Path, name: str) -> None:
    command = [str(Path(PYTHON).parent / "pandera"), "validate", "-s", str(ROOT / "schemas" / f"{name}.yaml")]
    done = subprocess.run(
        [*command, "-d", str(built / f"{name}.parquet"), "--backend", "polars"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_both_come_to_the_same_verdicts(fiction: Copy, tmp_path: Path) -> None:
    contract = load_contract(find_workspace(fiction.root).schemas)
    (tmp_path / "spoiled").mkdir()
    report, written = build_folder(find_workspace(fiction.root), contract, tmp_path / "built")
    assert written, report.findings
    ours = {}
    for name, table in contract.tables.items():
        rows = spoil(pq.read_table(tmp_path / "built" / f"{name}.parquet"), table)
        pq.write_table(rows, tmp_path / "spoiled" / f"{name}.parquet")
        faults = [
            [failure.column.name, CHECK_NAMES[failure.rule], row]
            for failure in find_column_failures(Batch.of(pl.DataFrame(rows)), table)
            for row in failure.rows.to_list()
        ]
        ours[name] = sorted(faults)
        assert ours[name], f"nothing was spoiled in {name}"
    command = [PYTHON, "-c", THEIRS, str(ROOT / "schemas"), str(tmp_path / "spoiled")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == ours
