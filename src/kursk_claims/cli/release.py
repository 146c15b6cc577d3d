"""`kursk-claims release`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.options import QuietOption, WorkspaceOption, new_app, print_status
from kursk_claims.cli.report_output import write_report

app = new_app()


@app.command()
def release(
    version: Annotated[str, typer.Argument(help="The new version, such as 1.1.0.")],
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Publish the records as a version: build/VERSION, written once, never changed.

    Refused where the records have errors, the changelog has no section, or the step is smaller than the difference demands.
    """
    from kursk_claims.release.publish import publish_release as run
    from kursk_claims.workspace import find_workspace

    found = find_workspace(workspace, curating=True)
    print_status(f"workspace: {found}", quiet=quiet)
    report, folder = run(found, version)
    if folder is None:
        write_report(report, "text", None, "error", quiet=quiet)
        print_status("nothing was published: the records have errors")
        raise typer.Exit(1)
    print(folder)
