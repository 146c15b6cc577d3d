"""`kursk-claims validate`"""

from __future__ import annotations

import typer

from kursk_claims.cli.options import (
    MemoryOption,
    QuietOption,
    TextOption,
    TimeoutOption,
    WorkspaceOption,
    choose_texts,
    new_app,
    print_status,
)
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
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
    workspace_path: WorkspaceOption = None,
    format: FormatOption = "text",
    output: OutputOption = None,
    fail_on: FailOnOption = "error",
    quiet: QuietOption = False,
) -> None:
    """Validate the curated records: columns, keys, references, rules and, with the text, every anchor.

    Exit codes: 0: no finding at or above --fail-on. 1: at least one. 2: the call, the schemas or the environment is at fault.
    """
    check_report_options(format, output)
    from kursk_claims.checks.validate import validate_workspace
    from kursk_claims.contract.loader import load_workspace_contract
    from kursk_claims.database.limits import SqlLimits
    from kursk_claims.workspace import find_workspace

    workspace = find_workspace(workspace_path, curating=True)
    reject_overwriting_input(output, workspace.records.glob("*"))
    print_status(f"workspace: {workspace}", quiet=quiet)
    texts = choose_texts(text, workspace, quiet=quiet)
    report = validate_workspace(workspace, load_workspace_contract(workspace), texts, SqlLimits.of(timeout, memory)).report
    raise typer.Exit(write_report(report, format, output, fail_on, quiet=quiet))
