"""`kursk-claims export`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kursk_claims.cli.options import (
    MemoryOption,
    QuietOption,
    RecordsOption,
    ReleaseOption,
    TimeoutOption,
    WorkspaceOption,
    new_app,
    print_line,
    print_status,
)

app = new_app()


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="File that ends in .duckdb, .sqlite or .xlsx, or a folder for CSV.")],
    release: ReleaseOption = None,
    records: RecordsOption = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace an existing export.")] = False,
    safe: Annotated[
        bool,
        typer.Option(
            "--safe",
            help="CSV for spreadsheets: with a byte order mark, and an apostrophe before text that would run as a formula. "
            "A .xlsx file needs neither.",
        ),
    ] = False,
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Export every table and view for tools that do not read Parquet: to DuckDB, SQLite, Excel or a folder of CSV."""
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.database.export.target import export_tables, find_ending
    from kursk_claims.database.limits import SqlLimits
    from kursk_claims.outputs import resolve_output
    from kursk_claims.release.source import open_source
    from kursk_claims.workspace import find_workspace

    resolve_output(file)
    if safe and find_ending(file):
        raise typer.BadParameter("--safe is for CSV; the other formats keep text and formulas apart")
    workspace = find_workspace(workspace_path)
    source = open_source(workspace, release, records=records, limits=SqlLimits.of(timeout, memory))
    print_status(f"workspace: {workspace}", f"exporting {source.name}", quiet=quiet)
    with source.reading():
        export_tables(source.connection, load_contract(source.schemas), file, replace=replace, safe=safe)
    print_line(file)
