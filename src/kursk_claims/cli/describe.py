"""`kursk-claims describe`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.common import QuietOption, RecordsOption, ReleaseOption, WorkspaceOption, new_app, one_of, tell

app = new_app()


@app.command()
def describe(
    table: Annotated[str | None, typer.Argument(help="A table or view; without it, all are listed.")] = None,
    format: Annotated[str, typer.Option("--format", "-f", help="table, csv, json, jsonl or markdown.")] = "table",
    release: ReleaseOption = None,
    records: RecordsOption = False,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Tell which tables and views there are, and what a column means and may hold."""
    from kursk_claims.contract import read_contract
    from kursk_claims.describe import columns_of, overview
    from kursk_claims.query import FORMATS, render
    from kursk_claims.source import open_source
    from kursk_claims.workspace import find_workspace

    one_of(format, FORMATS[:-1], "format")
    found = find_workspace(workspace)
    source = open_source(found, release, records=records)
    tell(f"workspace: {found}\ndescribing {source.name}", quiet=quiet)
    contract = read_contract(source.schemas)
    if table is None:
        print(render(overview(source.connection, contract), format), end="")
    else:
        one_of(table, [*contract.tables, *(view.name for view in contract.views)], "table or view")
        print(render(columns_of(source.connection, contract, table), format), end="")
