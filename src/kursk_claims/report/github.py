"""Render a report as GitHub annotations and as the summary of a workflow step."""

from __future__ import annotations

from kursk_claims.escaping import escape_markdown, escape_unprintable, markdown_table
from kursk_claims.report.locations import format_location, path_in_repository
from kursk_claims.report.model import Finding, Report
from kursk_claims.report.values import count_noun, shorten

MAX_ANNOTATIONS = 9  # GitHub shows ten per step; the tenth counts the other findings
MAX_SUMMARY_ROWS = 100  # of findings and of notes
MAX_SUMMARY_SIZE = 900_000  # bytes; GitHub rejects a summary of more than 1 MiB
MAX_CELL_LENGTH = 300  # characters of a cell in the summary
SUMMARY_HEADER = ["severity", "where", "rule", "column", "key", "expected", "found", "fix"]


def render_annotations(report: Report) -> list[str]:
    """Return workflow commands: at most nine annotations, errors first, and a tenth that counts the others."""
    listed = sorted(report.findings, key=lambda finding: finding.severity != "error")[:MAX_ANNOTATIONS]
    lines = [_annotation(finding) for finding in listed]
    if others := report.total - len(listed):
        level = "error" if report.errors > sum(finding.severity == "error" for finding in listed) else "warning"
        lines.append(
            f"::{level} title=kursk-claims::{others} more, not shown: GitHub shows ten errors and ten warnings of a step"
        )
    return lines


def _annotation(finding: Finding) -> str:
    properties: dict[str, object] = {"file": path_in_repository(finding.file)}
    if finding.line is not None:
        properties |= {"line": finding.line, "col": finding.position or 1}
    properties["title"] = f"{finding.table}: {finding.rule}" if finding.table else finding.rule
    pairs = ",".join(f"{name}={_escape_property(str(value))}" for name, value in properties.items())
    return f"::{finding.severity} {pairs}::{_escape_data(format_message(finding))}"


def format_message(finding: Finding) -> str:
    """Format a finding for services that show its file and line themselves."""
    subject = " ".join(part for part in (f"row {finding.row}" if finding.row else "", finding.column, finding.key) if part)
    lines = [subject, f"expected: {finding.expected}", f"found: {finding.found}", f"fix: {finding.fix}"]
    return "\n".join(escape_unprintable(line) for line in lines if line)


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(escape_unprintable(text)).replace(":", "%3A").replace(",", "%2C")


def render_step_summary(report: Report) -> str:
    """Render the step's summary in Markdown: the counts, the contract, a table of findings, and the number of those left out."""
    limit = MAX_SUMMARY_ROWS
    while len((summary := _render_summary(report, limit)).encode()) > MAX_SUMMARY_SIZE and limit:
        limit //= 2
    return summary


def _render_summary(report: Report, limit: int) -> str:
    lines = ["### kursk-claims", "", escape_markdown(report.summary()), ""]
    if report.contract:
        lines += [escape_markdown(f"contract: {report.contract}"), ""]
    listed = report.findings[:limit]
    if listed:
        lines.append(markdown_table(SUMMARY_HEADER, [map(escape_markdown, _summary_cells(finding)) for finding in listed]))
    if others := report.total - len(listed):
        lines += ["", f"{others} more"]
    if report.notes:
        lines += ["", *(f"- {escape_markdown(shorten(note, MAX_CELL_LENGTH))}" for note in report.notes[:MAX_SUMMARY_ROWS])]
    if left_out := len(report.notes[MAX_SUMMARY_ROWS:]):
        lines += ["", count_noun(left_out, "more note")]
    return "\n".join([*lines, "", ""])


def _summary_cells(finding: Finding) -> list[str]:
    texts = (finding.column, finding.key, finding.expected, finding.found, finding.fix)
    cells = [shorten(text, MAX_CELL_LENGTH) for text in texts]
    return [finding.severity, format_location(finding), finding.rule, *cells]
