"""Render a report as GitHub annotations and as the summary of a workflow step."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kursk_claims.escaping import escape_unprintable
from kursk_claims.report.locations import format_location, path_in_repository
from kursk_claims.report.model import Finding, Report

MAX_ANNOTATIONS = 9  # GitHub shows ten of a step; the tenth says how many there are
MAX_SUMMARY_ROWS = 100  # a summary may have a megabyte


def render_annotations(report: Report) -> list[str]:
    """Workflow commands: nine annotations at most, errors first, and a tenth that counts the others."""
    findings = sorted(report.findings, key=lambda each: each.severity != "error")
    lines = [_annotation(each) for each in findings[:MAX_ANNOTATIONS]]
    more = report.total - len(lines)
    if more:
        listed = sum(each.severity == "error" for each in findings[:MAX_ANNOTATIONS])
        level = "error" if report.errors > listed else "warning"
        lines.append(f"::{level} title=kursk-claims::{more} more")
    return lines


def _annotation(finding: Finding) -> str:
    title = f"{finding.table}: {finding.rule}" if finding.table else finding.rule
    properties: dict[str, object] = {"file": path_in_repository(finding.file)}
    if finding.line is not None:
        properties |= {"line": finding.line, "col": finding.position or 1}
    properties["title"] = title
    told = ",".join(f"{name}={_escape_property(str(value))}" for name, value in properties.items())
    return f"::{finding.severity} {told}::{_escape_data(format_message(finding))}"


def format_message(finding: Finding) -> str:
    """What is wrong, where no line can tell it and what to do, in lines."""
    about = " ".join(part for part in (f"row {finding.row}" if finding.row else "", finding.column, finding.key) if part)
    words = [about, f"expected: {finding.expected}", f"found: {finding.found}", f"fix: {finding.fix}"]
    return "\n".join(escape_unprintable(each) for each in words if each)


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(escape_unprintable(text)).replace(":", "%3A").replace(",", "%2C")


def render_step_summary(report: Report) -> str:
    """The step's summary in Markdown: the counts, a table of the findings, and how many it does not hold."""
    lines = ["### kursk-claims", "", _escape_markdown(report.summary()), ""]
    if report.findings:
        lines += [
            _markdown_row(["severity", "where", "rule", "column", "key", "expected", "found", "fix"]),
            _markdown_row(["---"] * 8),
        ]
        lines += [_markdown_row(map(_escape_markdown, _summary_cells(each))) for each in report.findings[:MAX_SUMMARY_ROWS]]
    more = report.total - len(report.findings[:MAX_SUMMARY_ROWS])
    if more:
        lines += ["", f"{more} more"]
    if report.notes:
        lines += ["", *(f"- {_escape_markdown(note)}" for note in report.notes)]
    return "\n".join([*lines, "", ""])


def _summary_cells(finding: Finding) -> list[str]:
    rest = (finding.column, finding.key, finding.expected, finding.found, finding.fix)
    return [
        finding.severity,
        format_location(finding),
        finding.rule,
        *(each if len(each) < 300 else f"{each[:300]} …" for each in rest),
    ]


def _markdown_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is; a bare address stays no link, for its colon is escaped too."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", escape_unprintable(text))
