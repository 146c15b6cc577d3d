"""`kursk-claims validate`"""

from __future__ import annotations

import typer

from kursk_claims.cli.common import QuietOption, TextOption, WorkspaceOption, new_app, tell
from kursk_claims.cli.deliver import FailOnOption, FormatOption, OutputOption, check_options, deliver, spare

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
    check_options(format, output, fail_on)
    from kursk_claims.contract import load_contract
    from kursk_claims.validate import validate as run
    from kursk_claims.workspace import find_workspace

    found = find_workspace(workspace, curating=True)
    spare(output, found.records.glob("*"))
    tell(f"workspace: {found}", quiet=quiet)
    report = run(found, load_contract(found), text).report
    raise typer.Exit(deliver(report, format, output, fail_on, quiet=quiet))
