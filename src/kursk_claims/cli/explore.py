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
from kursk_claims.cli.report_output import write_report

app = new_app()


@app.command()
def explore(
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help="File to write, with a picture for shared links beside it; `-` is standard output."),
    ] = Path("explore.html"),
    show: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    document: Annotated[str | None, typer.Option("--document", help="Show the claims of this document alone.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="Headline of the page.")] = None,
    release: ReleaseOption = None,
    records: RecordsOption = False,
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write one HTML page for browsing a release: who says what, what stands against it, and where it is in the text.

    The page needs no network. With --records, the records are validated first.
    """
    from kursk_claims.database.limits import SqlLimits
    from kursk_claims.explorer.html import render_page
    from kursk_claims.explorer.payload import collect_payload
    from kursk_claims.explorer.share import check_picture, render_picture
    from kursk_claims.outputs import check_new_file, is_standard_output, write_output
    from kursk_claims.release.source import open_source
    from kursk_claims.workspace import find_workspace

    to_terminal = is_standard_output(out)
    if to_terminal:
        if show:
            raise typer.BadParameter("--open needs a file, and standard output is none")
        if sys.stdout.isatty():
            raise typer.BadParameter("a page cannot be shown on a terminal; redirect it with `> explore.html`")
    else:
        check_new_file(out)
        picture = out.with_suffix(".svg")
        check_picture(picture, out)
    workspace, limits = find_workspace(workspace_path, curating=records), SqlLimits.of(timeout, memory)
    if records:
        from kursk_claims.checks.validate import validate_workspace
        from kursk_claims.contract.loader import load_workspace_contract

        report = validate_workspace(workspace, load_workspace_contract(workspace), limits=limits).report
        if report.exit_code:
            write_report(report, "text", None, "error", quiet=quiet)
            print_status("no page was written: the records have errors")
            raise typer.Exit(1)
    source = open_source(workspace, release, records=records, limits=limits)
    print_status(f"workspace: {workspace}", f"showing {source.name}", quiet=quiet)
    with source.reading():
        payload = collect_payload(source, workspace, document)
    page = render_page(payload, title, None if to_terminal else picture.name).encode()
    if to_terminal:
        write_output(out, page)
        return
    write_output(picture, render_picture(payload, title).encode())
    write_output(out, page)
    print_line(out)
    if show:
        import webbrowser

        if not webbrowser.open(out.resolve().as_uri()):
            print_status(f"no browser could be opened: open {out} yourself")
