"""`kursk-claims release`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.common import QuietOption, WorkspaceOption, new_app, tell
from kursk_claims.cli.deliver import deliver

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
    from kursk_claims.release import release as run
    from kursk_claims.workspace import find_workspace

    found = find_workspace(workspace, curating=True)
    tell(f"workspace: {found}", quiet=quiet)
    report, folder = run(found, version)
    if folder is None:
        deliver(report, "text", None, "error", quiet=quiet)
        tell("nothing was published: the records have errors")
        raise typer.Exit(1)
    print(folder)
