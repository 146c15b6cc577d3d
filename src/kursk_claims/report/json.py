"""Render a report as JSON or as lines of JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from kursk_claims.escaping import dump_json
from kursk_claims.report.model import Report


def render_json(report: Report) -> str:
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
    return dump_json(body, indent=2)


def render_jsonl(report: Report) -> str:
    """One object a line, each with its `kind`: `finding`, `hidden`, `skipped`, `note`, and `summary` at the end."""
    return "\n".join(dump_json(each) for each in _jsonl_objects(report))


def _jsonl_objects(report: Report) -> Iterator[dict[str, object]]:
    for finding in report.findings:
        yield {"kind": "finding", **asdict(finding)}
    for (severity, table, rule), count in sorted(report.hidden.items()):
        yield {"kind": "hidden", "severity": severity, "table": table, "rule": rule, "count": count}
    for skipped in report.skipped:
        yield {"kind": "skipped", **asdict(skipped)}
    for note in report.notes:
        yield {"kind": "note", "note": note}
    yield {"kind": "summary", **report.counts()}
