"""Makes one step of a program fail, or kills the process at it: an open, a write, a rename, a flush to disk."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

STEPS = ("fsync", "replace", "mkdir", "unlink")  # functions of `os`; opening for writing, writing and closing are added


class Watched:
    """A file that is written; each write and the close are steps."""

    def __init__(self, file: Any, step: Callable[[str], None]) -> None:
        self.file = file
        self.step = step

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def write(self, data: Any) -> Any:
        self.step("write")
        return self.file.write(data)

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.step("close")


def watch(patch: pytest.MonkeyPatch, at: int, fail: Callable[[str], None]) -> Callable[[], int]:
    """Call `fail` with the name of one step, counted from 1; return a function that returns how many steps there were."""
    steps = 0

    def step(name: str) -> None:
        nonlocal steps
        steps += 1
        if steps == at:
            fail(name)

    def stepping(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            step(name)
            return real(*args, **options)

        return call

    def open_file(path: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
        if not set(mode) & set("wxa+"):
            return real_open(path, mode, *args, **options)
        step("open")
        return Watched(real_open(path, mode, *args, **options), step)

    def open_descriptor(path: Any, flags: int, *args: Any, **options: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            step("open")
        return real_descriptor(path, flags, *args, **options)

    real_open, real_descriptor = io.open, os.open
    patch.setattr(os, "open", open_descriptor)
    for name in STEPS:
        patch.setattr(os, name, stepping(name, getattr(os, name)))
    patch.setattr(io, "open", open_file)
    return lambda: steps


def kill_at_each_step(source: Path, base: Path) -> None:
    """Download into `base/1`, `base/2` …, each time in a process that is killed one step later, until one is not."""
    from kursk_claims.download.client import download

    for at, target in enumerate(sorted(base.iterdir(), key=lambda path: int(path.name)), start=1):
        process = os.fork()
        if process == 0:
            watch(pytest.MonkeyPatch(), at, lambda _: os.kill(os.getpid(), signal.SIGKILL))
            download(str(source), target)
            os._exit(0)
        _, status = os.waitpid(process, 0)
        if status == 0:
            print(at - 1)
            return
        assert status == signal.SIGKILL, status
    raise AssertionError("too few folders")


if __name__ == "__main__":
    kill_at_each_step(Path(sys.argv[1]), Path(sys.argv[2]))
