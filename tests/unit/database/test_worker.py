"""Work in a worker process: results, errors, crashes, Ctrl-C, and a command that is killed."""

from __future__ import annotations

import faulthandler
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kursk_claims.database.worker import run_in_worker
from kursk_claims.errors import ManifestError, WorkerError
from support import ROOT

UNSTOPPABLE = "SELECT levenshtein(repeat('a', 300000), repeat('b', 300000))"  # DuckDB needs minutes to notice an interrupt


def test_the_result_comes_from_another_process() -> None:
    result = run_in_worker(lambda: {"process": os.getpid(), "bytes": b"\x00" * 10**6})
    assert result["process"] != os.getpid()
    assert result["bytes"] == b"\x00" * 10**6


def test_an_error_keeps_its_type_and_message() -> None:
    def fail() -> None:
        raise ManifestError("manifest.json: damaged")

    with pytest.raises(ManifestError) as caught:
        run_in_worker(fail)
    assert str(caught.value) == "manifest.json: damaged"
    assert "in fail" in caught.value.__notes__[0]


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_a_crash_is_an_error_of_the_environment(number: signal.Signals) -> None:
    def crash() -> None:
        faulthandler.disable()  # pytest's would print the stack
        os.kill(os.getpid(), number)

    with pytest.raises(WorkerError, match=f"ended early, with signal {int(number)}$") as caught:
        run_in_worker(crash)
    assert (caught.value.signal, caught.value.exit_code) == (number, 2)


def test_a_result_that_cannot_be_sent(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(WorkerError, match="exit status 1"):
        run_in_worker(lambda: lambda: None)
    assert "pickle" in capfd.readouterr().err


def test_output_is_written_once() -> None:
    script = (
        "from kursk_claims.database.worker import run_in_worker\n"
        "print('before', end=' ')\nrun_in_worker(lambda: print('within', end=' '))\nprint('after')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "before within after\n"


class Query:
    """A query that DuckDB does not let go of, at work."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "kursk_claims", "query", UNSTOPPABLE, "--workspace", str(ROOT), *options]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self.process.stderr is not None
        while not self.process.stderr.readline().startswith("querying"):
            pass
        time.sleep(0.5)
        pid = self.process.pid
        self.worker = int(Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii"))

    def worker_runs(self) -> bool:
        try:
            return Path(f"/proc/{self.worker}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
        except (FileNotFoundError, ProcessLookupError):
            return False


only_linux = pytest.mark.skipif(sys.platform != "linux", reason="finds the worker in /proc")


@only_linux
@pytest.mark.parametrize("whom", ["command", "terminal"])
def test_ctrl_c_ends_even_what_duckdb_does_not_interrupt(whom: str) -> None:
    query = Query()
    started = time.monotonic()
    if whom == "command":
        query.process.send_signal(signal.SIGINT)
    else:
        os.killpg(query.process.pid, signal.SIGINT)
    out, err = query.process.communicate(timeout=60)
    assert (query.process.returncode, out, err) == (130, "", "")
    assert time.monotonic() - started < 2
    assert not query.worker_runs()


@only_linux
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_worker_ends_with_its_command(number: signal.Signals) -> None:
    query = Query()
    assert query.worker_runs()
    query.process.send_signal(number)
    query.process.wait(timeout=60)
    until = time.monotonic() + 10
    while query.worker_runs() and time.monotonic() < until:
        time.sleep(0.05)
    assert not query.worker_runs()
