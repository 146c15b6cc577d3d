"""Render a report as text."""

from __future__ import annotations

from kursk_claims.escaping import escape_unprintable
from kursk_claims.report.locations import format_location
from kursk_claims.report.model import Finding, Report


def render_text(report: Report) -> str:
    """Findings as `file:line:column: severity rule …`, then what was skipped, then the summary."""
    lines = [_finding_lines(finding) for finding in report.findings]
    for (severity, table, rule), count in sorted(report.hidden.items()):
        lines.append(escape_unprintable(f"{table}: {severity} {rule}: {count} more, not listed"))
    by_reason: dict[str, list[str]] = {}
    for each in report.skipped:
        by_reason.setdefault(each.reason, []).append(each.rule)
    for reason, rules in by_reason.items():
        lines.append(escape_unprintable(f"skipped {len(rules)} ({reason}): {', '.join(rules)}"))
    lines.extend(escape_unprintable(note) for note in report.notes)
    return "\n".join([*lines, report.summary()])


def _finding_lines(finding: Finding) -> str:
    about = " ".join(part for part in (finding.column, f"[{finding.key}]" if finding.key else "") if part)
    head = f"{format_location(finding)}: {finding.severity} {finding.rule}" + (f": {about}" if about else "")
    lines = [head, f"  expected: {finding.expected}", f"  found: {finding.found}", f"  fix: {finding.fix}"]
    return "\n".join(map(escape_unprintable, lines))
