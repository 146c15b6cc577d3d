"""Render a report as JUnit XML, which most CI systems show as tests."""

from __future__ import annotations

import junitparser

from kursk_claims.escaping import escape_unprintable
from kursk_claims.report.locations import format_location
from kursk_claims.report.model import Finding, Report
from kursk_claims.report.options import FailOn


def render_junit(report: Report, fail_on: FailOn = "error") -> str:
    """Render a suite per file with a test case per finding, then unlisted findings and skipped checks.

    JUnit has no warnings: they are failures if the run fails on them, otherwise passed cases that print them.
    """
    document = junitparser.JUnitXml("kursk-claims")
    for name, cases in _build_suites(report, fail_on).items():
        suite = junitparser.TestSuite(name)
        suite.add_testcases(cases)
        if report.contract:
            suite.add_property("contract", escape_unprintable(report.contract.name))
            suite.add_property("contract-sha256", report.contract.sha256)
        document.add_testsuite(suite)
    document.update_statistics()  # type: ignore[no-untyped-call]
    return str(document.tostring().decode())  # type: ignore[no-untyped-call]


def _build_suites(report: Report, fail_on: FailOn) -> dict[str, list[junitparser.TestCase]]:
    suites: dict[str, list[junitparser.TestCase]] = {}
    for finding in report.findings:
        suite = suites.setdefault(escape_unprintable(finding.file), [])
        suite.append(
            _build_case(_case_name(finding), finding.table or finding.file, finding.severity, _case_text(finding), fail_on)
        )
    for group in report.unlisted_groups():
        text = f"{group.count} more, not listed"
        case = _build_case(f"{group.rule}: {group.count} more", group.table or "not listed", group.severity, text, fail_on)
        suites.setdefault("not listed", []).append(case)
    for skipped in report.skipped:
        suites.setdefault("skipped", []).append(_build_skipped_case(skipped.rule, skipped.reason))
    if not report.findings:
        suites["kursk-claims"] = [junitparser.TestCase(report.summary(), classname="kursk-claims")]
    return suites


def _build_case(name: str, class_name: str, severity: str, text: str, fail_on: FailOn) -> junitparser.TestCase:
    case = junitparser.TestCase(escape_unprintable(name), classname=escape_unprintable(class_name))
    if severity == "error" or fail_on == "warning":
        failure = junitparser.Failure(text.partition("\n")[0], severity)
        failure.text = text
        case.result = failure
    else:
        case.system_out = f"warning: {text}"
    return case


def _build_skipped_case(rule: str, reason: str) -> junitparser.TestCase:
    case = junitparser.TestCase(escape_unprintable(rule), classname="skipped")
    case.result = junitparser.Skipped(escape_unprintable(reason))
    return case


def _case_name(finding: Finding) -> str:
    return " ".join(part for part in (finding.rule, finding.column, finding.key or format_location(finding)) if part)


def _case_text(finding: Finding) -> str:
    lines = [f"found: {finding.found}", f"expected: {finding.expected}", f"fix: {finding.fix}", f"at: {format_location(finding)}"]
    return "\n".join(map(escape_unprintable, lines))
