"""`kursk-claims describe`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.common import QuietOption, WorkspaceOption, new_app, one_of, tell

app = new_app()


@app.command()
def describe(
    table: Annotated[str | None, typer.Argument(help="A table or view; without it, all are listed.")] = None,
    format: Annotated[str, typer.Option("--format", "-f", help="table, csv, json, jsonl or markdown.")] = "table",
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Tell which tables and views there are, and what a column means and may hold."""
    from kursk_claims.contract import load_contract
    from kursk_claims.database import open_records
    from kursk_claims.describe import columns_of, overview
    from kursk_claims.query import FORMATS, render
    from kursk_claims.workspace import find_workspace

    one_of(format, FORMATS[:-1], "format")
    found = find_workspace(workspace)
    contract = load_contract(found)
    tell(f"workspace: {found}", quiet=quiet)
    connection = open_records(found.records, contract)
    if table is None:
        print(render(overview(connection, contract), format), end="")
    else:
        one_of(table, [*contract.tables, *(view.name for view in contract.views)], "table or view")
        print(render(columns_of(connection, contract, table), format), end="")
