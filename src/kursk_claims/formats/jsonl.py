"""A report as lines of JSON, for programs that read as they go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from kursk_claims.findings import Report, json_text


def as_jsonl(report: Report) -> str:
    """One object a line, each with its `kind`: `finding`, `hidden`, `skipped`, `note`, and `summary` at the end."""
    return "\n".join(json_text(each) for each in _lines(report))


def _lines(report: Report) -> Iterator[dict[str, object]]:
    for finding in report.findings:
        yield {"kind": "finding", **asdict(finding)}
    for (severity, table, rule), count in sorted(report.hidden.items()):
        yield {"kind": "hidden", "severity": severity, "table": table, "rule": rule, "count": count}
    for skipped in report.skipped:
        yield {"kind": "skipped", **asdict(skipped)}
    for note in report.notes:
        yield {"kind": "note", "note": note}
    yield {"kind": "summary", **report.counts()}
