"""`kursk-claims explore`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kursk_claims.cli.options import QuietOption, RecordsOption, ReleaseOption, WorkspaceOption, new_app, print_status

app = new_app()


@app.command()
def explore(
    out: Annotated[Path, typer.Option("--out", "-o", help="Where to write the page.")] = Path("explore.html"),
    show: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    release: ReleaseOption = None,
    records: RecordsOption = False,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write one HTML page to look through a release: claims, map, timeline, numbers, relays. It needs no network."""
    from kursk_claims.explorer.html import render, write
    from kursk_claims.release.source import open_source
    from kursk_claims.workspace import find_workspace

    found = find_workspace(workspace)
    source = open_source(found, release, records=records)
    print_status(f"workspace: {found}\nshowing {source.name}", quiet=quiet)
    write(render(source, found), out)
    print(out)
    if show:
        import webbrowser

        webbrowser.open(out.resolve().as_uri())
