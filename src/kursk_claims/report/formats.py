"""Render a report in a chosen format, and derive the exit code."""

from __future__ import annotations

from kursk_claims.report.json import render_json, render_jsonl
from kursk_claims.report.model import Report
from kursk_claims.report.options import FailOn, ReportFormat
from kursk_claims.report.text import render_text


def render_report(report: Report, report_format: ReportFormat, fail_on: FailOn = "error") -> bytes:
    """Render the report; `fail_on` decides whether JUnit counts warnings as failures."""
    if report_format == "parquet":
        from kursk_claims.report.parquet import render_parquet

        return render_parquet(report)
    return (_render_as_text(report, report_format, fail_on) + "\n").encode()


def _render_as_text(report: Report, report_format: ReportFormat, fail_on: FailOn) -> str:
    match report_format:
        case "json":
            return render_json(report)
        case "jsonl":
            return render_jsonl(report)
        case "github":
            from kursk_claims.report.github import render_annotations

            return "\n".join([*render_annotations(report), report.summary()])
        case "sarif":
            from kursk_claims.report.sarif import render_sarif

            return render_sarif(report)
        case "junit":
            from kursk_claims.report.junit import render_junit

            return render_junit(report, fail_on)
    return render_text(report)


def exit_code_for(report: Report, fail_on: FailOn) -> int:
    """Return 1 if there is a finding at or above `fail_on`, listed or not, otherwise 0."""
    return int({"error": report.errors > 0, "warning": report.total > 0, "never": False}[fail_on])
