"""Render a report as text."""

from __future__ import annotations

from collections.abc import Iterator

from kursk_claims.escaping import escape_unprintable
from kursk_claims.report.locations import format_location
from kursk_claims.report.model import Finding, Report, Skipped
from kursk_claims.report.values import count_noun


def render_text(report: Report) -> str:
    """Render findings as `file:line:column: severity rule …`, then counts of others, skipped checks, notes and the summary."""
    lines = [line for finding in report.findings for line in _finding_lines(finding)]
    lines += [f"{group.place}{group.severity} {group.rule}: {group.count} more, not listed" for group in report.unlisted_groups()]
    lines += [*_skipped_lines(report.skipped), *report.notes, report.summary()]
    return "\n".join(map(escape_unprintable, lines))


def _finding_lines(finding: Finding) -> list[str]:
    subject = " ".join(part for part in (finding.column, f"[{finding.key}]" if finding.key else "") if part)
    head = f"{format_location(finding)}: {finding.severity} {finding.rule}" + (f": {subject}" if subject else "")
    return [head, f"  expected: {finding.expected}", f"  found: {finding.found}", f"  fix: {finding.fix}"]


def _skipped_lines(skipped: list[Skipped]) -> Iterator[str]:
    """Yield one line per reason, such as the finding from which further findings would follow."""
    by_reason: dict[str, list[str]] = {}
    for check in skipped:
        by_reason.setdefault(check.reason, []).append(check.rule)
    for reason, rules in by_reason.items():
        yield f"skipped {count_noun(len(rules), 'check')} because {reason}: {', '.join(rules)}"
