"""Limit the time and memory of a query, whatever DuckDB does."""

from __future__ import annotations

import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import duckdb

from kursk_claims.errors import QueryError

T = TypeVar("T")
MB = 10**6
GRACE_SECONDS = 2.0  # seconds that DuckDB has to stop after it was told to; some functions take a minute


@dataclass(frozen=True)
class QueryLimits:
    """What a question may take: seconds, and bytes more than the process had before it. None is no limit."""

    seconds: float | None = 60
    memory: int | None = 2000 * MB

    @property
    def database_memory(self) -> int | None:
        """The part of the memory that DuckDB may count as its own; the rest is for the answer in Python."""
        return self.memory and self.memory * 3 // 4


def run_within_limits(connection: duckdb.DuckDBPyConnection, limits: QueryLimits, work: Callable[[], T]) -> T:
    """Do the work, asking and rendering, within the limits; for the writing of the answer its reader may take their time.

    It is done in a thread of its own, for which this one waits: DuckDB, while it works, does not notice Ctrl-C. When the time is
    over DuckDB is told to stop, and where it does not, the process ends with exit code 2 after a message.
    Raises `QueryError` where a limit was met and the process could go on.
    """
    results: list[T] = []
    errors: list[BaseException] = []
    done = threading.Event()
    ready, go = threading.Event(), threading.Event()

    def run() -> None:
        try:
            if limits.memory:
                _prepare_thread(connection)
            ready.set()
            go.wait()  # what is asked for before the limit is set would count as had before
            results.append(work())
        except BaseException as error:
            errors.append(error)
        done.set()

    thread = threading.Thread(target=run, daemon=True)
    try:
        thread.start()
        ready.wait()
        with _limit_data_segment(limits.memory):
            go.set()
            late = not _wait(done, limits.seconds)
            if late and not _stop(connection, done):
                end_process(f"kursk-claims: {_timeout_message(limits.seconds)}", 2)
    except KeyboardInterrupt:
        if not _stop(connection, done):
            end_process("", 130)
        errors.clear()
        raise
    finally:
        go.set()
        thread.join()
    if not errors:
        return results[0]
    error = errors.pop()  # what holds its own frame would hold the connection until the process ends
    if late and isinstance(error, QueryError):
        raise QueryError(_timeout_message(limits.seconds)) from None
    if isinstance(error, (MemoryError, duckdb.OutOfMemoryException)):
        size = f"{limits.memory // MB} MB of memory" if limits.memory else "the memory that there is"
        raise QueryError(f"the question needs more than {size}. Ask for less, or allow more with --memory.") from None
    raise error


def _prepare_thread(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise DuckDB's first error in a thread while there is memory: what C++ keeps for it cannot be had later (glibc aborts)."""
    with suppress(duckdb.Error):
        connection.execute("SELEC")


def _wait(done: threading.Event, seconds: float | None) -> bool:
    """Wait in small steps, between which Ctrl-C is noticed on every system."""
    end = time.monotonic() + (seconds or math.inf)
    while not done.is_set() and time.monotonic() < end:
        done.wait(min(0.2, end - time.monotonic()))
    return done.is_set()


def _stop(connection: duckdb.DuckDBPyConnection, done: threading.Event) -> bool:
    connection.interrupt()
    return done.wait(GRACE_SECONDS)


def _timeout_message(seconds: float | None) -> str:
    return f"the question took longer than {seconds:g} s and was stopped. Ask for less, or allow more with --timeout."


def end_process(words: str, code: int) -> None:
    """End the process from any thread, whatever the others are doing, after a last message on standard error."""
    try:
        if words:
            print(words, file=sys.stderr, flush=True)
    finally:
        os._exit(code)


@contextmanager
def _limit_data_segment(memory: int | None) -> Iterator[None]:
    """Let the operating system refuse what the process asks for beyond its present use (Linux; elsewhere DuckDB's own count)."""
    used = _data_segment_size()
    if memory is None or used is None:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    known = [each for each in (soft, hard, used + memory) if each != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(known), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _data_segment_size() -> int | None:
    """Bytes of private writable memory of this process, which is what RLIMIT_DATA counts; None where Linux's /proc is not."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
