"""Helpers that tests share: copies of a workspace, and the outcome of a command."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kursk_claims.checks.validate import validate_workspace
from kursk_claims.contract.loader import load_contract
from kursk_claims.report.model import Report
from kursk_claims.workspace import find_workspace

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
        return validate_workspace(found, load_contract(found.schemas), texts).report


class Outcome(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


Run = Callable[..., "subprocess.CompletedProcess[str]"]
Call = Callable[..., Outcome]
