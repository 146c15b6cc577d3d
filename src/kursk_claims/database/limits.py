"""Limit the time and memory of SQL that others wrote: statements, and the views and rules that come with data.

A command runs in a process that the operating system can end (see `kursk_claims.supervisor`), so its limits hold also where
DuckDB does not let go, or where rows are converted to Python objects, and they count memory that DuckDB does not. In any other
process, as in a notebook, DuckDB is asked to stop, and counts its own memory.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kursk_claims.database.sandbox import read_only_transaction
from kursk_claims.database.worker import can_fork, run_in_worker
from kursk_claims.errors import QueryError, WorkerError
from kursk_claims.supervisor import is_supervised, set_limit_messages

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
MB = 10**6
_is_limited = False  # whether the operating system limits this process now


@dataclass
class SqlLimits:
    """Seconds in all, and bytes on top of what the process uses before; None means no limit. `subject` is for messages.

    The seconds are shared by all blocks that one object limits, and grow by `seconds_per_row` for each row of large tables.
    """

    seconds: float | None = 15
    memory: int | None = 2000 * MB
    subject: str = "the SQL of rules and views"
    seconds_per_row: float = 15e-6
    spent: float = 0

    @classmethod
    def of(cls, seconds: float | None, memory: int | None = None) -> SqlLimits:
        """Return the limits that options set: seconds, and MB of memory; 0 means no limit, None the default."""
        limits = cls()
        if seconds is not None:
            limits.seconds, limits.seconds_per_row = seconds or None, 0
        if memory is not None:
            limits.memory = memory * MB or None
        return limits

    def allow_rows(self, rows: int) -> None:
        """Allow more time for a table with many rows."""
        if self.seconds is not None:
            self.seconds += rows * self.seconds_per_row

    @property
    def database_memory(self) -> int | None:
        """The bytes that DuckDB may use by its own count; the rest is for the result in Python."""
        return self.memory and self.memory * 3 // 4

    @property
    def seconds_left(self) -> float | None:
        return None if self.seconds is None else max(self.seconds - self.spent, 0.001)

    def timeout_error(self) -> QueryError:
        return QueryError(
            f"{self.subject} took longer than {self.seconds:.3g} s and was stopped. Narrow it down, or allow more with --timeout."
        )

    def memory_error(self) -> QueryError:
        size = f"{self.memory // MB} MB of memory" if self.memory else "the available memory"
        return QueryError(f"{self.subject} needs more than {size}. Narrow it down, or allow more with --memory.")


@contextmanager
def limit_sql(connection: duckdb.DuckDBPyConnection, limits: SqlLimits) -> Iterator[None]:
    """Run the block within the limits. Within a block that is limited already, the outer limits hold.

    Raises `QueryError`, or ends the process, whose parent then
    gives the same message, if a limit was exceeded.
    """
    if _is_limited:
        yield
        return
    start = time.monotonic()
    try:
        if is_supervised():
            with _limit_process(limits):
                yield
        else:
            with _interrupt_when_late(connection, limits):
                yield
    finally:
        limits.spent += time.monotonic() - start


@contextmanager
def read_within_limits(connection: duckdb.DuckDBPyConnection, limits: SqlLimits) -> Iterator[None]:
    """Run the block within the limits, in a transaction that cannot write: a view could try to."""
    with limit_sql(connection, limits), read_only_transaction(connection):
        yield


def run_within_limits(
    open_database: Callable[[], duckdb.DuckDBPyConnection],
    work: Callable[[duckdb.DuckDBPyConnection], T],
    limits: SqlLimits,
) -> T:
    """Open a database in a worker process, run the work on it there within the limits, and return its result.

    For a process that lives on, such as a prompt. Result and exceptions must be picklable.
    Raises `QueryError` if a limit was exceeded, `WorkerError` if the worker crashed.
    """
    if not can_fork():
        return run_in_thread(open_database(), work, limits)

    def open_and_work() -> T:
        connection = open_database()
        with _limit_process(limits):
            return work(connection)

    try:
        return run_in_worker(open_and_work)
    except WorkerError as error:
        if error.signal == signal.SIGALRM:
            raise limits.timeout_error() from None
        if error.signal == signal.SIGABRT and limits.memory:  # C++ aborts if it cannot even allocate an exception
            raise limits.memory_error() from None
        raise


def run_in_thread(connection: duckdb.DuckDBPyConnection, work: Callable[[duckdb.DuckDBPyConnection], T], limits: SqlLimits) -> T:
    """Run the work in a thread, because DuckDB often misses Ctrl-C in the main one; for sessions that keep their state.

    DuckDB is asked to stop when the time is over, and counts its own memory. Raises `QueryError` if a limit was exceeded.
    """
    results: list[T] = []
    errors: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            with _interrupt_when_late(connection, limits):
                results.append(work(connection))
        except Exception as error:
            errors.append(error)
        done.set()

    threading.Thread(target=run, daemon=True).start()
    try:
        done.wait()
    finally:
        if not done.is_set():
            connection.interrupt()
            done.wait()
    if errors:
        raise errors.pop()
    return results[0]


@contextmanager
def _interrupt_when_late(connection: duckdb.DuckDBPyConnection, limits: SqlLimits) -> Iterator[None]:
    """Have DuckDB interrupted when the time is over. Raises `QueryError`."""
    import duckdb

    done, expired = threading.Event(), threading.Event()

    def watch() -> None:
        if not done.wait(limits.seconds_left):
            expired.set()
            while not done.wait(0.05):  # an interrupt between two statements is lost
                connection.interrupt()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except Exception as error:
        if expired.is_set():
            raise limits.timeout_error() from None
        if isinstance(error, (MemoryError, duckdb.OutOfMemoryException)):
            raise limits.memory_error() from None
        raise
    finally:
        done.set()
        watcher.join()


@contextmanager
def _limit_process(limits: SqlLimits) -> Iterator[None]:
    """Have the operating system end this process when its time is over, and refuse it more memory. Raises `QueryError`."""
    global _is_limited  # noqa: PLW0603
    import duckdb

    memory = str(limits.memory_error()) if limits.memory else ""
    set_limit_messages({"seconds": str(limits.timeout_error()), "memory": memory} if limits.seconds else {"memory": memory})
    _is_limited = True
    try:
        with _limit_memory(limits.memory):
            signal.setitimer(signal.ITIMER_REAL, limits.seconds_left or 0)
            yield
    except (MemoryError, duckdb.OutOfMemoryException):
        raise limits.memory_error() from None
    except duckdb.Error as error:
        if "Allocation failure" in str(error):  # an allocation that failed while a file was written
            raise limits.memory_error() from None
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        _is_limited = False
        set_limit_messages({})


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
