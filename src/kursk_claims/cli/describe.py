"""`kursk-claims describe`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.completion import complete_tables
from kursk_claims.cli.options import (
    JsonOption,
    MemoryOption,
    QuietOption,
    RecordsOption,
    ReleaseOption,
    TextResultFormat,
    TimeoutOption,
    WorkspaceOption,
    choose_format,
    new_app,
    print_result,
    print_status,
    require_choice,
)

app = new_app()


@app.command()
def describe(
    table: Annotated[
        str | None,
        typer.Argument(
            metavar="[TABLE[.COLUMN]]",
            help="Table, view or column to explain [default: list all].",
            autocompletion=complete_tables,
        ),
    ] = None,
    format: Annotated[TextResultFormat, typer.Option("--format", "-f", help="Format of the output.")] = "table",
    as_json: JsonOption = False,
    release: ReleaseOption = None,
    records: RecordsOption = False,
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """List the tables and views, or explain the columns of one: meaning, type, unit, allowed values and codes."""
    format = choose_format(format, as_json, "table")
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.database.describe import describe_columns, list_tables, split_codes
    from kursk_claims.database.limits import SqlLimits
    from kursk_claims.database.render import render_result
    from kursk_claims.release.source import open_source
    from kursk_claims.workspace import find_workspace

    workspace = find_workspace(workspace_path)
    source = open_source(workspace, release, records=records, limits=SqlLimits.of(timeout, memory))
    print_status(f"workspace: {workspace}", f"describing {source.name}", quiet=quiet)
    contract = load_contract(source.schemas)
    name, _, column = (table or "").partition(".")
    if name:
        require_choice(name, [*contract.tables, *(view.name for view in contract.views)], "table or view")
    with source.reading():
        if not name:
            print_result(render_result(list_tables(source.connection, contract), format))
            return
        result = describe_columns(source.connection, contract, name)
        if column:
            require_choice(column, [row[0] for row in result.rows], f"column of {name}")
            result = describe_columns(source.connection, contract, name, column)
    if format not in ("table", "markdown"):
        print_result(render_result(result, format))
        return
    columns, codes = split_codes(result)
    texts = [render_result(part, format, wrap=True) for part in (columns, codes) if part.rows]
    print_result("\n".join(texts))
