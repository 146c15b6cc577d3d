"""`kursk-claims diff`"""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from kursk_claims.cli.completion import complete_releases
from kursk_claims.cli.options import (
    JsonOption,
    QuietOption,
    WorkspaceOption,
    choose_format,
    new_app,
    print_result,
    print_status,
    reject_parquet_on_terminal,
)

DiffFormat = Literal["text", "json", "markdown", "parquet"]

app = new_app()


@app.command()
def diff(
    old: Annotated[
        str,
        typer.Argument(
            metavar="A", help="Old release, or a folder: of a release, a workspace or schemas.", autocompletion=complete_releases
        ),
    ],
    new: Annotated[str, typer.Argument(metavar="B", help="New release or folder.", autocompletion=complete_releases)],
    format: Annotated[DiffFormat, typer.Option("--format", "-f", help="Format of the output.")] = "text",
    as_json: JsonOption = False,
    fail_on: Annotated[
        Literal["major", "minor"] | None, typer.Option("--fail-on", help="Exit with 1 if the version step is at least this.")
    ] = None,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Compare two releases or contracts: tables, rows and cells, and the version step that the changes require."""
    format = choose_format(format, as_json, "text")
    from kursk_claims.release.contract_diff import LEVELS
    from kursk_claims.release.diff import compare_snapshots
    from kursk_claims.release.diff_render import difference_to_parquet, render_difference, resolve_snapshot
    from kursk_claims.workspace import find_workspace

    reject_parquet_on_terminal(format, "redirect it with `> difference.parquet`")
    workspace = find_workspace(workspace_path)
    before, after = resolve_snapshot(workspace, old), resolve_snapshot(workspace, new)
    print_status(f"workspace: {workspace}", f"comparing {before.name} with {after.name}", quiet=quiet)
    difference = compare_snapshots(before, after)
    if format == "parquet":
        sys.stdout.buffer.write(difference_to_parquet(difference))
    else:
        print_result(render_difference(difference, format) + "\n")
    raise typer.Exit(1 if fail_on and LEVELS.index(difference.step) >= LEVELS.index(fail_on) else 0)
