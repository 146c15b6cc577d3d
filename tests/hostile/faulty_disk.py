"""Run a command again and again, each time with a fault at a later step of its writing; print the outcomes as JSON.

Steps are what Python's audit events and `os.fsync` tell: files opened for writing, folders made, files renamed, files synced.
Usage: faulty_disk.py FAULT WORKSPACE FOLDER COMMAND…, with FAULT an error such as ENOSPC, or `kill`.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb  # noqa: F401  imported once, for all children
import pandera.polars  # noqa: F401
import pyarrow.parquet  # noqa: F401

from kursk_claims.cli.main import run_command

MAX_STEPS = 200
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def inject(fault: str, number: int, folder: Path) -> Callable[[], int]:
    """Have the step with this number fail, counted from 1 below the folder; returns a function that counts the steps."""
    steps = 0

    def step(path: Any) -> None:
        nonlocal steps
        if isinstance(path, (str, Path)) and not Path(path).is_relative_to(folder):
            return
        steps += 1
        if steps == number:
            if fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(getattr(errno, fault), os.strerror(getattr(errno, fault)), str(path))

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        opens_for_writing = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
        if opens_for_writing or event == "os.rename" or (event == "os.mkdir" and not os.path.exists(arguments[0])):
            step(arguments[0])

    sync = os.fsync

    def fail_to_sync(descriptor: Any) -> None:
        step(descriptor)
        sync(descriptor)

    sys.addaudithook(hear)
    os.fsync = fail_to_sync  # type: ignore[assignment]
    return lambda: steps


def digests(folder: Path) -> dict[str, str]:
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def run(fault: str, number: int, folder: Path, command: list[str]) -> dict[str, Any]:
    """Run the command in a child, in the folder; returns how it ended, its messages and the files that are there."""
    messages = folder.with_suffix(".messages")
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        for descriptor in (1, 2):
            os.dup2(os.open(messages, os.O_WRONLY | os.O_CREAT | os.O_APPEND), descriptor)
        sys.argv = ["kursk-claims", *command]
        count = inject(fault, number, folder)
        code = run_command()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if count() >= number else 100 + code)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    text = messages.read_text(encoding="utf-8")
    messages.unlink()
    return {"code": status, "messages": text, "files": digests(folder)}


def main() -> None:
    fault, workspace, place, *command = sys.argv[1:]
    outcomes = []
    for number in range(1, MAX_STEPS):
        folder = Path(place, str(number))
        shutil.copytree(workspace, folder)
        outcomes.append(run(fault, number, folder, command))
        shutil.rmtree(folder)
        if outcomes[-1]["code"] >= 100:  # the fault was not reached
            break
    print(json.dumps(outcomes))


if __name__ == "__main__":
    main()
