"""`kursk-claims build`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kursk_claims.cli.options import MemoryOption, QuietOption, TimeoutOption, WorkspaceOption, new_app, print_line, print_status
from kursk_claims.cli.report_output import write_report

app = new_app()


@app.command()
def build(
    to: Annotated[Path | None, typer.Option("--to", help="Folder to write, replaced as a whole [default: build/next].")] = None,
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Validate the records and write them as Parquet, one file per table and view, without publishing a release."""
    from kursk_claims.contract.loader import load_workspace_contract
    from kursk_claims.database.limits import SqlLimits
    from kursk_claims.release.build import build_folder
    from kursk_claims.workspace import find_workspace

    workspace = find_workspace(workspace_path, curating=True)
    print_status(f"workspace: {workspace}", quiet=quiet)
    target = to or workspace.build / "next"
    report, written = build_folder(workspace, load_workspace_contract(workspace), target, SqlLimits.of(timeout, memory))
    if not written:
        write_report(report, "text", None, "error", quiet=quiet)
        print_status("nothing was written: the records have errors")
        raise typer.Exit(1)
    print_status(report.summary(), quiet=quiet)
    for path in written:
        print_line(path)
