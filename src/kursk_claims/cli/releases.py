"""`kursk-claims releases`"""

from __future__ import annotations

from kursk_claims.cli.options import (
    JsonOption,
    QuietOption,
    WorkspaceOption,
    new_app,
    print_json,
    print_result,
    print_status,
)

app = new_app()


@app.command()
def releases(
    as_json: JsonOption = False,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """List the releases of the workspace and those that were downloaded, with their dates."""
    from kursk_claims.database.query import QueryResult
    from kursk_claims.database.render import render_result
    from kursk_claims.release.index import read_index
    from kursk_claims.release.lookup import list_release_folders
    from kursk_claims.workspace import find_workspace

    workspace = find_workspace(workspace_path)
    print_status(f"workspace: {workspace}", quiet=quiet)
    folders = list_release_folders(workspace)
    rows = [
        (entry.version, entry.date, str(folder / entry.version), entry.manifest_sha256)
        for folder in folders
        for entry in read_index(folder).releases
    ]
    if as_json:
        print_json([dict(zip(("version", "date", "folder", "manifest_sha256"), row, strict=True)) for row in rows])
    elif rows:
        print_result(render_result(QueryResult(["version", "date", "folder"], [row[:3] for row in rows]), "table"))
    else:
        print_status("there is no release yet", quiet=quiet)
