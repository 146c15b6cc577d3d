"""`kursk-claims check` beside its peers and beside hand-written floors, each as a process of its own, in turns.

    python benchmarks/check/run.py [--sizes 1e3,1e5] [--tools ours,polars] [--dirty-only] [--folder FOLDER] [--limit SECONDS]

Generates what is not there yet in FOLDER, makes an environment for each peer there, adds to `results.json` and writes the
table and the plot from it. What is in `results.json` for the same tool, size and data is measured again. Ends with an error if
`check` does not find every planted fault.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# By tool: its script and arguments, the packages it needs (none: those of this environment), and what it reads.
TOOLS: dict[str, tuple[str, list[str], str]] = {
    "ours": ("", [], "parquet"),
    "polars by hand": ("polars_floor.py", [], "parquet"),
    "polars by hand without texts": ("polars_floor.py --no-texts", [], "parquet"),
    "DuckDB by hand": ("duckdb_floor.py", [], "parquet"),
    "dataframely": ("dataframely_peer.py", ["dataframely==3.1.2", "polars==2.1.0", "pyyaml"], "parquet"),
    "pointblank": ("pointblank_peer.py", ["pointblank==1.1.1", "polars==2.1.0", "pyyaml"], "parquet"),
    "pandera on pandas": ("pandera_pandas.py", ["pandera==0.35.0", "pandas==3.1.1", "pyarrow==26.0.1", "pyyaml"], "parquet"),
    "Great Expectations": (
        "great_expectations_peer.py",
        ["great-expectations==1.24.1", "pandas==3.1.1", "pyarrow==26.0.1", "pyyaml"],
        "parquet",
    ),
    "frictionless": ("frictionless_peer.py", ["frictionless==5.21.0", "pyyaml"], "csv"),
    "ours on CSV": ("", [], "csv"),
    "DuckDB by hand on CSV": ("duckdb_floor.py", [], "csv"),
    "DuckDB only reading CSV": ("duckdb_csv.py", [], "csv"),
}
ROOM = 20 * 2**30  # bytes of address space that a tool may take
LISTED = "99999999"  # findings, so that all are there to be counted by column


def python_of(name: str, packages: list[str], folder: Path) -> str:
    """A Python with these packages, in an environment that is made when it is first needed."""
    if not packages:
        return sys.executable
    home = folder / "environments" / name.replace(" ", "-")
    if not (home / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        subprocess.run([home / "bin" / "python", "-m", "pip", "install", "--quiet", *packages], check=True)
        (home / "ready").touch()
    return str(home / "bin" / "python")


def data(size: int, kind: str, dirty: bool, folder: Path) -> Path:
    path = folder / f"claims-{size}-{'dirty' if dirty else 'clean'}.{kind}"
    if not path.exists():
        command = [sys.executable, str(HERE / "generate.py"), str(size), str(path), *(["--dirty"] if dirty else [])]
        subprocess.run(command, check=True)
    return path


def measure(command: list[str], limit: int) -> dict[str, Any]:
    """Wall time, peak memory and output of a process, which a small one launches, so that the peak is its own."""
    began = time.perf_counter()
    launched = [sys.executable, "-c", LAUNCHER, str(ROOM), *command]
    child = subprocess.Popen(launched, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0)
    try:
        out, err = child.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        return {"failed": f"not done after {limit} s"}
    except BaseException:  # interrupted: the child, in a group of its own, would go on
        os.killpg(child.pid, signal.SIGKILL)
        raise
    seconds = time.perf_counter() - began
    words, _, peak = out.decode().strip().rpartition("\n")
    if not words:
        told = err.decode(errors="replace").strip().splitlines() or ["without a word"]
        return {"failed": f"failed, with {ROOM // 2**30} GiB to use: {told[-1][:120]}"}
    return {"seconds": round(seconds, 2), "peak_mb": int(peak) // 1024, "out": words}


# Runs a command and prints, after its output, the peak memory of its process in KiB.
LAUNCHER = """
import resource, subprocess, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
code = subprocess.run(sys.argv[2:]).returncode
print()
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss if code in (0, 1) else 0)
"""


def run_tool(tool: str, path: Path, folder: Path, limit: int) -> dict[str, Any]:
    (script, *more), packages = TOOLS[tool][0].split(" "), TOOLS[tool][1]
    python = python_of(tool, packages, folder)
    if script:
        command = [python, str(HERE / "peers" / script), str(path), *more]
    else:
        options = ["--table", "claims", "--quiet", "--format", "json", "--max-findings", LISTED]
        command = [python, "-m", "kursk_claims", "check", str(path), *options]
    outcome = measure(command, limit)
    out = outcome.pop("out", None)
    if out is not None:
        told = out if not script else next(line for line in out.splitlines() if line.startswith("{"))
        outcome["found"] = json.loads(told) if script else counted(json.loads(told))
    return outcome


def counted(report: dict[str, Any]) -> dict[str, int]:
    """Our findings, by check and column."""
    found: dict[str, int] = {}
    for each in report["findings"]:
        name = f"{each['rule']} {each['column']}"
        found[name] = found.get(name, 0) + 1
    return found


def score(found: dict[str, int], path: Path) -> dict[str, Any]:
    """How many of the planted faults were counted, how many others, and what the tool could not be asked."""
    ledger = path.with_suffix(path.suffix + ".faults.json")
    planted = {name: len(rows) for name, rows in json.loads(ledger.read_text()).items()} if ledger.exists() else {}
    return {
        "planted": sum(planted.values()),
        "faults_found": sum(min(count, found.get(name, 0)) for name, count in planted.items()),
        "others": sum(max(0, count - planted.get(name, 0)) for name, count in found.items()),
        "cannot": sorted(name for name in planted if name not in found) if planted and found else [],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1e3,1e4,1e5,1e6,1e7")
    parser.add_argument("--tools", default=",".join(TOOLS), help="names or beginnings of names")
    parser.add_argument("--folder", type=Path, default=Path("benchmark-data"))
    parser.add_argument("--limit", type=int, default=600, help="seconds for one run")
    parser.add_argument("--times", type=int, default=7, help="runs of each, of which the median is kept; three from 1e7 on")
    parser.add_argument("--clean", action="store_true", help="clean data too, not only dirty")
    given = parser.parse_args()
    given.folder.mkdir(exist_ok=True)
    wanted = given.tools.split(",")
    tools = [tool for tool in TOOLS if tool in wanted or any(tool.startswith(each) for each in wanted if each not in TOOLS)]
    kept = HERE / "results.json"
    results = json.loads(kept.read_text()) if kept.exists() else []
    for size in (int(float(each)) for each in given.sizes.split(",")):
        for dirty in [True, False] if given.clean else [True]:
            runs: dict[str, list[dict[str, Any]]] = {tool: [] for tool in tools}
            for tool in tools:
                data(size, TOOLS[tool][2], dirty, given.folder)
            for _ in range(given.times if size < 10**7 else min(given.times, 3)):
                for tool in tools:
                    if any("failed" in each for each in runs[tool]):
                        continue
                    path = data(size, TOOLS[tool][2], dirty, given.folder)
                    outcome = run_tool(tool, path, given.folder, given.limit)
                    if "found" in outcome:
                        outcome |= score(outcome.pop("found"), path)
                    if tool.startswith("ours") and (outcome.get("faults_found"), outcome.get("others")) != (
                        outcome.get("planted"),
                        0,
                    ):
                        sys.exit(f"{tool} has not found what was planted in {path}: {outcome}")
                    runs[tool].append(outcome)
                    print(size, "dirty" if dirty else "clean", tool, outcome, flush=True)
            for tool, each in runs.items():
                median = sorted(each, key=lambda run: run.get("seconds", 1e9))[len(each) // 2]
                results = [old for old in results if (old["tool"], old["rows"], old["dirty"]) != (tool, size, dirty)]
                results.append({"tool": tool, "rows": size, "dirty": dirty, "runs": len(each), **median})
            order = [*TOOLS]
            results.sort(key=lambda each: (each["rows"], not each["dirty"], order.index(each["tool"])))
            kept.write_text(json.dumps(results, indent=1) + "\n")
    plotting = python_of("plot", ["altair==6.3.0", "vl-convert-python==1.9.0.post1"], given.folder)
    subprocess.run([plotting, str(HERE / "table.py")], check=True)


if __name__ == "__main__":
    main()
