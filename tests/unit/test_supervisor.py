"""Commands in a process that can be ended: exit codes, signals, crashes, and what is left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PRELUDE = """
import os, signal, sys, time
from pathlib import Path
from kursk_claims.supervisor import set_interactive, set_limit_messages, supervise, temporary_path

def hold_lock(seconds):
    "Keep Python from running any handler, as a library does that holds its lock."
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    print("ready", flush=True)
    time.sleep(seconds)

def wait(seconds):
    print("ready", flush=True)
    time.sleep(seconds)
"""
MAIN = "\ncode, message = supervise(command)\nprint(message)\nsys.exit(code)\n"


def start(body: str, *arguments: str | Path) -> subprocess.Popen[str]:
    """Start a process that supervises the function `command` with this body."""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    script = f"{PRELUDE}\ndef command():\n{lines}{MAIN}"
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.mark.parametrize("code", [0, 1, 2])
def test_the_exit_code_is_the_commands(code: int) -> None:
    assert finish(start(f"print('done')\nreturn {code}")) == (code, "done\n\n", "")


def test_nothing_is_printed_twice() -> None:
    assert finish(start("print('one', end=' ')\nreturn 0"))[1] == "one \n"


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL, signal.SIGBUS])
def test_a_crash_is_a_fault_of_the_environment(number: signal.Signals) -> None:
    code, out, err = finish(start(f"os.kill(os.getpid(), {int(number)})\nreturn 0"))
    assert (code, err) == (2, "")
    assert f"by signal {number.name}" in out


def test_a_limit_of_time_is_named() -> None:
    body = "set_limit_messages({'seconds': 'too slow', 'memory': ''})\nsignal.setitimer(signal.ITIMER_REAL, 0.1)\nhold_lock(60)"
    assert finish(start(body)) == (2, "ready\ntoo slow\n", "")


def test_a_limit_of_memory_is_named() -> None:
    body = "set_limit_messages({'seconds': 'too slow', 'memory': 'too big'})\nos.abort()"
    assert finish(start(body)) == (2, "too big\n", "")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
@pytest.mark.parametrize("waiting", ["wait", "hold_lock"])
def test_a_signal_ends_the_command_and_removes_its_temporary_files(
    waiting: str, number: signal.Signals, code: int, tmp_path: Path
) -> None:
    body = (
        "folder = Path(sys.argv[1])\n"
        "with temporary_path(folder / 'file') as file, temporary_path(folder / 'folder') as staging:\n"
        "    file.write_text('x')\n    (staging / 'in').mkdir(parents=True)\n"
        f"    try: {waiting}(60)\n    except KeyboardInterrupt: return 130"
    )
    process = start(body, tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    assert len(list(tmp_path.iterdir())) == 2
    started = time.monotonic()
    process.send_signal(number)
    assert finish(process)[0] == code
    assert time.monotonic() - started < 2
    assert list(tmp_path.iterdir()) == []


def test_a_second_signal_does_not_disturb_cleaning_up(tmp_path: Path) -> None:
    body = (
        "try: wait(60)\nexcept KeyboardInterrupt:\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n    time.sleep(0.1)\n    Path(sys.argv[1], 'cleaned').touch()\n    return 130"
    )
    process = start(body, tmp_path)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert finish(process)[0] == 130
    assert (tmp_path / "cleaned").exists()


def test_a_prompt_goes_on_after_ctrl_c() -> None:
    body = (
        "set_interactive()\nfor _ in range(2):\n    try: wait(60)\n    except KeyboardInterrupt: print('again', flush=True)\n"
        "    wait(0.5)\nreturn 0"
    )
    process = start(body)
    assert process.stdout is not None
    for _ in range(2):
        assert process.stdout.readline() == "ready\n"
        child = int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii"))
        process.send_signal(signal.SIGINT)  # ignored
        subprocess.run(["kill", "-INT", str(child)], check=True)
        assert process.stdout.readline() == "again\n"
        assert process.stdout.readline() == "ready\n"
    assert finish(process)[0] == 0


def test_an_ignored_signal_stays_ignored() -> None:
    command = 'trap \'\' HUP; exec "$0" -c "$1"'
    script = f"{PRELUDE}\ndef command():\n    wait(1)\n    return 0\n{MAIN}"
    process = subprocess.Popen(
        ["sh", "-c", command, sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGHUP)
    assert finish(process)[0] == 0
