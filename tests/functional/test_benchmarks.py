"""The data of the benchmarks: the same for the same seed, and each fault that is planted is found, and no other."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from support import ROOT, Call

pytestmark = pytest.mark.slow  # packaging and CI, which daily work does not touch

GENERATE = ROOT / "benchmarks" / "check" / "generate.py"


def generate(path: Path, *options: str) -> Path:
    subprocess.run([sys.executable, GENERATE, "2000", path, *options], check=True)
    return path


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two, other = (
        generate(tmp_path / name, "--dirty", "--seed", seed).read_bytes()
        for name, seed in (("a.parquet", "7"), ("b.parquet", "7"), ("c.parquet", "8"))
    )
    assert one == two
    assert one != other


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_planted_faults_are_found_and_no_others(kind: str, tmp_path: Path, call: Call) -> None:
    clean = call("check", generate(tmp_path / f"clean.{kind}"), "--table", "claims")
    assert re.search(r" 2000 rows, \d+ rules run, \d+ skipped, 0 findings\n$", clean.out)
    path = generate(tmp_path / f"dirty.{kind}", "--dirty")
    planted = json.loads((tmp_path / f"dirty.{kind}.faults.json").read_text(encoding="utf-8"))
    assert len(planted) == 15
    found = defaultdict(list)
    for each in json.loads(call("check", path, "--table", "claims", "--format", "json").out)["findings"]:
        found[f"{each['rule']} {each['column']}"].append(each["row"] or each["line"] - 1)
    assert found == planted


@pytest.mark.parametrize(
    "command", [["diff.py", "--rows", "1000"], ["startup.py", "--runs", "1"]], ids=lambda command: command[0]
)
def test_a_benchmark_runs(command: list[str]) -> None:
    script, *options = command
    run = subprocess.run([sys.executable, ROOT / "benchmarks" / script, *options], check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "`kursk-claims" in run.stdout
