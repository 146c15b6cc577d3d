"""`diff` at ten million claims of which one in a hundred changed, beside datacompy, in one run.

Usage: python benchmarks/diff.py [--rows N] [--datacompy PYTHON]

Makes two folders of Parquet (seeded by row number, so the same every time), then runs each tool as a process of its own and
prints seconds, peak memory and the changed rows that it found.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

CLAIMS = """
SELECT 'clm-' || lpad(i::VARCHAR, 9, '0') AS claim_id, 'doc-' || (i % 100) AS doc_id, 'evt-' || (i % 1000) AS event_id,
    ['occurrence', 'state', 'quantity', 'intention', 'connection', 'evaluation'][1 + i % 6] AS kind,
    'Claim number ' || i || ' says that something was so at place ' || (i * 7919 % 100003) AS statement,
    ['affirmed', 'negated'][1 + (i % 17 = 0)::INT] AS polarity, ['actual', 'ongoing', 'future', 'background'][1 + i % 4] AS mode,
    DATE '2024-01-01' + (i % 300)::INT AS occurred_earliest, DATE '2024-01-02' + (i % 300)::INT AS occurred_latest,
    'stated' AS time_basis, NULL::VARCHAR AS time_surface, NULL::VARCHAR AS time_source, 'body' AS prominence,
    CASE WHEN {changed} THEN 'changed' ELSE 'note ' || (i % 50) END AS note
FROM range({rows}) t(i) ORDER BY claim_id"""

DATACOMPY = """
import sys, polars, datacompy
old, new = (polars.read_parquet(path + "/claims.parquet") for path in sys.argv[1:3])
compared = datacompy.PolarsCompare(old, new, join_columns="claim_id")
print("rows", len(compared.all_mismatch()))
"""

OURS = """
import sys
from pathlib import Path
from kursk_claims.release.diff import compare_snapshots, open_snapshot
difference = compare_snapshots(*(open_snapshot(Path(path), path) for path in sys.argv[1:3]))
print("rows", difference.rows["claims"]["changed"])
"""


def run(name: str, command: list[str]) -> str:
    """A row of the table: seconds, peak memory in MB, rows found."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    found = process.stdout.read().strip()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    outcome = found.removeprefix("rows ") if status == 0 else f"failed ({os.waitstatus_to_exitcode(status)})"
    return f"| {name} | {seconds:.1f} | {usage.ru_maxrss / 1024:.0f} | {outcome} |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--datacompy", metavar="PYTHON", help="the Python of an environment that has datacompy and polars")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folders = []
        for name, changed in (("old", "false"), ("new", "i % 100 = 7")):
            folder = Path(scratch) / name
            shutil.copytree(ROOT / "schemas", folder / "schemas")
            query = CLAIMS.format(rows=arguments.rows, changed=changed)
            copy = f"COPY ({query}) TO '{folder}/claims.parquet' (COMPRESSION zstd)"
            # In a process of its own: a child's peak memory begins at what its parent holds.
            subprocess.run([sys.executable, "-c", "import duckdb, sys; duckdb.execute(sys.argv[1])", copy], check=True)
            folders.append(str(folder))
        print(f"{arguments.rows:,} claims, {arguments.rows // 100:,} changed\n")
        print("| tool | seconds | peak MB | changed rows found |\n| --- | --- | --- | --- |")
        ours = run("`kursk-claims diff`", [sys.executable, "-c", OURS, *folders])
        print(ours)
        if arguments.datacompy:
            print(run("datacompy on polars", [arguments.datacompy, "-c", DATACOMPY, *folders]))
    if not ours.endswith(f"| {arguments.rows // 100} |"):
        sys.exit("`kursk-claims diff` has not found the changed rows")


if __name__ == "__main__":
    main()
