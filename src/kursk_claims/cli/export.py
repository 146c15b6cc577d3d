"""`kursk-claims export`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from kursk_claims.cli.options import (
    MemoryOption,
    QuietOption,
    RecordsOption,
    ReleaseOption,
    TextOption,
    TimeoutOption,
    WorkspaceOption,
    choose_texts,
    new_app,
    print_line,
    print_status,
)

app = new_app()


@app.command()
def export(
    file: Annotated[
        Path, typer.Argument(help="File that ends in .duckdb, .sqlite or .xlsx, or a folder for CSV; with --format, see there.")
    ],
    format: Annotated[
        Literal["web-annotation", "schema-claim", "brat", "conll"] | None,
        typer.Option(
            "--format",
            "-f",
            help="Write the claims for other fields instead: W3C Web Annotation or schema.org Claim (.jsonld), brat (a folder) "
            "or CoNLL-U Plus (.conllup). brat and conll hold the text, so they need --text; web-annotation quotes with it.",
            show_default=False,
        ),
    ] = None,
    text: TextOption = [],  # noqa: B006
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
    """Export for tools that do not read Parquet: every table and view, or with --format the claims with their evidence."""
    from kursk_claims.claims.interchange.formats import export_claims
    from kursk_claims.claims.searched import find_searched
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.database.export.target import export_tables, find_ending
    from kursk_claims.database.limits import SqlLimits
    from kursk_claims.outputs import resolve_output
    from kursk_claims.release.metadata.about import describe_source
    from kursk_claims.release.source import open_source
    from kursk_claims.workspace import find_workspace

    resolve_output(file)
    if format is None and find_ending(file) == ".duckdb":
        import pyarrow.parquet  # noqa: F401  not within the limits: NumPy, which it loads where installed, would end the process
    if text and format in (None, "schema-claim"):
        raise typer.BadParameter("--text is for --format web-annotation, brat and conll; the other formats hold no text")
    if safe and (format or find_ending(file)):
        raise typer.BadParameter("--safe is for CSV; the other formats keep text and formulas apart")
    workspace = find_workspace(workspace_path)
    source = open_source(workspace, release, records=records, limits=SqlLimits.of(timeout, memory))
    print_status(f"workspace: {workspace}", f"exporting {source.name}", quiet=quiet)
    texts = choose_texts(text, workspace, quiet=quiet) if format not in (None, "schema-claim") else []
    contract, about = load_contract(source.schemas), describe_source(source, workspace)
    with source.reading():
        if format is None:
            export_tables(source.connection, contract, about, file, replace=replace, safe=safe, searched=find_searched(contract))
        else:
            export_claims(source.connection, contract, about, file, format, texts=texts, replace=replace)
    print_line(file)
