"""Run work in a thread beside other work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext


@contextmanager
def run_meanwhile(
    work: Callable[[], None], stop: Callable[[], None], limit: AbstractContextManager[None] | None = None
) -> Iterator[None]:
    """Run `work` in a thread while the block runs, and then wait for it within a limit. Raises what it raised.

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
        with limit or nullcontext():
            thread.join()
            if errors:
                raise errors[0]
    finally:
        while thread.is_alive():
            stop()
            thread.join(0.05)
