"""`kursk-claims explore`"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kursk_claims.cli.options import (
    MemoryOption,
    QuietOption,
    RecordsOption,
    ReleaseOption,
    TimeoutOption,
    WorkspaceOption,
    new_app,
    print_line,
    print_status,
)

app = new_app()


@app.command()
def explore(
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write; `-` is standard output.")] = Path("explore.html"),
    show: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    release: ReleaseOption = None,
    records: RecordsOption = False,
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write one HTML page for browsing a release: claims, map, timeline, numbers, relays. It needs no network."""
    from kursk_claims.database.limits import SqlLimits
    from kursk_claims.explorer.html import render_page
    from kursk_claims.outputs import check_output, is_special, is_standard_output, write_output
    from kursk_claims.release.source import open_source
    from kursk_claims.workspace import find_workspace

    check_output(out)
    if show and is_special(out):
        raise typer.BadParameter(f"--open needs a file, and {out} is none")
    if is_standard_output(out) and sys.stdout.isatty():
        raise typer.BadParameter("a page cannot be shown on a terminal; redirect it with `> explore.html`")
    workspace = find_workspace(workspace_path)
    source = open_source(workspace, release, records=records, limits=SqlLimits.of(timeout, memory))
    print_status(f"workspace: {workspace}", f"showing {source.name}", quiet=quiet)
    with source.reading():
        page = render_page(source, workspace)
    write_output(out, page.encode())
    if not is_standard_output(out):
        print_line(out)
    if show:
        import webbrowser

        webbrowser.open(out.resolve().as_uri())
