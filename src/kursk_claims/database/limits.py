"""Limit the time and memory of queries.

A query runs in a worker process, so that the operating system can enforce the limits: its timer ends a process that DuckDB
does not let go of, or that is busy converting rows to Python objects, and its memory limit counts what DuckDB does not.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kursk_claims.database.worker import can_fork, run_in_worker
from kursk_claims.errors import QueryError, WorkerError

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
MB = 10**6


@dataclass(frozen=True)
class QueryLimits:
    """Limits of a query: seconds, and bytes on top of what the process uses before it. None means no limit."""

    seconds: float | None = 60
    memory: int | None = 2000 * MB

    @property
    def database_memory(self) -> int | None:
        """The bytes that DuckDB may use by its own count; the rest is for the result in Python."""
        return self.memory and self.memory * 3 // 4


def run_within_limits(
    open_database: Callable[[], duckdb.DuckDBPyConnection],
    work: Callable[[duckdb.DuckDBPyConnection], T],
    limits: QueryLimits,
) -> T:
    """Open a database in a worker process, run the work on it there within the limits, and return its result.

    Result and exceptions must be picklable. Opening the database is not limited.
    Raises `QueryError` if a limit was exceeded, `WorkerError` if the worker crashed.
    """
    if not can_fork():
        return run_in_process(open_database(), work, limits)

    def open_and_work() -> T:
        connection = open_database()
        with _limit_process(limits):
            return work(connection)

    try:
        return run_in_worker(open_and_work)
    except WorkerError as error:
        if error.signal == signal.SIGALRM:
            raise _timeout_error(limits) from None
        if error.signal == signal.SIGABRT and limits.memory:  # C++ aborts if it cannot even allocate an exception
            raise _memory_error(limits) from None
        raise


def run_in_process(
    connection: duckdb.DuckDBPyConnection, work: Callable[[duckdb.DuckDBPyConnection], T], limits: QueryLimits
) -> T:
    """Run the work in this process, where DuckDB is only asked to stop after `limits.seconds` and counts its own memory.

    For systems that cannot fork, and for sessions that keep state. The work runs in a thread, because DuckDB often misses
    Ctrl-C in the main one.
    Raises `QueryError` if a limit was exceeded.
    """
    results: list[T] = []
    errors: list[Exception] = []
    done = threading.Event()

    def run() -> None:
        try:
            results.append(work(connection))
        except Exception as error:
            errors.append(error)
        done.set()

    threading.Thread(target=run, daemon=True).start()
    expired = False
    try:
        expired = not done.wait(limits.seconds)
    finally:
        if not done.is_set():
            connection.interrupt()
            done.wait()
    if results:
        return results[0]
    raise _explain_error(errors.pop(), limits, expired=expired)


def _explain_error(error: Exception, limits: QueryLimits, *, expired: bool) -> Exception:
    """Return the error, or one that names the limit that was exceeded."""
    import duckdb

    if expired and isinstance(error, QueryError):
        return _timeout_error(limits)
    if isinstance(error, (MemoryError, duckdb.OutOfMemoryException)):
        return _memory_error(limits)
    return error


def _timeout_error(limits: QueryLimits) -> QueryError:
    return QueryError(
        f"the query took longer than {limits.seconds:g} s and was stopped. Narrow it down, or allow more with --timeout."
    )


def _memory_error(limits: QueryLimits) -> QueryError:
    size = f"{limits.memory // MB} MB of memory" if limits.memory else "the available memory"
    return QueryError(f"the query needs more than {size}. Narrow it down, or allow more with --memory.")


@contextmanager
def _limit_process(limits: QueryLimits) -> Iterator[None]:
    """Have the operating system end this process after `limits.seconds` and refuse it more memory. Raises `QueryError`."""
    import duckdb

    with _limit_memory(limits.memory):
        signal.setitimer(signal.ITIMER_REAL, limits.seconds or 0)
        try:
            yield
        except (MemoryError, duckdb.OutOfMemoryException):
            raise _memory_error(limits) from None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def _limit_memory(size: int | None) -> Iterator[None]:
    """Limit the memory that the process may allocate from now on (on Linux; elsewhere only DuckDB counts)."""
    used = _data_segment_size()
    if size is None or used is None:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    lowest = min(limit for limit in (soft, hard, used + size) if limit != resource.RLIM_INFINITY)
    resource.setrlimit(resource.RLIMIT_DATA, (lowest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _data_segment_size() -> int | None:
    """Return the bytes that Linux counts for RLIMIT_DATA; None on other systems."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
