"""Workspaces to break, and the command as a user runs it."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from kursk_claims.cli.main import main
from support import FICTION, ROOT, Call, Copy, Outcome, Run

settings.register_profile("short", max_examples=60, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile("short")


@pytest.fixture
def fiction(tmp_path: Path) -> Copy:
    """The fictional workspace, copied whole: links become files."""
    shutil.copytree(FICTION, tmp_path / "fiction")
    return Copy(tmp_path / "fiction")


@pytest.fixture
def real(tmp_path: Path) -> Copy:
    """The real records and schemas, copied; their article is not in the repository."""
    for folder in ("dataset", "schemas"):
        shutil.copytree(ROOT / folder, tmp_path / "real" / folder)
    return Copy(tmp_path / "real")


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports look the same where GitHub runs the tests, to which they would show themselves, as elsewhere."""
    for name in [each for each in os.environ if each.startswith("GITHUB_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command in a process of its own, from an empty folder unless told otherwise."""

    def call(*args: str | Path, cwd: Path = tmp_path, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kursk_claims", *map(str, args)]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload,no-any-return]

    return call


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Run the command in this process, which is faster; standard input holds the given text and is no terminal."""

    def invoke(*args: str | Path, stdin: str | bytes = "") -> Outcome:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "argv", ["kursk-claims", *map(str, args)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        for name in ("stdout", "stderr"):  # the command replaces them; the test gets them back
            monkeypatch.setattr(sys, name, getattr(sys, name))
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        assert isinstance(code, int)
        return Outcome(code, *capfd.readouterr())

    return invoke
