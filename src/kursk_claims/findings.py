"""What is wrong, where, by which rule, and what to do about it."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


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


def printable(text: str) -> str:
    """The text with control and format characters (escape sequences, bidirectional overrides) made visible."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def printable_lines(text: str) -> str:
    """The same, but line ends stay."""
    return "\n".join(printable(line) for line in text.split("\n"))


def json_text(value: object, indent: int | None = None) -> str:
    """JSON in which characters that a terminal may act on are escaped; a value that JSON has no word for is a string."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str, allow_nan=False)
    return re.sub(r"[^\x20-\x7e\n]", lambda char: char[0] if char[0].isprintable() else json.dumps(char[0])[1:-1], text)


def as_text(report: Report) -> str:
    """Findings as `file:line:column: severity rule …`, then what was skipped, then the summary."""
    lines = [_finding_lines(finding) for finding in report.findings]
    for (severity, table, rule), count in sorted(report.hidden.items()):
        lines.append(printable(f"{table}: {severity} {rule}: {count} more, not listed"))
    by_reason: dict[str, list[str]] = {}
    for each in report.skipped:
        by_reason.setdefault(each.reason, []).append(each.rule)
    for reason, rules in by_reason.items():
        lines.append(printable(f"skipped {len(rules)} ({reason}): {', '.join(rules)}"))
    lines.extend(printable(note) for note in report.notes)
    return "\n".join([*lines, report.summary()])


def as_json(report: Report) -> str:
    """One JSON object: `summary`, `findings`, `hidden`, `skipped`, `notes`."""
    body = {
        "summary": report.counts(),
        "findings": [asdict(finding) for finding in report.findings],
        "hidden": [
            {"severity": severity, "table": table, "rule": rule, "count": count}
            for (severity, table, rule), count in sorted(report.hidden.items())
        ],
        "skipped": [asdict(each) for each in report.skipped],
        "notes": report.notes,
    }
    return json_text(body, indent=2)


def _finding_lines(finding: Finding) -> str:
    about = " ".join(part for part in (finding.column, f"[{finding.key}]" if finding.key else "") if part)
    head = f"{place(finding)}: {finding.severity} {finding.rule}" + (f": {about}" if about else "")
    lines = [head, f"  expected: {finding.expected}", f"  found: {finding.found}", f"  fix: {finding.fix}"]
    return "\n".join(map(printable, lines))


def place(finding: Finding) -> str:
    """`file:line:column`, `file:row n` or the file alone."""
    if finding.line is not None:
        return f"{finding.file}:{finding.line}:{finding.position or 1}"
    return f"{finding.file}:row {finding.row}" if finding.row is not None else finding.file
