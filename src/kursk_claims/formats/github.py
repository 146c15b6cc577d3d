"""A report as GitHub Actions shows it: annotations at the lines at fault, and a summary of the step."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kursk_claims.findings import Finding, Report, place, printable
from kursk_claims.formats import from_root

ANNOTATIONS = 9  # GitHub shows ten of a step; the tenth says how many there are
ROWS = 100  # a summary may have a megabyte


def commands(report: Report) -> list[str]:
    """Workflow commands: nine annotations at most, errors first, and a tenth that counts the others."""
    findings = sorted(report.findings, key=lambda each: each.severity != "error")
    lines = [_annotation(each) for each in findings[:ANNOTATIONS]]
    more = report.total - len(lines)
    if more:
        listed = sum(each.severity == "error" for each in findings[:ANNOTATIONS])
        level = "error" if report.errors > listed else "warning"
        lines.append(f"::{level} title=kursk-claims::{more} more")
    return lines


def _annotation(finding: Finding) -> str:
    title = f"{finding.table}: {finding.rule}" if finding.table else finding.rule
    properties: dict[str, object] = {"file": from_root(finding.file)}
    if finding.line is not None:
        properties |= {"line": finding.line, "col": finding.position or 1}
    properties["title"] = title
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{finding.severity} {told}::{_data(message(finding))}"


def message(finding: Finding) -> str:
    """What is wrong, where no line can tell it and what to do, in lines."""
    about = " ".join(part for part in (f"row {finding.row}" if finding.row else "", finding.column, finding.key) if part)
    words = [about, f"expected: {finding.expected}", f"found: {finding.found}", f"fix: {finding.fix}"]
    return "\n".join(printable(each) for each in words if each)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")


def summary(report: Report) -> str:
    """The step's summary in Markdown: the counts, a table of the findings, and how many it does not hold."""
    lines = ["### kursk-claims", "", _markdown(report.summary()), ""]
    if report.findings:
        lines += [_row(["severity", "where", "rule", "column", "key", "expected", "found", "fix"]), _row(["---"] * 8)]
        lines += [_row(map(_markdown, _cells(each))) for each in report.findings[:ROWS]]
    more = report.total - len(report.findings[:ROWS])
    if more:
        lines += ["", f"{more} more"]
    if report.notes:
        lines += ["", *(f"- {_markdown(note)}" for note in report.notes)]
    return "\n".join([*lines, "", ""])


def _cells(finding: Finding) -> list[str]:
    rest = (finding.column, finding.key, finding.expected, finding.found, finding.fix)
    return [finding.severity, place(finding), finding.rule, *(each if len(each) < 300 else f"{each[:300]} …" for each in rest)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _markdown(text: str) -> str:
    """Text that Markdown shows as it is; a bare address stays no link, for its colon is escaped too."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", printable(text))
