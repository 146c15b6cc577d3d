"""Work in a thread ends with the block beside which it runs, and its errors are raised there."""

from __future__ import annotations

import threading

import duckdb
import pytest

from kursk_claims.checks.background import run_meanwhile

ENDLESS = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE hash(a.range + b.range) = 0"


def test_the_block_waits_for_the_work() -> None:
    done = threading.Event()
    results: list[str] = []

    def work() -> None:
        done.wait()
        results.append("work")

    with run_meanwhile(work, lambda: None):
        results.append("block")
        done.set()
    assert results == ["block", "work"]


def test_an_error_of_the_work_is_raised_after_the_block() -> None:
    results: list[str] = []

    def work() -> None:
        raise ValueError("of the work")

    with pytest.raises(ValueError, match="of the work"), run_meanwhile(work, lambda: None):
        results.append("block")
    assert results == ["block"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_of_the_block_ends_a_query(error: type[BaseException]) -> None:
    connection = duckdb.connect()
    begun = threading.Event()
    ended: list[Exception] = []

    def work() -> None:
        begun.set()
        try:
            connection.execute(ENDLESS)
        except duckdb.InterruptException as interruption:
            ended.append(interruption)

    def run() -> None:
        with run_meanwhile(work, connection.interrupt):
            begun.wait()
            raise error

    with pytest.raises(error):
        run()
    assert len(ended) == 1
