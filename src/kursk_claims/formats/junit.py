"""A report as JUnit's XML, which most CI systems show as tests."""

from __future__ import annotations

from kursk_claims.findings import Finding, Report, place, printable
from kursk_claims.formats import FailOn


def as_junit(report: Report, fail_on: FailOn = "error") -> str:
    """A suite per file, with a test case per finding; then what is not listed, and what was skipped.

    JUnit knows no warnings: they are failures when the run fails on them, otherwise passed cases that print them.
    """
    import junitparser

    suites: dict[str, list[junitparser.TestCase]] = {}

    def add(suite: str, name: str, table: str, severity: str, words: str) -> None:
        case = junitparser.TestCase(printable(name), classname=printable(table or suite))
        if severity == "error" or fail_on == "warning":
            failure = junitparser.Failure(words.partition("\n")[0], severity)
            failure.text = words
            case.result = failure
        else:
            case.system_out = f"warning: {words}"
        suites.setdefault(printable(suite), []).append(case)

    for finding in report.findings:
        add(finding.file, _name(finding), finding.table, finding.severity, _words(finding))
    for (severity, table, rule), count in sorted(report.hidden.items()):
        add("not listed", f"{rule}: {count} more", table, severity, f"{count} more, not listed")
    for skipped in report.skipped:
        case = junitparser.TestCase(printable(skipped.rule), classname="skipped")
        case.result = junitparser.Skipped(printable(skipped.reason))
        suites.setdefault("skipped", []).append(case)
    if not report.findings:
        suites["kursk-claims"] = [junitparser.TestCase(printable(report.summary()), classname="kursk-claims")]

    document = junitparser.JUnitXml("kursk-claims")
    for name, cases in suites.items():
        suite = junitparser.TestSuite(name)
        suite.add_testcases(cases)
        document.add_testsuite(suite)
    document.update_statistics()  # type: ignore[no-untyped-call]
    return str(document.tostring().decode())  # type: ignore[no-untyped-call]


def _name(finding: Finding) -> str:
    return " ".join(part for part in (finding.rule, finding.column, finding.key or place(finding)) if part)


def _words(finding: Finding) -> str:
    lines = [f"found: {finding.found}", f"expected: {finding.expected}", f"fix: {finding.fix}", f"at: {place(finding)}"]
    return "\n".join(printable(each) for each in lines)
