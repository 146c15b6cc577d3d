"""`kursk-claims format`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.options import QuietOption, WorkspaceOption, new_app, print_line, print_status

app = new_app()


@app.command()
def format(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit with 1 if a file is not canonical.")] = False,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Rewrite the CSV files in canonical form: sorted by key, minimal quoting, UTF-8, LF. No cell changes its value."""
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.errors import FormatError
    from kursk_claims.report.values import count_noun
    from kursk_claims.tables.csv_formatter import format_csv_file
    from kursk_claims.workspace import find_workspace

    workspace = find_workspace(workspace_path, curating=True)
    print_status(f"workspace: {workspace}", quiet=quiet)
    changed, failed = 0, 0
    for table in load_contract(workspace.schemas).tables.values():
        path = workspace.records / f"{table.name}.csv"
        try:
            if format_csv_file(path, table, write=not check):
                changed += 1
                print_line(f"{path}: {'not in canonical form' if check else 'formatted'}")
        except FormatError as error:
            failed += 1
            print_status(*error.args)
    print_status(f"{count_noun(changed, 'file')} {'would change' if check else 'changed'}", quiet=quiet)
    raise typer.Exit(1 if failed or (check and changed) else 0)
