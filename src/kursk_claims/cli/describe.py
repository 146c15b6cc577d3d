"""`kursk-claims describe`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.options import (
    MemoryOption,
    QuietOption,
    RecordsOption,
    ReleaseOption,
    TextResultFormat,
    TimeoutOption,
    WorkspaceOption,
    new_app,
    print_result,
    print_status,
    require_choice,
)

app = new_app()


@app.command()
def describe(
    table: Annotated[str | None, typer.Argument(help="Table or view to explain [default: list all].")] = None,
    format: Annotated[TextResultFormat, typer.Option("--format", "-f", help="Format of the output.")] = "table",
    release: ReleaseOption = None,
    records: RecordsOption = False,
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """List the tables and views, or explain the columns of one: meaning, type, unit and allowed values."""
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.database.describe import describe_columns, list_tables
    from kursk_claims.database.limits import SqlLimits
    from kursk_claims.database.render import render_result
    from kursk_claims.release.source import open_source
    from kursk_claims.workspace import find_workspace

    workspace = find_workspace(workspace_path)
    source = open_source(workspace, release, records=records, limits=SqlLimits.of(timeout, memory))
    print_status(f"workspace: {workspace}", f"describing {source.name}", quiet=quiet)
    contract = load_contract(source.schemas)
    if table is not None:
        require_choice(table, [*contract.tables, *(view.name for view in contract.views)], "table or view")
    with source.reading():
        if table is None:
            result = list_tables(source.connection, contract)
        else:
            result = describe_columns(source.connection, contract, table)
    print_result(render_result(result, format))
