"""`kursk-claims verify`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.options import QuietOption, WorkspaceOption, new_app, print_status

app = new_app()


@app.command()
def verify(
    version: Annotated[str | None, typer.Argument(help="A release [default: all of the workspace].")] = None,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Hold releases against their manifests, and make each again from its own records: the same bytes, or the same rows."""
    from kursk_claims.release.index import find_release, read_index
    from kursk_claims.release.rebuild import rebuild_release
    from kursk_claims.workspace import find_workspace

    found = find_workspace(workspace)
    print_status(f"workspace: {found}", quiet=quiet)
    versions = [version] if version else [entry.version for entry in read_index(found.build).releases]
    for each in versions:
        release = find_release(found.builds if version else [found.build], each)
        assert release is not None
        print(f"{each}: {rebuild_release(*release)}")
    if not versions:
        print_status("there is no release yet", quiet=quiet)
