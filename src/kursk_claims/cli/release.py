"""`kursk-claims release`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kursk_claims.cli.options import (
    MemoryOption,
    QuietOption,
    TextOption,
    TimeoutOption,
    WorkspaceOption,
    choose_texts,
    new_app,
    print_line,
    print_status,
)
from kursk_claims.cli.report_output import write_report

app = new_app()


@app.command()
def release(
    version: Annotated[str, typer.Argument(help="The new version, such as 1.1.0.")],
    sign_key: Annotated[
        Path | None, typer.Option("--sign-key", help="Sign the release with this key of OpenSSH.", show_default=False)
    ] = None,
    text: TextOption = [],  # noqa: B006
    unverified: Annotated[
        bool,
        typer.Option("--unverified", help="Publish anchors that were not compared with their text; the manifest names them."),
    ] = False,
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Publish the records as build/VERSION, which never changes afterwards.

    Refused if the records have errors, the changelog has no section for the version, or the version step is too small for
    the changes, or an offset or digest was not compared with the document's text.
    """
    from kursk_claims.database.limits import SqlLimits
    from kursk_claims.release.publish import publish_release
    from kursk_claims.workspace import find_workspace

    workspace = find_workspace(workspace_path, curating=True)
    print_status(f"workspace: {workspace}", quiet=quiet)
    texts = choose_texts(text, workspace, quiet=quiet)
    limits = SqlLimits.of(timeout, memory)
    report, folder = publish_release(workspace, version, limits, texts=texts, unverified=unverified, sign_key=sign_key)
    if folder is None:
        write_report(report, "text", None, "error", quiet=quiet)
        print_status("nothing was published: the records have errors")
        raise typer.Exit(1)
    print_line(folder)
