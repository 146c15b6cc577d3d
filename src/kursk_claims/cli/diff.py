"""`kursk-claims diff`"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kursk_claims.cli.options import QuietOption, WorkspaceOption, new_app, print_status, require_choice

app = new_app()


@app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="A", help="A release or a folder: a release, a workspace, schemas.")],
    new: Annotated[str, typer.Argument(metavar="B", help="The same, what A became.")],
    format: Annotated[str, typer.Option("--format", "-f", help="text, json, markdown or parquet.")] = "text",
    fail_on: Annotated[str | None, typer.Option("--fail-on", help="major or minor: exit 1 if the step is that or more.")] = None,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Compare two releases or contracts: tables, rows, cells, and the version step that follows."""
    from kursk_claims.release.contract_diff import LEVELS
    from kursk_claims.release.diff import compare_snapshots
    from kursk_claims.release.diff_render import DIFF_FORMATS, difference_to_parquet, render_difference, resolve_snapshot
    from kursk_claims.workspace import find_workspace

    require_choice(format, DIFF_FORMATS, "format")
    if fail_on is not None:
        require_choice(fail_on, ["major", "minor"], "step")
    found = find_workspace(workspace)
    print_status(f"workspace: {found}", quiet=quiet)
    difference = compare_snapshots(resolve_snapshot(found, old), resolve_snapshot(found, new))
    if format == "parquet":
        if sys.stdout.isatty():
            raise typer.BadParameter("Parquet is not for a terminal; send it to a file with `> difference.parquet`")
        sys.stdout.buffer.write(difference_to_parquet(difference))
    else:
        print(render_difference(difference, format))
    raise typer.Exit(1 if fail_on and LEVELS.index(difference.step) >= LEVELS.index(fail_on) else 0)
