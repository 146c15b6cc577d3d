"""`kursk-claims export`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kursk_claims.cli.options import QuietOption, RecordsOption, ReleaseOption, WorkspaceOption, new_app, print_status

app = new_app()


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="A name that ends in .duckdb, .sqlite or .xlsx, or a folder for CSV.")],
    release: ReleaseOption = None,
    records: RecordsOption = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace an export that is there.")] = False,
    safe: Annotated[
        bool, typer.Option("--safe", help="In CSV, put an apostrophe before text that a spreadsheet takes for a formula.")
    ] = False,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write every table and view to one file for tools that read no Parquet: DuckDB, SQLite, Excel, or a folder of CSV."""
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.database.export.target import export_tables as run
    from kursk_claims.release.source import open_source
    from kursk_claims.workspace import find_workspace

    if safe and file.suffix:
        raise typer.BadParameter("--safe is for CSV; the other kinds keep text apart from formulas")
    found = find_workspace(workspace)
    source = open_source(found, release, records=records)
    print_status(f"workspace: {found}\nexporting {source.name}", quiet=quiet)
    run(source.connection, load_contract(source.schemas), file, replace=replace, safe=safe)
    print(file)
