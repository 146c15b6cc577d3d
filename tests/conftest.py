"""Workspaces to break, and the command as a user runs it."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings

from kursk_claims.checks.validate import validate_workspace
from kursk_claims.cli.main import main
from kursk_claims.contract.loader import load_workspace_contract
from kursk_claims.report.model import Report
from kursk_claims.workspace import find_workspace

settings.register_profile("short", max_examples=60, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile("short")

ROOT = Path(__file__).parent.parent
FICTION = ROOT / "tests" / "workspace"


@dataclass(frozen=True)
class Copy:
    """A copy of a workspace that a test may break."""

    root: Path

    @property
    def text(self) -> Path:
        return self.root / "article.txt"

    def csv(self, table: str) -> Path:
        return self.root / "dataset" / "records" / f"{table}.csv"

    def rows(self, table: str) -> list[dict[str, str]]:
        with self.csv(table).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def write(self, table: str, rows: Sequence[dict[str, str]], columns: Sequence[str] = ()) -> None:
        names = list(columns or rows[0])
        with self.csv(table).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def edit(self, table: str, where: dict[str, str], /, **cells: str) -> None:
        """Change cells of the first row that has the given values."""
        rows = self.rows(table)
        row = next(each for each in rows if all(each[name] == value for name, value in where.items()))
        assert any(row[name] != value for name, value in cells.items()), "nothing would change"
        row.update(cells)
        self.write(table, rows)

    def add(self, table: str, /, **cells: str) -> None:
        """Append a row; columns that are not given stay empty."""
        rows = self.rows(table)
        with self.csv(table).open(encoding="utf-8", newline="") as file:
            names = next(csv.reader(file))
        self.write(table, [*rows, {name: cells.get(name, "") for name in names}], names)

    def remove(self, table: str, where: dict[str, str]) -> None:
        """Remove all rows that have the given values."""
        rows = self.rows(table)
        left = [each for each in rows if any(each[name] != value for name, value in where.items())]
        assert len(left) < len(rows), "nothing would be removed"
        self.write(table, left, list(rows[0]))

    def validate(self, *texts: Path) -> Report:
        found = find_workspace(self.root)
        return validate_workspace(found, load_workspace_contract(found), texts).report


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


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command in a process of its own, from an empty folder unless told otherwise."""

    def call(*args: str | Path, cwd: Path = tmp_path, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kursk_claims", *map(str, args)]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload,no-any-return]

    return call


class Outcome(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


Call = Callable[..., Outcome]


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
