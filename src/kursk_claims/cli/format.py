"""`kursk-claims format`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.common import QuietOption, WorkspaceOption, new_app, tell

app = new_app()


@app.command()
def format(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 if a file is not in canonical form.")] = False,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write the CSVs in canonical form: sorted by key, minimal quoting, UTF-8, LF. What the cells say is not touched."""
    from kursk_claims.canonical import FormatError, format_file
    from kursk_claims.contract import load_contract
    from kursk_claims.workspace import find_workspace

    found = find_workspace(workspace, curating=True)
    tell(f"workspace: {found}", quiet=quiet)
    changed, failed = 0, 0
    for table in load_contract(found).tables.values():
        path = found.records / f"{table.name}.csv"
        try:
            if format_file(path, table, write=not check):
                changed += 1
                print(f"{path}: {'not in canonical form' if check else 'formatted'}")
        except FormatError as error:
            failed += 1
            tell(str(error))
    tell(f"{changed} of the files {'would change' if check else 'changed'}", quiet=quiet)
    raise typer.Exit(1 if failed or (check and changed) else 0)
