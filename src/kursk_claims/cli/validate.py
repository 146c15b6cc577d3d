"""`kursk-claims validate`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.common import QuietOption, TextOption, WorkspaceOption, new_app, one_of, tell

app = new_app()


@app.command()
def validate(
    text: TextOption = [],  # noqa: B006
    workspace: WorkspaceOption = None,
    format: Annotated[str, typer.Option("--format", "-f", help="text or json.")] = "text",
    quiet: QuietOption = False,
) -> None:
    """Check the curated records: columns, keys, references, rules and, with the text, every anchor.

    Exit codes: 0 no errors, 1 errors in the records, 2 wrong call or broken schemas.
    """
    one_of(format, ["text", "json"], "format")
    from kursk_claims.contract import load_contract
    from kursk_claims.findings import as_json, as_text
    from kursk_claims.validate import validate as run
    from kursk_claims.workspace import find_workspace

    found = find_workspace(workspace, curating=True)
    tell(f"workspace: {found}", quiet=quiet)
    report = run(found, load_contract(found), text).report
    print(as_json(report) if format == "json" else as_text(report))
    raise typer.Exit(report.exit_code)
