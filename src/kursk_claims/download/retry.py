"""Timeouts, retries and the deadline for fetching one file."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from threading import Thread

from urllib3.exceptions import MaxRetryError
from urllib3.util import Retry

from kursk_claims.errors import DownloadError

TRANSIENT_STATUSES = (408, 425, 429, 500, 502, 503, 504)


class TransientError(Exception):
    """An attempt failed for a reason that may have passed by the next one."""


@dataclass(frozen=True)
class TransportPolicy:
    """Timeouts and retry policy.

    timeout: seconds to wait for a connection and for each read; deadline: seconds for one file, retries included;
    attempts: how often a file is requested; pause: seconds before the third attempt, doubled for each one after it (the
    second follows at once).
    """

    timeout: float = 30.0
    deadline: float = 300.0
    attempts: int = 5
    pause: float = 1.0


DEFAULT_POLICY = TransportPolicy()


def retry(attempt: Callable[[], None], policy: TransportPolicy, address: str) -> None:
    """Repeat an attempt while it raises `TransientError`, until the deadline. Raises `DownloadError`."""
    # The socket's timeout bounds one read, so a host that sends its headers byte by byte is never late, and nothing bounds a
    # name lookup. Only a second thread can stop waiting for those. The abandoned thread fails when it next writes to its file,
    # which the caller has closed by then; one that still waits ends with its connection or, as a daemon, with the process.
    outcome: Future[None] = Future()

    def run() -> None:
        try:
            _repeat(attempt, policy)
            outcome.set_result(None)
        except BaseException as error:
            outcome.set_exception(error)

    Thread(target=run, name="download", daemon=True).start()
    if wait([outcome], timeout=policy.deadline).not_done:
        raise DownloadError(
            f"{address}: expected the whole file within {policy.deadline:g} seconds, found it incomplete. "
            "For a slow host, raise --timeout."
        )
    outcome.result()


def _repeat(attempt: Callable[[], None], policy: TransportPolicy) -> None:
    """Repeat an attempt with growing pauses between."""
    left = Retry(policy.attempts - 1, backoff_factor=policy.pause / 2, backoff_max=20, backoff_jitter=policy.pause / 2)
    while True:
        try:
            return attempt()
        except TransientError as error:
            try:
                left = left.increment(error=error)
            except MaxRetryError:
                raise DownloadError(f"{error} It was requested {policy.attempts} times.") from None
            left.sleep()
