"""Render a report as SARIF 2.1.0 for code scanning."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import sarif_pydantic as sarif

from kursk_claims._version import __version__
from kursk_claims.escaping import dump_json, escape_unprintable
from kursk_claims.report.github import format_message
from kursk_claims.report.locations import path_in_repository
from kursk_claims.report.model import Finding, Report

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render_sarif(report: Report) -> str:
    """One run: a result per finding; what is not listed, was skipped or noted stands in its notifications."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    index = {name: number for number, name in enumerate(by_rule)}
    driver = sarif.ToolDriver(name="kursk-claims", version=__version__, rules=[_rule(each) for each in by_rule.values()])
    seen: Counter[str] = Counter()
    run = sarif.Run.model_validate(
        {
            "tool": sarif.Tool(driver=driver),
            "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": list(_notifications(report))}],
            "results": [_result(each, index[each.rule], seen) for each in report.findings],
            "columnKind": "unicodeCodePoints",
            "properties": report.counts(),
        }
    )
    log = sarif.Sarif(schema_uri=SARIF_SCHEMA, runs=[run])
    return dump_json(log.model_dump(mode="json", by_alias=True, exclude_none=True), indent=2)


def _rule(findings: list[Finding]) -> sarif.ReportingDescriptor:
    """A rule as its findings tell it: one of the contract's says the same in each, a check of columns is known by its name."""
    first = findings[0]
    says = _message(first.expected if all(each.expected == first.expected for each in findings) else first.rule)
    return sarif.ReportingDescriptor(
        id=escape_unprintable(first.rule),
        short_description=says,
        full_description=says,
        help=_message(first.fix),
        default_configuration=sarif.ReportingConfiguration(level=first.severity),
    )


def _result(finding: Finding, rule_index: int, seen: Counter[str]) -> sarif.Result:
    artifact = sarif.ArtifactLocation(uri=_uri(finding.file))
    region = sarif.Region(start_line=1)  # code scanning refuses a whole file; a row of Parquet is told in words
    if finding.line is not None:
        region = sarif.Region(start_line=finding.line, start_column=finding.position or 1)
    location = sarif.Location(physical_location=sarif.PhysicalLocation(artifact_location=artifact, region=region))
    if finding.table:
        name = ".".join(part for part in (finding.table, finding.column) if part)
        full = f"{finding.table}[{finding.key}]{'.' + finding.column if finding.column else ''}" if finding.key else name
        location.logical_locations = [
            sarif.LogicalLocation(name=escape_unprintable(name), fully_qualified_name=escape_unprintable(full))
        ]
    return sarif.Result(
        rule_id=escape_unprintable(finding.rule),
        rule_index=rule_index,
        level=sarif.Level(finding.severity),
        message=_message(format_message(finding)),
        locations=[location],
        partial_fingerprints={"kurskClaims/v1": _fingerprint(finding, seen)},
        properties={"row": finding.row} if finding.row is not None else None,
    )


def _notifications(report: Report) -> Iterable[dict[str, object]]:
    for (severity, table, rule), count in sorted(report.hidden.items()):
        yield {"level": severity, "message": _message(f"{table}: {rule}: {count} more, not listed")}
    for skipped in report.skipped:
        yield {"level": "note", "message": _message(f"skipped {skipped.rule}: {skipped.reason}")}
    for note in report.notes:
        yield {"level": "note", "message": _message(note)}


def _fingerprint(finding: Finding, seen: Counter[str]) -> str:
    """What stays when rows are added above: the rule, the table, the row's key and the column; not the line."""
    parts = (finding.rule, finding.table or finding.file, finding.key or finding.file, finding.column)
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"


def _message(text: str) -> sarif.Message:
    """Readers make a link of `[words](address)`, which a cell could hold."""
    return sarif.Message(text=re.sub(r"\[(?=[^\]]*\]\()", r"\\[", "\n".join(map(escape_unprintable, text.split("\n")))))


def _uri(file: str) -> str:
    """A path from the repository, or an address where it lies outside."""
    path = path_in_repository(file)
    return Path(path).resolve().as_uri() if path.startswith("../") or os.path.isabs(path) else quote(os.fsencode(path))
