"""`kursk-claims build`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kursk_claims.cli.common import QuietOption, WorkspaceOption, new_app, tell
from kursk_claims.cli.deliver import deliver

app = new_app()


@app.command()
def build(
    to: Annotated[Path | None, typer.Option("--to", help="Folder to write, replaced as a whole [default: build/next].")] = None,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Validate the records and write them as Parquet, one file per table and view, to a folder that is no release."""
    from kursk_claims.build import build as run
    from kursk_claims.contract import load_contract
    from kursk_claims.workspace import find_workspace

    found = find_workspace(workspace, curating=True)
    tell(f"workspace: {found}", quiet=quiet)
    report, written = run(found, load_contract(found), to or found.build / "next")
    if not written:
        deliver(report, "text", None, "error", quiet=quiet)
        tell("nothing was written: the records have errors")
        raise typer.Exit(1)
    tell(report.summary(), quiet=quiet)
    for path in written:
        print(path)
