"""Print or write a report, and show it on GitHub Actions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from kursk_claims.cli.options import print_status, require_choice
from kursk_claims.files import write_atomically

if TYPE_CHECKING:
    from kursk_claims.report.model import Report


FormatOption = Annotated[str, typer.Option("--format", "-f", help="text, json, jsonl, github, sarif, junit or parquet.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write to this file [default: standard output].", show_default=False)
]
FailOnOption = Annotated[str, typer.Option("--fail-on", help="error, warning or never: what makes the exit code 1.")]


def check_report_options(format: str, output: Path | None, fail_on: str) -> None:
    """Refuse a wrong call (exit 2) before any work is done."""
    from kursk_claims.report.formats import FAIL_ON, REPORT_FORMATS

    require_choice(format, REPORT_FORMATS, "format")
    require_choice(fail_on, [*FAIL_ON], "severity")
    if output is not None and (output.is_dir() or not output.parent.is_dir()):
        raise typer.BadParameter(f"--output {output}: expected a file in a folder that is there")
    if format == "parquet" and output is None and sys.stdout.isatty():
        raise typer.BadParameter("Parquet is not for a terminal; name a file with --output")


def reject_overwriting_input(output: Path | None, inputs: Iterable[Path]) -> None:
    """Refuse to write the report over what is checked."""
    if output is not None and output.resolve() in {each.resolve() for each in inputs}:
        raise typer.BadParameter(f"--output {output}: this file is checked; name another")


def write_report(report: Report, format: str, output: Path | None, fail_on: str, *, quiet: bool) -> int:
    """Print or write the report, show it on GitHub Actions, and give the exit code."""
    from kursk_claims.escaping import neutralize_workflow_commands
    from kursk_claims.report.formats import exit_code_for, render_report
    from kursk_claims.report.model import FailOn

    severity = cast(FailOn, fail_on)
    content = render_report(report, format, severity)
    on_github = os.environ.get("GITHUB_ACTIONS") == "true"
    if output is not None:
        _write_file(output, content)
        print_status(f"{report.summary()}: {output}", quiet=quiet)
    elif format == "parquet":
        sys.stdout.buffer.write(content)
    else:
        words = content.decode()
        print(neutralize_workflow_commands(words) if on_github and format != "github" else words, end="")
    if on_github and (output is not None or format == "text"):
        _show_on_github(report)
    return exit_code_for(report, severity)


def _write_file(path: Path, content: bytes) -> None:
    """The whole file, or the one that was there; what is no file, such as a pipe, is written to."""
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    write_atomically(path, content)


def _show_on_github(report: Report) -> None:
    """Annotations, on standard error, which GitHub reads too, so that a report sent to a file stays one; and the summary."""
    from kursk_claims.report.github import render_annotations, render_step_summary

    sys.stdout.flush()
    for line in render_annotations(report):
        print(line, file=sys.stderr)
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        try:
            with open(path, "a", encoding="utf-8") as file:
                file.write(render_step_summary(report))
        except OSError as error:
            print_status(f"no step summary: {path}: {error.strerror}")
