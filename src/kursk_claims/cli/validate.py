"""`kursk-claims validate`"""

from __future__ import annotations

import typer

from kursk_claims.cli.options import QuietOption, TextOption, WorkspaceOption, new_app, print_status
from kursk_claims.cli.report_output import (
    FailOnOption,
    FormatOption,
    OutputOption,
    check_report_options,
    reject_overwriting_input,
    write_report,
)

app = new_app()


@app.command()
def validate(
    text: TextOption = [],  # noqa: B006
    workspace: WorkspaceOption = None,
    format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "error",
    quiet: QuietOption = False,
) -> None:
    """Check the curated records: columns, keys, references, rules and, with the text, every anchor.

    Exit codes: 0 nothing as grave as --fail-on, 1 something is, 2 wrong call or broken schemas.
    """
    check_report_options(format, output, fail_on)
    from kursk_claims.checks.validate import validate_workspace as run
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.workspace import find_workspace

    found = find_workspace(workspace, curating=True)
    reject_overwriting_input(output, found.records.glob("*"))
    print_status(f"workspace: {found}", quiet=quiet)
    report = run(found, load_contract(found.schemas), text).report
    raise typer.Exit(write_report(report, format, output, fail_on, quiet=quiet))
