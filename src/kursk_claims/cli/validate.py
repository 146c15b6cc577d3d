"""`kursk-claims validate`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.options import (
    JsonOption,
    MemoryOption,
    QuietOption,
    TextOption,
    TimeoutOption,
    WorkspaceOption,
    choose_format,
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
    document: Annotated[
        str | None, typer.Option("--document", "-d", help="Report only findings in rows that belong to this document.")
    ] = None,
    summary: Annotated[bool, typer.Option("--summary", help="Print only the number of findings by file and rule.")] = False,
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
    workspace_path: WorkspaceOption = None,
    format: FormatOption = "text",
    as_json: JsonOption = False,
    output: OutputOption = None,
    fail_on: FailOnOption = "error",
    quiet: QuietOption = False,
) -> None:
    """Validate the curated records: columns, keys, references, rules and, with the text, every anchor.

    Findings that follow from another one, such as actors that no claim uses yet, are named below it.

    Exit codes: 0: no finding at or above --fail-on. 1: at least one. 2: the call, the schemas or the environment is at fault.
    """
    format = choose_format(format, as_json, "text")
    check_report_options(format, output)
    if summary and format != "text":
        raise typer.BadParameter("--summary is for --format text; the other formats hold every finding")
    from kursk_claims.checks.validate import select_document, validate_workspace
    from kursk_claims.contract.loader import load_workspace_contract
    from kursk_claims.database.limits import SqlLimits
    from kursk_claims.workspace import find_workspace

    workspace = find_workspace(workspace_path, curating=True)
    reject_overwriting_input(output, workspace.records.glob("*"))
    print_status(f"workspace: {workspace}", quiet=quiet)
    texts = choose_texts(text, workspace, quiet=quiet)
    contract = load_workspace_contract(workspace)
    validation = validate_workspace(workspace, contract, texts, SqlLimits.of(timeout, memory))
    report = validation.report if document is None else select_document(validation, contract, document)
    raise typer.Exit(write_report(report, format, output, fail_on, quiet=quiet, summary=summary))
