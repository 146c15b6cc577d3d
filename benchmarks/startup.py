"""Whole-process times of `query`, `validate` and `--help`, side by side with what they are held against.

Usage: python benchmarks/startup.py [--runs N] [--frictionless PYTHON]

The bare processes load the same Parquet, or the same CSVs with typed columns, make the same views and ask the same question with
nothing but DuckDB, as a script would. The commands take turns, so that a slow moment of the machine hits all of them.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "SELECT origin, count(*) AS claims FROM said GROUP BY origin ORDER BY claims DESC, origin"

BARE = """
import json, sys, duckdb
tables, views, question = json.load(open(sys.argv[1]))
connection = duckdb.connect()
for name, source in tables:
    connection.execute(f"CREATE TABLE {name} AS FROM {source}")
for view in views:
    connection.execute(view)
for row in connection.execute(question).fetchall():
    print(*row)
"""


def plans() -> tuple[str, str]:
    """What the bare processes are told, for the newest release and for the records: tables, views, question."""
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.database.load import csv_source
    from kursk_claims.database.sql import quote_literal
    from kursk_claims.release.lookup import find_release
    from kursk_claims.workspace import find_workspace

    workspace = find_workspace(ROOT)
    contract = load_contract(workspace.schemas)
    views = [view.sql for view in contract.views]
    found = find_release([workspace.build], None)
    assert found is not None
    folder, manifest = found
    parquet = [
        (table.name, f"read_parquet({quote_literal(folder / table.file)})") for table in manifest.tables if table.kind == "table"
    ]
    records = [(name, csv_source(workspace.records, table)) for name, table in contract.tables.items()]
    return json.dumps([parquet, views, QUESTION]), json.dumps([records, views, QUESTION])


def measure(commands: dict[str, list[str]], runs: int) -> dict[str, list[float]]:
    """Seconds of each run of each command, which take turns; the first turn warms up and is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            begun = time.perf_counter()
            subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if turn:
                seconds[name].append(time.perf_counter() - begun)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--frictionless", metavar="PYTHON", help="the Python of an environment that has frictionless")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        script = Path(scratch) / "bare.py"
        script.write_text(BARE, encoding="utf-8")
        told = [Path(scratch) / "release.json", Path(scratch) / "records.json"]
        for path, plan in zip(told, plans(), strict=True):
            path.write_text(plan, encoding="utf-8")
        command = str(Path(sys.executable).parent / "kursk-claims")
        commands = {
            "bare Python + duckdb on the Parquet": [sys.executable, str(script), str(told[0])],
            "`kursk-claims query`": [command, "query", "--quiet", QUESTION],
            "`kursk-claims query --unsafe`": [command, "query", "--unsafe", "--quiet", QUESTION],
            "bare Python + duckdb on the CSVs": [sys.executable, str(script), str(told[1])],
            "`kursk-claims query --records`": [command, "query", "--records", "--quiet", QUESTION],
            "`import typer`": [sys.executable, "-c", "import typer"],
            "`kursk-claims --help`": [command, "--help"],
            "`kursk-claims --version`": [command, "--version"],
            "`import pandera.polars`": [sys.executable, "-c", "import pandera.polars"],
            "`kursk-claims validate`": [command, "validate", "--quiet"],
        }
        if arguments.frictionless:
            files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "dataset" / "records").glob("*.csv"))
            commands["`frictionless validate`"] = [arguments.frictionless, "-m", "frictionless", "validate", *files]
        seconds = measure(commands, arguments.runs)
    base = {
        "`kursk-claims query`": "bare Python + duckdb on the Parquet",
        "`kursk-claims query --unsafe`": "bare Python + duckdb on the Parquet",
        "`kursk-claims query --records`": "bare Python + duckdb on the CSVs",
        "`kursk-claims --help`": "`import typer`",
        "`kursk-claims --version`": "`import typer`",
        "`kursk-claims validate`": "`import pandera.polars`",
    }
    print(f"Python {platform.python_version()}, {arguments.runs} runs each, taking turns; seconds of the whole process\n")
    print("| process | median | least | most | ratio |\n| --- | --- | --- | --- | --- |")
    for name, values in seconds.items():
        median = statistics.median(values)
        ratio = f"{median / statistics.median(seconds[base[name]]):.2f} × {base[name]}" if name in base else ""
        print(f"| {name} | {median:.2f} | {min(values):.2f} | {max(values):.2f} | {ratio} |")


if __name__ == "__main__":
    main()
