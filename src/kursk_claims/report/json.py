"""Render a report as JSON or as lines of JSON.

The keys are an interface for programs: unlisted findings are called `hidden` in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from kursk_claims.escaping import dump_json
from kursk_claims.report.model import Report


def render_json(report: Report) -> str:
    """Render one JSON object: `summary`, `contract`, `findings`, `hidden`, `skipped`, `notes`."""
    body = {
        "summary": report.counts(),
        "contract": _contract(report),
        "findings": [vars(finding) for finding in report.findings],  # `asdict` would copy each text of each finding
        "hidden": [asdict(group) for group in report.unlisted_groups()],
        "skipped": [asdict(skipped) for skipped in report.skipped],
        "notes": report.notes,
    }
    return dump_json(body, indent=2)


def render_jsonl(report: Report) -> str:
    """Render one object per line, each with its `kind`: `finding`, `hidden`, `skipped`, `note`, and `summary` last."""
    return "\n".join(map(dump_json, _jsonl_objects(report)))


def _jsonl_objects(report: Report) -> Iterator[dict[str, object]]:
    for finding in report.findings:
        yield {"kind": "finding", **vars(finding)}
    for group in report.unlisted_groups():
        yield {"kind": "hidden", **asdict(group)}
    for skipped in report.skipped:
        yield {"kind": "skipped", **asdict(skipped)}
    for note in report.notes:
        yield {"kind": "note", "note": note}
    yield {"kind": "summary", **report.counts(), "contract": _contract(report)}


def _contract(report: Report) -> dict[str, str] | None:
    return asdict(report.contract) if report.contract else None
