"""Whole-process times of `query` and `validate`, side by side with what they are held against.

Usage: python benchmarks/startup.py [--runs N] [--frictionless PYTHON]

`bare` reads the same CSVs with typed columns, makes the same views and asks the same question with nothing but DuckDB, as a
script would. The commands take turns, so that a slow moment of the machine hits all of them; medians are printed.
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
for name, path, types in tables:
    connection.execute(f"CREATE TABLE {name} AS FROM read_csv('{path}', columns={types}, auto_detect=false, header=true, nullstr='')")
for view in views:
    connection.execute(view)
for row in connection.execute(question).fetchall():
    print(*row)
"""


def plan() -> str:
    """What the bare process is told: tables with paths and types, views, question."""
    from kursk_claims.contract import load_contract
    from kursk_claims.workspace import find_workspace

    workspace = find_workspace(ROOT)
    contract = load_contract(workspace)
    tables = [
        (name, str(workspace.records / f"{name}.csv"), {column.name: column.sql_type for column in table.columns})
        for name, table in contract.tables.items()
    ]
    return json.dumps([tables, [view.sql for view in contract.views], QUESTION])


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
        told, script = Path(scratch) / "plan.json", Path(scratch) / "bare.py"
        told.write_text(plan(), encoding="utf-8")
        script.write_text(BARE, encoding="utf-8")
        command = str(Path(sys.executable).parent / "kursk-claims")
        commands = {
            "bare Python + duckdb, the same question": [sys.executable, str(script), str(told)],
            "`kursk-claims query`": [command, "query", "--records", "--quiet", QUESTION],
            "`import pandera.polars`": [sys.executable, "-c", "import pandera.polars"],
            "`kursk-claims validate`": [command, "validate", "--quiet"],
        }
        if arguments.frictionless:
            files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "dataset" / "records").glob("*.csv"))
            commands["`frictionless validate`"] = [arguments.frictionless, "-m", "frictionless", "validate", *files]
        seconds = measure(commands, arguments.runs)
    base = {"`kursk-claims query`": "bare Python + duckdb, the same question", "`kursk-claims validate`": "`import pandera.polars`"}
    print(f"Python {platform.python_version()}, {arguments.runs} runs each, taking turns; seconds of the whole process\n")
    print("| process | median | least | most | ratio |\n| --- | --- | --- | --- | --- |")
    for name, values in seconds.items():
        median = statistics.median(values)
        ratio = f"{median / statistics.median(seconds[base[name]]):.2f} × {base[name]}" if name in base else ""
        print(f"| {name} | {median:.2f} | {min(values):.2f} | {max(values):.2f} | {ratio} |")


if __name__ == "__main__":
    main()
