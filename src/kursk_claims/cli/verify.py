"""`kursk-claims verify`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.options import MemoryOption, QuietOption, TimeoutOption, WorkspaceOption, new_app, print_status

app = new_app()


@app.command()
def verify(
    version: Annotated[str | None, typer.Argument(help="Release to verify [default: all of the workspace].")] = None,
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Verify releases against their manifests and rebuild each one: the same bytes, or the same rows."""
    from kursk_claims.database.limits import SqlLimits
    from kursk_claims.release.index import find_release, read_index
    from kursk_claims.release.rebuild import rebuild_release
    from kursk_claims.workspace import find_workspace

    workspace = find_workspace(workspace_path)
    print_status(f"workspace: {workspace}", quiet=quiet)
    versions = [version] if version else [entry.version for entry in read_index(workspace.build).releases]
    for name in versions:
        release = find_release(workspace.builds if version else [workspace.build], name)
        assert release is not None
        print(f"{name}: {rebuild_release(*release, SqlLimits.of(timeout, memory))}")
    if not versions:
        print_status("there is no release yet", quiet=quiet)
