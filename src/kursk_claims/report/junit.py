"""Render a report as JUnit XML, which most CI systems show as tests."""

from __future__ import annotations

from kursk_claims.escaping import escape_unprintable
from kursk_claims.report.locations import format_location
from kursk_claims.report.model import FailOn, Finding, Report


def render_junit(report: Report, fail_on: FailOn = "error") -> str:
    """A suite per file, with a test case per finding; then what is not listed, and what was skipped.

    JUnit knows no warnings: they are failures when the run fails on them, otherwise passed cases that print them.
    """
    import junitparser

    suites: dict[str, list[junitparser.TestCase]] = {}

    def add(suite: str, name: str, table: str, severity: str, words: str) -> None:
        case = junitparser.TestCase(escape_unprintable(name), classname=escape_unprintable(table or suite))
        if severity == "error" or fail_on == "warning":
            failure = junitparser.Failure(words.partition("\n")[0], severity)
            failure.text = words
            case.result = failure
        else:
            case.system_out = f"warning: {words}"
        suites.setdefault(escape_unprintable(suite), []).append(case)

    for finding in report.findings:
        add(finding.file, _case_name(finding), finding.table, finding.severity, _case_text(finding))
    for (severity, table, rule), count in sorted(report.hidden.items()):
        add("not listed", f"{rule}: {count} more", table, severity, f"{count} more, not listed")
    for skipped in report.skipped:
        case = junitparser.TestCase(escape_unprintable(skipped.rule), classname="skipped")
        case.result = junitparser.Skipped(escape_unprintable(skipped.reason))
        suites.setdefault("skipped", []).append(case)
    if not report.findings:
        suites["kursk-claims"] = [junitparser.TestCase(escape_unprintable(report.summary()), classname="kursk-claims")]

    document = junitparser.JUnitXml("kursk-claims")
    for name, cases in suites.items():
        suite = junitparser.TestSuite(name)
        suite.add_testcases(cases)
        document.add_testsuite(suite)
    document.update_statistics()  # type: ignore[no-untyped-call]
    return str(document.tostring().decode())  # type: ignore[no-untyped-call]


def _case_name(finding: Finding) -> str:
    return " ".join(part for part in (finding.rule, finding.column, finding.key or format_location(finding)) if part)


def _case_text(finding: Finding) -> str:
    lines = [f"found: {finding.found}", f"expected: {finding.expected}", f"fix: {finding.fix}", f"at: {format_location(finding)}"]
    return "\n".join(escape_unprintable(each) for each in lines)
