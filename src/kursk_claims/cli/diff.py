"""`kursk-claims diff`"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kursk_claims.cli.common import QuietOption, WorkspaceOption, new_app, one_of, tell

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
    from kursk_claims.compare import LEVELS, compare
    from kursk_claims.differences import FORMATS, render, resolve, write_parquet
    from kursk_claims.workspace import find_workspace

    one_of(format, FORMATS, "format")
    if fail_on is not None:
        one_of(fail_on, ["major", "minor"], "step")
    found = find_workspace(workspace)
    tell(f"workspace: {found}", quiet=quiet)
    difference = compare(resolve(found, old), resolve(found, new))
    if format == "parquet":
        if sys.stdout.isatty():
            raise typer.BadParameter("Parquet is not for a terminal; send it to a file with `> difference.parquet`")
        sys.stdout.buffer.write(write_parquet(difference))
    else:
        print(render(difference, format))
    raise typer.Exit(1 if fail_on and LEVELS.index(difference.step) >= LEVELS.index(fail_on) else 0)
