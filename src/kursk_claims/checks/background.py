"""Run work in a thread beside other work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def run_meanwhile(work: Callable[[], None], stop: Callable[[], None]) -> Iterator[None]:
    """Run `work` in a thread while the block runs, and wait for it. Raises what it raised.

    If the block fails, `stop` is called until the work has ended.
    """
    errors: list[Exception] = []

    def run() -> None:
        try:
            work()
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
        thread.join()
    finally:
        while thread.is_alive():
            stop()
            thread.join(0.05)
    if errors:
        raise errors[0]
