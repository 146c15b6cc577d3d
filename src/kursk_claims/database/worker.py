"""Run work in a child process that the operating system can end."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from kursk_claims.errors import WorkerError
from kursk_claims.supervisor import end_with_parent

T = TypeVar("T")


def can_fork() -> bool:
    """Return whether this system can run work in a worker; Windows cannot."""
    return hasattr(os, "fork")


def run_in_worker(work: Callable[[], T]) -> T:
    """Run the work in a forked process and return its result, or raise its exception.

    Results and exceptions must be picklable. The worker is killed on Ctrl-C and, on Linux, if this process ends first.
    Fork before connecting to DuckDB: a child does not inherit the threads of its parent.
    Raises `WorkerError` if a signal or a crash ended the worker.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    reader, writer = os.pipe()
    parent = os.getpid()
    worker = os.fork()
    if worker == 0:
        os.close(reader)
        _serve(work, writer, parent)
    os.close(writer)
    try:
        with open(reader, "rb") as pipe:
            content = pipe.read()
    except BaseException:
        os.kill(worker, signal.SIGKILL)
        raise
    finally:
        _, status = os.waitpid(worker, 0)
    if status != 0:
        raise WorkerError(os.waitstatus_to_exitcode(status))
    result, error = pickle.loads(content)
    if error is not None:
        raise error
    return result  # type: ignore[no-any-return]


def _serve(work: Callable[[], Any], writer: int, parent: int) -> NoReturn:
    """Send the outcome of the work to the parent, and end this process without running the parent's exit handlers."""
    status = 1
    try:
        gc.freeze()  # never collect the parent's objects here: a DuckDB connection would wait for threads that do not exist
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's handlers would wait for DuckDB to return
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        end_with_parent(parent)
        content = pickle.dumps(_outcome(work))
        sys.stdout.flush()
        sys.stderr.flush()
        with open(writer, "wb") as pipe:
            pipe.write(content)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _outcome(work: Callable[[], T]) -> tuple[T | None, BaseException | None]:
    try:
        return work(), None
    except BaseException as error:
        error.add_note(f"In the worker process:\n{traceback.format_exc()}")  # pickling drops the traceback
        return None, error
