"""Output, signals and the prompt: closed pipes, full devices, Ctrl-C and a terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support import WELLS, Copy, Run


def test_output_is_utf8_in_any_locale(run: Run) -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    done = run(*("query", "SELECT 'Україна' AS land", "-f", "csv", "-q", "-w", WELLS), env=environment, encoding="utf-8")
    assert (done.returncode, done.stdout, done.stderr) == (0, "land\nУкраїна\n", "")


def in_bash(folder: Path, *args: str, then: str) -> tuple[str, str]:
    """Run the command with what a shell does to its output; what is printed and told."""
    command = " ".join(f"'{word}'" for word in [sys.executable, "-m", "kursk_claims", *args])
    done = subprocess.run(["bash", "-c", f"{command} {then}"], capture_output=True, text=True, check=True, cwd=folder)
    return done.stdout, done.stderr


GONE = "| { exec <&-; }; echo ${PIPESTATUS[0]}"


@pytest.mark.parametrize("rows", [1, 50_000], ids=["small", "big"])
def test_a_closed_pipe_is_not_an_error(rows: int, tmp_path: Path) -> None:
    assert in_bash(tmp_path, "query", "-q", "-w", str(WELLS), f"FROM range({rows})", then=GONE) == ("0\n", "")


def test_a_closed_pipe_hides_no_errors_in_the_records(wells: Copy, tmp_path: Path) -> None:
    wells.csv("wells").unlink()
    assert in_bash(tmp_path, "validate", "-q", "-w", str(wells.root), then=GONE) == ("1\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_output_device_is_reported(records: Copy, tmp_path: Path) -> None:
    told = in_bash(tmp_path, "query", "-q", "-w", str(WELLS), "SELECT 1", then="> /dev/full; echo $?")
    assert told == ("2\n", "kursk-claims: No space left on device\n")


def test_closed_output_and_error_streams_are_accepted(records: Copy, tmp_path: Path) -> None:
    query = ["query", "-w", str(WELLS), "SELECT 1 AS a", "-f", "csv"]
    assert in_bash(tmp_path, *query, then=">&- ; echo $?")[0] == "0\n"
    assert in_bash(tmp_path, *query, then="2>&-") == ("a\n1\n", "")


def test_an_interrupted_query_exits_with_130() -> None:
    sql = "SELECT count(*) FROM range(10000000) a, range(10000000) b"
    command = [sys.executable, "-m", "kursk_claims", "query", sql, "-w", str(WELLS)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("workspace: ")
        assert process.stderr.readline() == "querying the records\n"
        time.sleep(1)  # it is at work by now, deep in DuckDB
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, out, err.strip()) == (130, "", "")


RUNS = "\x1b[?2004l"  # the prompt ends bracketed paste when it hands a statement over


class Terminal:
    """A command on a pseudo-terminal; what is waited for must come within a minute."""

    def __init__(self, *args: str, home: Path) -> None:
        self.side, other = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "XDG_STATE_HOME": str(home)}
        command = [sys.executable, "-m", "kursk_claims", *args]
        self.process = subprocess.Popen(
            command, stdin=other, stdout=other, stderr=other, env=environment, start_new_session=True, cwd=home
        )
        os.close(other)
        self.seen = ""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.side)

    def read_until(self, words: str) -> None:
        while words not in self.seen:
            ready, _, _ = select.select([self.side], [], [], 60)
            assert ready, f"waited for {words!r}, saw {self.seen!r}"
            self.seen += os.read(self.side, 65536).decode("utf-8", "replace")
        self.seen = self.seen.partition(words)[2]

    def type(self, words: str, prompt: str = "claims>") -> None:
        """Type when the prompt stands there: before, the terminal would take Ctrl-D for itself."""
        self.read_until(prompt)
        os.write(self.side, words.encode())

    def interrupt(self) -> None:
        """Send what Ctrl-C sends: a signal to every process of the terminal."""
        os.killpg(self.process.pid, signal.SIGINT)


def test_the_prompt_runs_statements_until_end_of_input(records: Copy, tmp_path: Path) -> None:
    with Terminal("query", "--workspace", str(WELLS), home=tmp_path) as terminal:
        terminal.read_until("Statements end with a semicolon")
        terminal.type("SELECT 600 + 66 AS beast;\r")
        terminal.read_until("-------")
        terminal.read_until("666")
        terminal.type("SELECT nope FROM wells;\r")
        terminal.read_until('"nope" not found')
        terminal.type("WITH gone AS (DELETE FROM wells RETURNING 1) SELECT 1 FROM gone;\r")
        terminal.read_until("read-only mode")
        terminal.type("SELECT count(*) * 1000\r")
        terminal.type("FROM wells;\r", prompt="...>")
        terminal.read_until(f"{2}000")
        terminal.type("\x04")
        assert terminal.process.wait(timeout=60) == 0
    assert "SELECT 600 + 66 AS beast;" in (tmp_path / "kursk-claims" / "history").read_text(encoding="utf-8")


def test_a_limit_or_ctrl_c_ends_a_statement_and_not_the_prompt(records: Copy, tmp_path: Path) -> None:
    with Terminal("query", "--timeout", "1", "--workspace", str(WELLS), home=tmp_path) as terminal:
        terminal.type("SELECT levenshtein(repeat('a', 300000), repeat('b', 300000));\r")
        terminal.read_until("took longer than 1 s")
        terminal.type("SELECT levenshtein(repeat('c', 300000), repeat('d', 300000)) AS slow;\r")
        terminal.read_until(RUNS)
        time.sleep(0.3)
        terminal.interrupt()
        terminal.read_until("interrupted")
        terminal.type("SELECT 600 + 66 AS beast;\r")
        terminal.read_until("666")


def test_the_prompt_keeps_what_unsafe_statements_create(records: Copy, tmp_path: Path) -> None:
    with Terminal("query", "--unsafe", "--workspace", str(WELLS), home=tmp_path) as terminal:
        terminal.type("CREATE TABLE own AS SELECT 600 + 66 AS beast;\r")
        terminal.type("FROM own;\r")
        terminal.read_until("666")
        terminal.type("SELECT count(*) FROM range(10000000) a, range(10000000) b;\r")
        terminal.read_until(RUNS)
        time.sleep(0.3)
        terminal.interrupt()
        terminal.read_until("interrupted")
        terminal.type("SELECT beast + 1 FROM own;\r")
        terminal.read_until("667")


def test_parquet_is_not_for_a_terminal(records: Copy, tmp_path: Path) -> None:
    with Terminal("query", "SELECT 1", "-f", "parquet", "--workspace", str(WELLS), home=tmp_path) as terminal:
        terminal.read_until("Parquet cannot be shown on a terminal")
        assert terminal.process.wait(timeout=60) == 2
