"""`kursk-claims describe`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.options import (
    QuietOption,
    RecordsOption,
    ReleaseOption,
    WorkspaceOption,
    new_app,
    print_status,
    require_choice,
)

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
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.database.describe import describe_columns, list_tables
    from kursk_claims.database.render import RESULT_FORMATS, render_result
    from kursk_claims.release.source import open_source
    from kursk_claims.workspace import find_workspace

    require_choice(format, RESULT_FORMATS[:-1], "format")
    found = find_workspace(workspace)
    source = open_source(found, release, records=records)
    print_status(f"workspace: {found}\ndescribing {source.name}", quiet=quiet)
    contract = load_contract(source.schemas)
    if table is None:
        print(render_result(list_tables(source.connection, contract), format), end="")
    else:
        require_choice(table, [*contract.tables, *(view.name for view in contract.views)], "table or view")
        print(render_result(describe_columns(source.connection, contract, table), format), end="")
