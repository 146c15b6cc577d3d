"""Run a command in a child process that can be ended at any moment, and clean up after it.

DuckDB, Arrow and polars may hold Python's lock for minutes, crash, or be aborted for want of memory. So the command runs in a
child; the parent only waits, passes on signals, ends a child that does not stop, says in words how it ended, and removes its
temporary files. What it must know for this, the child keeps as notes in shared memory.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

NO_MEMORY_FOR_THREAD = 127  # how the C library ends a process that cannot start one; no command returns it
STOPS = [signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
GRACE = 1.0  # seconds in which an interrupted command may clean up by itself
PR_SET_PDEATHSIG = 1  # from Linux's <sys/prctl.h>
_NOTES_SIZE = 2**16  # bytes for each of two copies, of which one is complete at any moment


class _Notes:
    """A small dictionary in memory that parent and child share; readable also if the child is killed while it writes."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 2 * _NOTES_SIZE + 1)
        self.values: dict[str, Any] = {"temporary": [], "interactive": False, "limits": {}}
        self._write()

    def set(self, **values: Any) -> None:
        self.values |= values
        self._write()

    def _write(self) -> None:
        content = json.dumps(self.values).encode()
        if len(content) < _NOTES_SIZE:
            other = 1 - self._memory[0]
            start = 1 + other * _NOTES_SIZE
            self._memory[start : start + len(content) + 1] = content + b"\0"
            self._memory[0] = other

    def read(self) -> Any:
        start = 1 + self._memory[0] * _NOTES_SIZE
        content = self._memory[start : start + _NOTES_SIZE]
        return json.loads(content.partition(b"\0")[0])


_notes: _Notes | None = None  # of the supervised child; None in any other process


def supervise(command: Callable[[], int]) -> tuple[int, str]:
    """Run a command in a child process; return its exit code, and a message if it ended without one of its own.

    130 after Ctrl-C, 143 after SIGTERM, 2 if it crashed or exceeded a limit. Systems without fork (Windows) run it here.
    Call it before any thread is started.
    """
    if not hasattr(os, "fork"):
        return command(), ""
    stops = {number for number in STOPS if signal.getsignal(number) != signal.SIG_IGN}
    waited: set[int] = {*stops, signal.SIGCHLD}
    signal.signal(signal.SIGCHLD, lambda number, frame: None)  # some systems discard a signal that is ignored, even if blocked
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, waited)
    notes = _Notes()
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _run_as_child(command, notes, parent, stops, mask)
    status, stop = _wait(child, notes, waited)  # the signals stay blocked: all that is left to do is to end
    if status == NO_MEMORY_FOR_THREAD:
        status = -signal.SIGABRT
    if status >= 0 and stop is None:
        return status, ""
    for path in notes.read()["temporary"]:
        _remove(Path(path))
    if stop is not None or status == -signal.SIGINT:
        return 128 + (stop or signal.SIGINT), ""
    return 2, _describe_end(-status, notes.read()["limits"])


def _run_as_child(
    command: Callable[[], int], notes: _Notes, parent: int, stops: set[signal.Signals], mask: set[int | signal.Signals]
) -> NoReturn:
    """Run the command and end this process without the exit handlers, which would only take time."""
    global _notes  # noqa: PLW0603
    status = 2
    try:
        _notes = notes
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number in stops:
            signal.signal(number, _interrupt)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        end_with_parent(parent)
        status = command()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _interrupt(number: int, frame: object) -> None:
    """Raise `KeyboardInterrupt`, but only once: terminal and parent may both send a signal, and cleaning up must go on."""
    assert _notes is not None
    if not _notes.values["interactive"]:
        for each in STOPS:
            signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _wait(child: int, notes: _Notes, waited: set[int]) -> tuple[int, int | None]:
    """Wait until the child has ended; return its exit code, negative for a signal, and the signal that asked for its end."""
    while True:
        number = signal.sigwait(waited)
        if number == signal.SIGCHLD:
            if (status := _poll(child)) is not None:
                return status, None
        elif number != signal.SIGINT or not notes.read()["interactive"]:  # a prompt handles Ctrl-C by itself
            os.kill(child, signal.SIGINT)
            until = time.monotonic() + GRACE
            while (status := _poll(child)) is None and time.monotonic() < until:
                time.sleep(0.01)
            if status is None:
                os.kill(child, signal.SIGKILL)
                status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            return status, number


def _poll(child: int) -> int | None:
    pid, status = os.waitpid(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if pid else None


def _describe_end(number: int, limits: dict[str, str]) -> str:
    """Say in words why a command ended by a signal."""
    if number == signal.SIGALRM and limits:
        return limits["seconds"]
    if number == signal.SIGABRT and limits.get("memory"):  # C++ aborts if it cannot even allocate an exception
        return limits["memory"]
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = str(number)
    return (
        f"the command ended early, by signal {name}: it crashed, or the machine has too little memory. Nothing is known about "
        "the data. Run it again with more memory or less data; if it happens again, please report it."
    )


def _remove(path: Path) -> None:
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def end_with_parent(parent: int) -> None:
    """Have Linux kill this process when its parent ends, however that happens."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(2)


def is_supervised() -> bool:
    """Return whether this process is the child of `supervise`: the operating system may end it, and its parent explains why."""
    return _notes is not None


def set_limit_messages(messages: dict[str, str]) -> None:
    """Note what to say if this process is ended because it exceeded a limit: `seconds` or `memory`. Empty where none applies."""
    if _notes is not None:
        _notes.set(limits=messages)


def set_interactive() -> None:
    """Note that this process is a prompt, which handles Ctrl-C by itself."""
    if _notes is not None:
        _notes.set(interactive=True)


@contextmanager
def temporary_path(path: Path) -> Iterator[Path]:
    """Note a path that the block will create, so that it is removed also if this process is killed; remove it at the end."""
    if _notes is not None:
        _notes.set(temporary=[*_notes.values["temporary"], str(path)])
    try:
        yield path
    finally:
        _remove(path)
        if _notes is not None:
            _notes.set(temporary=[each for each in _notes.values["temporary"] if each != str(path)])
