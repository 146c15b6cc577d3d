"""Helpers that the tests share: copies of a workspace, the outcome of a command, and what is built once per session."""

from __future__ import annotations

import atexit
import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp
from typing import Any, NamedTuple

import markdown_it
import pyarrow as pa
import pytest
from filelock import FileLock

from kursk_claims.checks.validate import validate_workspace
from kursk_claims.contract.arrow import build_nullable_schema
from kursk_claims.contract.loader import load_contract
from kursk_claims.contract.model import Table
from kursk_claims.release.publish import publish_release
from kursk_claims.report.model import Report
from kursk_claims.tables.csv_reader import read_csv_table
from kursk_claims.workspace import Workspace, find_workspace

ROOT = Path(__file__).parent.parent
FICTION = Path(mkdtemp(prefix="kursk-claims-tests-")) / "workspace"  # a copy: commands do not follow its link to the schemas
shutil.copytree(ROOT / "tests" / "workspace", FICTION)
atexit.register(shutil.rmtree, FICTION.parent, ignore_errors=True)
VERSIONS: list[str] = [each["version"] for each in json.loads((ROOT / "build" / "index.json").read_text("utf-8"))["releases"]]
LATEST = VERSIONS[-1]  # of the data
WELLS = ROOT / "tests" / "wells"  # about something other than claims, and twenty times faster to validate
SPARK_PYTHON = os.environ.get("KURSK_CLAIMS_SPARK_PYTHON")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@dataclass(frozen=True)
class Copy:
    """A copy of a workspace that a test may change."""

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
        """Change cells of the first row that has all values of `where`."""
        rows = self.rows(table)
        row = next(row for row in rows if all(row[name] == value for name, value in where.items()))
        assert any(row[name] != value for name, value in cells.items()), "nothing would change"
        row.update(cells)
        self.write(table, rows)

    def add(self, table: str, /, **cells: str) -> None:
        """Append a row; the other columns stay empty."""
        rows = self.rows(table)
        with self.csv(table).open(encoding="utf-8", newline="") as file:
            names = next(csv.reader(file))
        self.write(table, [*rows, {name: cells.get(name, "") for name in names}], names)

    def remove(self, table: str, where: dict[str, str]) -> None:
        """Remove all rows that have all values of `where`."""
        rows = self.rows(table)
        rest = [row for row in rows if any(row[name] != value for name, value in where.items())]
        assert len(rest) < len(rows), "nothing would be removed"
        self.write(table, rest, list(rows[0]))

    def keep_rules(self, *names: str) -> None:
        """Remove all rules but these, where a test is not about rules: they are half of the cost of a validation."""
        path = self.root / "schemas" / "rules.sql"
        head, *rules = path.read_text(encoding="utf-8").split("-- rule: ")
        kept = [rule for rule in rules if rule.partition("\n")[0] in names]
        assert len(kept) == len(names), "a rule is missing"
        text = head + "".join(f"-- rule: {rule}" for rule in kept)
        path.write_text(text.replace("   after: passages-coded\n", "\n"), encoding="utf-8")  # a rule that may be gone

    def arrow(self, table: Table) -> pa.Table:
        """Return the rows of a table with the contract's types."""
        rows = read_csv_table(self.csv(table.name), table, table.name)
        return rows.to_frame().to_arrow().cast(build_nullable_schema(table))

    def validate(self, *texts: Path) -> Report:
        workspace = find_workspace(self.root)
        return validate_workspace(workspace, load_contract(workspace.schemas), texts).report


def copy_real_records(root: Path) -> Copy:
    """Copy the real records and schemas; their article is not in the repository."""
    for folder in ("dataset", "schemas"):
        shutil.copytree(ROOT / folder, root / folder)
    return Copy(root)


def publish_real_records(root: Path) -> Path:
    """Publish the real records as 1.0.0 of a workspace of their own; return the folder of the release."""
    for name in ("dataset", "schemas"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copyfile(ROOT / "LICENSE-DATA", root / "LICENSE-DATA")
    (root / "CHANGELOG.md").write_text(
        "# Changelog\n\n## Data\n\n### [1.0.0] - 2026-01-01\n\n#### Added\n\n- Everything.\n", encoding="utf-8"
    )
    report, folder = publish_release(Workspace(root), "1.0.0", unverified=True)
    assert folder is not None, report
    return folder


def markdown_cells(text: str) -> list[str]:
    """Return what a reader of Markdown sees in each cell and paragraph, where everything must be text."""
    tokens = markdown_it.MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    inlines = [token.children or [] for token in tokens if token.type == "inline"]
    parts = [[part for part in inline if part.content != "<!---->"] for inline in inlines]
    assert {part.type for inline in parts for part in inline} <= {"text"}
    return ["".join(part.content for part in inline) for inline in parts]


def fail_after(seconds: int) -> Any:
    """Return a fixture for a module of tests that must not hang: each fails after this time, a bound on hanging, not on speed."""

    @pytest.fixture(autouse=True)
    def no_hanging() -> Iterator[None]:
        def fail(*_: object) -> None:
            raise AssertionError(f"not finished within {seconds} s")

        previous = signal.signal(signal.SIGALRM, fail)
        signal.alarm(seconds)
        yield
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)

    return no_hanging


def build_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], object]) -> Path:
    """Return a folder that `build` fills once per session, whichever process asks first. It is not to be changed."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, unfinished = base / name, base / f"{name}.part"
    with FileLock(base / f"{name}.lock"):
        if not folder.exists():
            build(unfinished)
            unfinished.rename(folder)
    return folder


class Outcome(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


Run = Callable[..., "subprocess.CompletedProcess[str]"]
Call = Callable[..., Outcome]


def run_measured(*args: str | Path, seconds: float) -> tuple[int, int, str]:
    """Run the command in processes of its own; return exit code, peak of resident memory in bytes, and all that it wrote.

    It is ended after some seconds, or if it takes more than 8 GB.
    """
    with TemporaryFile() as output:
        command = [sys.executable, "-m", "kursk_claims", *map(str, args)]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        peak, end = 0, time.monotonic() + seconds
        while process.poll() is None:
            peak = max(peak, _resident_memory(process.pid))
            if time.monotonic() > end or peak > 8 * 2**30:
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.02)
        output.seek(0)
        return process.returncode, peak, output.read().decode("utf-8", "replace")


def _resident_memory(process: int) -> int:
    """Return the resident bytes of a process and its descendants, on Linux."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(_resident_memory(int(child)) for child in children)
