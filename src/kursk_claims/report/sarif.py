"""Render a report as SARIF 2.1.0 for code scanning."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

import sarif_pydantic as sarif

from kursk_claims._version import __version__
from kursk_claims.escaping import dump_json, escape_unprintable
from kursk_claims.report.github import format_message
from kursk_claims.report.locations import path_in_repository
from kursk_claims.report.model import Finding, Report

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/troubleshoot-sarif-uploads/results-exceed-limit
MAX_RESULTS = (
    25_000  # in a run; with more, the file is rejected. A run also has at most 25,000 rules, which are fewer than results
)
MAX_SHOWN = 5_000
MAX_COMPRESSED_SIZE = 9_500_000  # bytes after gzip; above 10 MB the file is rejected


def render_sarif(report: Report) -> str:
    """Render one run with a result per finding, within the limits of GitHub's code scanning, which rejects larger files.

    Unlisted findings, skipped checks and notes are notifications of the run.
    """
    limit = MAX_RESULTS
    while True:
        content = _render_run(report, limit)
        size = len(gzip.compress(content.encode(), 6))
        if size <= MAX_COMPRESSED_SIZE or not limit:
            return content
        limit = min(limit, len(report.findings)) * MAX_COMPRESSED_SIZE // size * 9 // 10


def _render_run(full: Report, limit: int) -> str:
    report = full.limited(limit)
    by_rule: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    index = {name: number for number, name in enumerate(by_rule)}
    driver = sarif.ToolDriver(name="kursk-claims", version=__version__, rules=[_rule(findings) for findings in by_rule.values()])
    occurrences: Counter[str] = Counter()
    notifications = [*_limit_notes(full, report), *_notifications(report)]
    run = sarif.Run.model_validate(
        {
            "tool": sarif.Tool(driver=driver),
            "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications}],
            "results": [_result(finding, index[finding.rule], occurrences) for finding in report.findings],
            "columnKind": "unicodeCodePoints",
            "properties": {**report.counts(), **({"contract": asdict(report.contract)} if report.contract else {})},
        }
    )
    log = sarif.Sarif(schema_uri=SARIF_SCHEMA, runs=[run])
    return dump_json(log.model_dump(mode="json", by_alias=True, exclude_none=True), indent=2)


def _limit_notes(full: Report, report: Report) -> Iterable[dict[str, object]]:
    """Say what this file leaves out, and what code scanning will not show."""
    listed = len(report.findings)
    if listed < len(full.findings):
        found = f"{listed} of {len(full.findings)} findings are results: code scanning takes {MAX_RESULTS} and 10 MB"
        yield {"level": "warning", "message": _message(f"{found}. Errors come before warnings; the others are counted.")}
    if listed > MAX_SHOWN:
        yield {"level": "warning", "message": _message(f"code scanning shows {MAX_SHOWN} of {listed} results, errors first")}


def _rule(findings: list[Finding]) -> sarif.ReportingDescriptor:
    """Describe a rule by its findings: by what they all expect, or, for checks of several columns, by its id."""
    first = findings[0]
    description = _message(first.expected if all(each.expected == first.expected for each in findings) else first.rule)
    return sarif.ReportingDescriptor(
        id=escape_unprintable(first.rule),
        short_description=description,
        full_description=description,
        help=_message(first.fix),
        default_configuration=sarif.ReportingConfiguration(level=first.severity),
    )


def _result(finding: Finding, rule_index: int, occurrences: Counter[str]) -> sarif.Result:
    artifact = sarif.ArtifactLocation(uri=_uri(finding.file))
    region = sarif.Region(start_line=1)  # code scanning requires a line; for Parquet, the message names the row
    if finding.line is not None:
        region = sarif.Region(start_line=finding.line, start_column=finding.position or 1)
    location = sarif.Location(physical_location=sarif.PhysicalLocation(artifact_location=artifact, region=region))
    if finding.table:
        location.logical_locations = [_logical_location(finding)]
    return sarif.Result(
        rule_id=escape_unprintable(finding.rule),
        rule_index=rule_index,
        level=sarif.Level(finding.severity),
        message=_message(format_message(finding)),
        locations=[location],
        partial_fingerprints={"kurskClaims/v1": _fingerprint(finding, occurrences)},
        properties={"row": finding.row} if finding.row is not None else None,
    )


def _logical_location(finding: Finding) -> sarif.LogicalLocation:
    """Name the cell by table, key and column, which do not change when rows are added above."""
    column = f".{finding.column}" if finding.column else ""
    key = f"[{finding.key}]" if finding.key else ""
    return sarif.LogicalLocation(
        name=escape_unprintable(f"{finding.table}{column}"),
        fully_qualified_name=escape_unprintable(f"{finding.table}{key}{column}"),
    )


def _notifications(report: Report) -> Iterable[dict[str, object]]:
    for group in report.unlisted_groups():
        yield {"level": group.severity, "message": _message(f"{group.place}{group.rule}: {group.count} more, not listed")}
    for skipped in report.skipped:
        yield {"level": "note", "message": _message(f"skipped {skipped.rule}: {skipped.reason}")}
    for note in report.notes:
        yield {"level": "note", "message": _message(note)}


def _fingerprint(finding: Finding, occurrences: Counter[str]) -> str:
    """Return an id that does not change when rows are added above: of rule, table, key and column, but not the line."""
    parts = (finding.rule, finding.table or finding.file, finding.key or finding.file, finding.column)
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    occurrences[digest] += 1
    return f"{digest}:{occurrences[digest]}"


def _message(text: str) -> sarif.Message:
    """Build a message in which a cell that holds `[text](address)` does not become a link."""
    return sarif.Message(text=re.sub(r"\[(?=[^\]]*\]\()", r"\\[", "\n".join(map(escape_unprintable, text.split("\n")))))


def _uri(file: str) -> str:
    """Return the path relative to the repository, or an absolute address for a file outside."""
    path = path_in_repository(file)
    return Path(path).resolve().as_uri() if path.startswith("../") or os.path.isabs(path) else quote(os.fsencode(path))
