"""Render a report as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kursk_claims.escaping import escape_unprintable
from kursk_claims.report.locations import format_location
from kursk_claims.report.model import Finding, Report, Skipped
from kursk_claims.report.values import count_noun, list_some


def render_text(report: Report) -> str:
    """Render findings as `file:line:column: severity rule …`, then counts of others, skipped checks, notes and the summary.

    Findings that follow from another one are named below it, by rule and line.
    """
    listed = set(report.findings)
    causes = {each: cause for each, cause in report.causes.items() if each in listed and cause in listed}
    effects: dict[Finding, list[Finding]] = {}
    for finding in report.findings:
        if finding in causes:
            effects.setdefault(causes[finding], []).append(finding)
    lines = [
        line
        for finding in report.findings
        if finding not in causes
        for line in (*describe_finding(finding), *_effect_lines(effects.get(finding, [])))
    ]
    lines += [f"{group.place}{group.severity} {group.rule}: {group.count} more, not listed" for group in report.unlisted_groups()]
    return _with_end(lines, report)


def render_counts(report: Report) -> str:
    """Render one line per file and rule with the number of findings, then skipped checks, notes and the summary."""
    counts = Counter((finding.file, finding.severity, finding.rule) for finding in report.findings)
    lines = [f"{file}: {severity} {rule}: {count_noun(count, 'finding')}" for (file, severity, rule), count in counts.items()]
    lines += [f"{each.place}{each.severity} {each.rule}: {each.count} more" for each in report.unlisted_groups()]
    return _with_end(lines, report)


def _with_end(lines: Sequence[str], report: Report) -> str:
    return "\n".join(map(escape_unprintable, [*lines, *_skipped_lines(report.skipped), *report.notes, report.summary()]))


def describe_finding(finding: Finding) -> list[str]:
    """Return the lines that describe a finding: its place, what was expected, what was found and what to do."""
    subject = " ".join(part for part in (finding.column, f"[{finding.key}]" if finding.key else "") if part)
    head = f"{format_location(finding)}: {finding.severity} {finding.rule}" + (f": {subject}" if subject else "")
    return [head, f"  expected: {finding.expected}", f"  found: {finding.found}", f"  fix: {finding.fix}"]


def _effect_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield one line per rule, column and file of the findings that follow from another one."""
    places: dict[tuple[str, str, str], list[str]] = {}
    for finding in findings:
        place = finding.line or finding.row
        places.setdefault((finding.rule, finding.column, finding.file), []).append(str(place) if place else "")
    for (rule, column, file), numbers in places.items():
        yield f"  follows: {count_noun(len(numbers), 'finding')} of {rule}: {column} in {file}:{list_some(numbers)}"


def _skipped_lines(skipped: list[Skipped]) -> Iterator[str]:
    """Yield one line per reason, such as the finding from which further findings would follow."""
    by_reason: dict[str, list[str]] = {}
    for check in skipped:
        by_reason.setdefault(check.reason, []).append(check.rule)
    for reason, rules in by_reason.items():
        yield f"skipped {count_noun(len(rules), 'check')} because {reason}: {', '.join(rules)}"
