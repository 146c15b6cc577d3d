"""Print or write a report, and show it on GitHub Actions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kursk_claims.cli.options import print_result, print_status, reject_parquet_on_terminal
from kursk_claims.report.options import FailOn, ReportFormat

if TYPE_CHECKING:
    from kursk_claims.report.model import Report


FormatOption = Annotated[ReportFormat, typer.Option("--format", "-f", help="Format of the report.")]


def _parse_output(output: Path | None) -> Path | None:
    return None if output is not None and str(output) == "-" else output


OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", help="File to write [default: standard output, or `-`].", show_default=False, callback=_parse_output
    ),
]
FailOnOption = Annotated[FailOn, typer.Option("--fail-on", help="Severity of findings from which the exit code is 1.")]


def check_report_options(format: ReportFormat, output: Path | None) -> None:
    """Refuse an unusable output (exit 2) before any work is done."""
    from kursk_claims.outputs import check_output

    if output is not None:
        check_output(output)
    else:
        reject_parquet_on_terminal(format, "name a file with --output")


def reject_overwriting_input(output: Path | None, inputs: Iterable[Path]) -> None:
    """Refuse to write the report over a file that is checked."""
    if output is not None and output.resolve() in {path.resolve() for path in inputs}:
        raise typer.BadParameter(f"--output {output}: this file is checked; name another")


def write_report(
    report: Report, format: ReportFormat, output: Path | None, fail_on: FailOn, *, quiet: bool, summary: bool = False
) -> int:
    """Print or write the report, show it on GitHub Actions, and return the exit code; `summary` prints counts alone."""
    from kursk_claims.cli.streams import is_on_github
    from kursk_claims.outputs import write_output
    from kursk_claims.report.formats import exit_code_for, render_report
    from kursk_claims.report.text import render_counts

    content = (render_counts(report) + "\n").encode() if summary else render_report(report, format, fail_on)
    on_github = is_on_github()
    if output is not None:
        write_output(output, content)
        print_status(f"{report.summary()}: {output}", quiet=quiet)
    elif format in ("parquet", "github"):  # bytes, and commands to the runner
        sys.stdout.buffer.write(content)
    else:
        print_result(content.decode())
    if on_github and (output is not None or format == "text"):
        _show_on_github(report)
    return exit_code_for(report, fail_on)


def _show_on_github(report: Report) -> None:
    """Print annotations on standard error, which GitHub reads too, and append the step summary."""
    from kursk_claims.cli.streams import write_commands
    from kursk_claims.report.github import render_annotations, render_step_summary

    sys.stdout.flush()
    write_commands(sys.stderr, render_annotations(report))
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        try:
            with open(path, "a", encoding="utf-8") as file:
                file.write(render_step_summary(report))
        except OSError as error:
            print_status(f"no step summary: {path}: {error.strerror}")
