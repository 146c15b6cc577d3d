"""Choose how a report is rendered and when a run fails."""

from __future__ import annotations

from kursk_claims.report.json import render_json
from kursk_claims.report.model import FailOn, Report
from kursk_claims.report.text import render_text

REPORT_FORMATS = ["text", "json", "jsonl", "github", "sarif", "junit", "parquet"]
FAIL_ON: list[FailOn] = ["error", "warning", "never"]


def render_report(report: Report, form: str, fail_on: FailOn = "error") -> bytes:
    """The report in one of `FORMATS`; `fail_on` decides whether JUnit counts warnings as failures."""
    if form == "parquet":
        from kursk_claims.report.parquet import render_parquet

        return render_parquet(report)
    return (_render_as_text(report, form, fail_on) + "\n").encode()


def _render_as_text(report: Report, form: str, fail_on: FailOn) -> str:
    if form == "json":
        return render_json(report)
    if form == "jsonl":
        from kursk_claims.report.json import render_jsonl

        return render_jsonl(report)
    if form == "github":
        from kursk_claims.report.github import render_annotations

        return "\n".join([*render_annotations(report), report.summary()])
    if form == "sarif":
        from kursk_claims.report.sarif import render_sarif

        return render_sarif(report)
    if form == "junit":
        from kursk_claims.report.junit import render_junit

        return render_junit(report, fail_on)
    return render_text(report)


def exit_code_for(report: Report, fail_on: FailOn) -> int:
    """1 if there is anything as grave as `fail_on`, listed or not, else 0."""
    return int({"error": report.errors > 0, "warning": report.total > 0, "never": False}[fail_on])
