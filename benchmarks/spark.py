"""`check --engine spark` on a standalone cluster of one master and two workers, beside the local engine on the same files.

Usage: python benchmarks/spark.py [--sizes 1e6,1e7] [--times 3] [--folder FOLDER]

Needs an environment with the extra `spark`, and Java. Starts the cluster on this machine, each worker with one core, and stops it
at the end. Generates the files that FOLDER lacks. The engines take turns. Fails if one of them misses a planted fault or finds
anything else.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "check"))
from run import LISTED, counted, data, score

WORKERS = 2
START_LIMIT = 120  # seconds until all workers are registered


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Start a master and workers; yields the address of the master."""
    import pyspark

    spark_class = str(Path(pyspark.__file__).parent / "bin" / "spark-class")
    port, log = free_port(), folder / "master.log"
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    master = f"spark://127.0.0.1:{port}"
    address = ["--host", "127.0.0.1", "--webui-port", "0"]
    processes: list[subprocess.Popen[bytes]] = []

    def start(name: str, log_path: Path, *options: str) -> None:
        command = [spark_class, f"org.apache.spark.deploy.{name}", *address, *options]
        with log_path.open("wb") as file:
            group = subprocess.Popen(command, env=environment, stdout=file, stderr=file, start_new_session=True)
        processes.append(group)

    try:
        start("master.Master", log, "--port", str(port))
        wait_for("I have been elected leader", 1, log)
        for number in range(WORKERS):
            options = ["--cores", "1", "--memory", "2g", "--work-dir", str(folder / f"worker-{number}")]
            start("worker.Worker", folder / f"worker-{number}.log", *options, master)
        wait_for("Registering worker", WORKERS, log)
        yield master
    finally:
        for process in reversed(processes):
            os.killpg(process.pid, signal.SIGTERM)
        for process in processes:
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(text: str, times: int, log: Path) -> None:
    """Wait until a log has a text so many times."""
    end = time.monotonic() + START_LIMIT
    while log.read_text(errors="replace").count(text) < times:
        if time.monotonic() > end:
            raise SystemExit(f"{log.name}: no {text!r} after {START_LIMIT} s")
        time.sleep(0.2)


def check(engine: list[str], path: Path, folder: Path) -> tuple[float, dict[str, int]]:
    """Return the seconds of the whole process, and the findings by check and column."""
    options = ["--table", "claims", "--quiet", "--format", "json", "--max-findings", LISTED]
    command = [sys.executable, "-m", "kursk_claims", "check", str(path), *options, *engine]
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}
    with (folder / "check.log").open("w+") as log:
        begun = time.perf_counter()
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, check=False)
        seconds = time.perf_counter() - begun
        if done.returncode not in (0, 1):
            log.seek(0)
            raise SystemExit(f"{' '.join(command)}: exit code {done.returncode}\n{log.read()}")
    return seconds, counted(json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1e6,1e7")
    parser.add_argument("--times", type=int, default=3, help="runs of each")
    parser.add_argument("--folder", type=Path, default=Path("benchmark-data"))
    arguments = parser.parse_args()
    arguments.folder.mkdir(exist_ok=True)
    print(f"{date_line()}, {arguments.times} runs each, taking turns; seconds of the whole process\n")
    print("| rows | data | engine | median | least | most | faults found |\n| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as scratch, cluster(Path(scratch)) as master:
        engines = {"local": [], "Spark": ["--engine", "spark", "--master", master]}
        for size in (int(float(each)) for each in arguments.sizes.split(",")):
            for dirty in (False, True):
                path = data(size, "parquet", dirty, arguments.folder).absolute()
                seconds: dict[str, list[float]] = {engine: [] for engine in engines}
                faults = 0
                for _ in range(arguments.times):
                    for engine, options in engines.items():
                        duration, found = check(options, path, Path(scratch))
                        seconds[engine].append(duration)
                        outcome = score(found, path)
                        faults = outcome["planted"]
                        if outcome["faults_found"] != faults or outcome["others"]:
                            raise SystemExit(f"{engine}, {path.name}: {outcome}")
                for engine, each in seconds.items():
                    times = f"{statistics.median(each):.1f} | {min(each):.1f} | {max(each):.1f}"
                    cells = f"{size:,} | {'dirty' if dirty else 'clean'} | {engine} | {times} | {faults} of {faults}"
                    print(f"| {cells} |", flush=True)


def date_line() -> str:
    import pyspark

    return f"{time.strftime('%d %B %Y').lstrip('0')}. Python {platform.python_version()}, Spark {pyspark.__version__}"


if __name__ == "__main__":
    main()
