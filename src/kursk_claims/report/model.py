"""Findings, skipped checks and the report that collects them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from kursk_claims.report.values import format_key

Severity = Literal["error", "warning"]
FailOn = Literal["error", "warning", "never"]


@dataclass(frozen=True)
class Finding:
    """One fault, at one place.

    `line` and `position` count from 1; `position` is the character in the line at which the cell begins. In a file without
    lines, such as Parquet, `row` counts its rows from 1 instead. `column` names
    the table's column (several, separated by commas, where a rule compares them), `key` the row, as `column=value`.
    """

    rule: str
    file: str
    expected: str
    found: str
    fix: str
    table: str = ""
    line: int | None = None
    position: int | None = None
    column: str = ""
    key: str = ""
    severity: Severity = "error"
    row: int | None = None

    def sort_key(self) -> tuple[str, int, int, str, str, str]:
        return (self.file, self.line or self.row or 0, self.position or 0, self.rule, self.found, self.column)


@dataclass(frozen=True)
class Skipped:
    """A check that did not run, and why; it is never counted as passed."""

    rule: str
    reason: str


@dataclass
class Report:
    """The outcome of one run.

    `hidden` counts, by severity, table and rule, what was found beyond the findings that are listed.
    """

    tables: int = 0
    rows: int = 0
    rules: int = 0
    findings: list[Finding] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    hidden: Counter[tuple[Severity, str, str]] = field(default_factory=Counter)

    @property
    def errors(self) -> int:
        return self.count("error")

    @property
    def total(self) -> int:
        """How much was found, listed or not."""
        return len(self.findings) + self.hidden.total()

    def count(self, severity: Severity) -> int:
        listed = sum(finding.severity == severity for finding in self.findings)
        return listed + sum(count for (each, _, _), count in self.hidden.items() if each == severity)

    @property
    def exit_code(self) -> int:
        return 1 if self.errors else 0

    def sort(self) -> None:
        self.findings = sorted(set(self.findings), key=Finding.sort_key)
        self.skipped = sorted(set(self.skipped), key=lambda each: (each.reason, each.rule))

    def counts(self) -> dict[str, int]:
        """The summary as numbers."""
        return {
            "tables": self.tables,
            "rows": self.rows,
            "rules_run": self.rules,
            "skipped": len(self.skipped),
            "findings": self.total,
        }

    def summary(self) -> str:
        return (
            f"{self.tables} tables, {self.rows} rows, {self.rules} rules run, {len(self.skipped)} skipped, {self.total} findings"
        )


@dataclass(frozen=True)
class Fault:
    """A failed check at a row of a table, before its file and line are known.

    `row` counts from 0 through all files of the table. `values` are the cells of the row's primary key. For a duplicate key,
    `first` is the first row that has it.
    """

    table: str
    row: int
    columns: tuple[str, ...]
    rule: str
    expected: str
    found: str
    fix: str
    severity: str = "error"
    values: tuple[Any, ...] = ()
    first: int | None = None

    def to_finding(
        self,
        file: str,
        primary_key: Sequence[str],
        *,
        line: int | None = None,
        position: int | None = None,
        row: int | None = None,
    ) -> Finding:
        """Convert the fault to a finding in a file; `line`, `position` and `row` count from 1."""
        return Finding(
            rule=self.rule,
            file=file,
            expected=self.expected,
            found=self.found,
            fix=self.fix,
            table=self.table,
            line=line,
            position=position,
            column=",".join(self.columns),
            key=format_key(primary_key, self.values),
            severity="warning" if self.severity == "warning" else "error",
            row=row,
        )


@dataclass(frozen=True)
class Faults:
    """How often one check failed, and its first faults by row."""

    count: int = 0
    first: list[Fault] = field(default_factory=list)
