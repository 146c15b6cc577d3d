"""Findings, skipped checks and the report that collects them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from kursk_claims.errors import FindingsError
from kursk_claims.report.values import count_noun, format_key, shorten

if TYPE_CHECKING:
    import polars

Severity = Literal["error", "warning"]
MAX_TEXT_LENGTH = 1000  # characters of each text of a finding: a cell, and what a schema says, may have any size
MAX_RAISED = 10  # findings in the message of an error


def _shorten_texts(instance: object, *names: str) -> None:
    """Cut long texts of a new, frozen object in the middle."""
    for name in names:
        if len(text := getattr(instance, name)) > MAX_TEXT_LENGTH:
            object.__setattr__(instance, name, shorten(text, MAX_TEXT_LENGTH))


@dataclass(frozen=True)
class Finding:
    """A failed check at one place.

    `line` and `position` count from 1; `position` is the character in the line at which the cell begins. In a file without
    lines, such as Parquet, `row` counts its rows from 1 instead. `column` is the column, or several separated by commas if a
    rule compares them; `key` is the row's primary key, as `column=value`.
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

    def __post_init__(self) -> None:
        _shorten_texts(self, "rule", "expected", "found", "fix", "column", "key")

    def sort_key(self) -> tuple[str, int, int, str, str, str]:
        return (self.file, self.line or self.row or 0, self.position or 0, self.rule, self.found, self.column)


@dataclass(frozen=True)
class ContractIdentity:
    """The contract of a check: its name, which is `package` and a version, a release or a path, and a digest of its files."""

    name: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.name} (sha256 {self.sha256[:12]})"


@dataclass(frozen=True)
class Skipped:
    """A check that did not run, and why; it is never counted as passed."""

    rule: str
    reason: str

    def __post_init__(self) -> None:
        _shorten_texts(self, "rule", "reason")


@dataclass(frozen=True)
class Unlisted:
    """The number of findings of one rule in one table that a report counts but does not list."""

    severity: Severity
    table: str
    rule: str
    count: int

    @property
    def place(self) -> str:
        """The table as the beginning of a line; empty for findings that belong to none."""
        return f"{self.table}: " if self.table else ""


@dataclass(repr=False)
class Report:
    """The outcome of all checks of one run. Printing it shows its counts.

    `rules` is the number of checks that ran. `unlisted` counts findings that are not listed, by severity, table and rule.
    `causes` maps findings to the one that they follow from. `unverified` are the held documents whose anchors were not compared
    with the text that was coded.
    """

    tables: int = 0
    rows: int = 0
    rules: int = 0
    findings: list[Finding] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unlisted: Counter[tuple[Severity, str, str]] = field(default_factory=Counter)
    contract: ContractIdentity | None = None
    unverified: list[str] = field(default_factory=list)
    causes: dict[Finding, Finding] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        return self.count("error")

    @property
    def total(self) -> int:
        """The number of findings, listed or not."""
        return len(self.findings) + self.unlisted.total()

    def count(self, severity: Severity) -> int:
        """Count the findings of a severity, listed or not."""
        listed = sum(finding.severity == severity for finding in self.findings)
        return listed + sum(group.count for group in self.unlisted_groups() if group.severity == severity)

    def unlisted_groups(self) -> list[Unlisted]:
        """Return the counts of unlisted findings, sorted."""
        return [Unlisted(*group, count) for group, count in sorted(self.unlisted.items())]

    @property
    def exit_code(self) -> int:
        return 1 if self.errors else 0

    def limited(self, limit: int) -> Report:
        """Return the report with at most `limit` findings listed, errors before warnings, and the others counted."""
        if len(self.findings) <= limit:
            return self
        by_severity = sorted(enumerate(self.findings), key=lambda pair: pair[1].severity != "error")
        others = Counter((finding.severity, finding.table, finding.rule) for _, finding in by_severity[limit:])
        listed = [self.findings[index] for index in sorted(index for index, _ in by_severity[:limit])]
        return replace(self, findings=listed, unlisted=self.unlisted + others)

    def sort(self) -> None:
        """Sort findings by place and skipped checks by reason, without duplicates."""
        self.findings = sorted(set(self.findings), key=Finding.sort_key)
        self.skipped = sorted(set(self.skipped), key=lambda skipped: (skipped.reason, skipped.rule))

    def __repr__(self) -> str:
        return f"<Report: {self.summary()}>"

    def to_frame(self) -> polars.DataFrame:
        """Return the findings as a polars data frame, one row per finding, with the columns of a report as Parquet.

        Findings that are counted but not listed have one row per rule and table, without `file`; `count` is their number.
        """
        import polars as pl

        from kursk_claims.report.parquet import build_findings_table

        return pl.DataFrame(build_findings_table(self))

    def raise_for_errors(self) -> None:
        """Raise `FindingsError` with the counts and the first findings if there are errors."""
        if self.errors:
            from kursk_claims.report.text import describe_finding

            first = [finding for finding in self.findings if finding.severity == "error"][:MAX_RAISED]
            more = [f"and {count_noun(self.errors - len(first), 'more error')}"] if self.errors > len(first) else []
            raise FindingsError(self.summary(), *(line for each in first for line in describe_finding(each)), *more)

    def counts(self) -> dict[str, int]:
        """Return the summary as numbers."""
        return {
            "tables": self.tables,
            "rows": self.rows,
            "rules_run": self.rules,
            "skipped": len(self.skipped),
            "findings": self.total,
        }

    def summary(self) -> str:
        """Return the summary as one line."""
        counts = [count_noun(self.tables, "table"), count_noun(self.rows, "row"), f"{count_noun(self.rules, 'rule')} run"]
        return ", ".join([*counts, f"{len(self.skipped)} skipped", count_noun(self.total, "finding")])


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

    def __post_init__(self) -> None:
        _shorten_texts(self, "expected", "found", "fix")
        values = (shorten(value, MAX_TEXT_LENGTH) if isinstance(value, str) else value for value in self.values)
        object.__setattr__(self, "values", tuple(values))

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
    """The number of rows at which one check failed, and the first of them."""

    count: int = 0
    first: list[Fault] = field(default_factory=list)
