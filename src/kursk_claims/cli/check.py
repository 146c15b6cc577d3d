"""`kursk-claims check`"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kursk_claims.cli.completion import complete_releases, complete_tables
from kursk_claims.cli.options import (
    JsonOption,
    QuietOption,
    WorkspaceOption,
    choose_format,
    new_app,
    print_status,
    require_choice,
)
from kursk_claims.cli.report_output import (
    FailOnOption,
    FormatOption,
    OutputOption,
    check_report_options,
    reject_overwriting_input,
    write_report,
)
from kursk_claims.extras import require_extra

if TYPE_CHECKING:
    from kursk_claims.checks.options import Progress

app = new_app()


@app.command()
def check(
    paths: Annotated[
        list[str], typer.Argument(help="CSV or Parquet files, folders or patterns; `-` is standard input.", show_default=False)
    ],
    table: Annotated[
        str | None,
        typer.Option(
            "--table", help="Table that all files belong to [default: from their names].", autocompletion=complete_tables
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", help="Release in which references are looked up too.", autocompletion=complete_releases),
    ] = None,
    contract_name: Annotated[
        str | None,
        typer.Option(
            "--contract",
            help="`package`, a release such as 1.1.0, or a folder of schemas "
            "[default: KURSK_CLAIMS_CONTRACT, then the workspace's own contract].",
        ),
    ] = None,
    workspace_path: WorkspaceOption = None,
    format: FormatOption = "text",
    as_json: JsonOption = False,
    output: OutputOption = None,
    fail_on: FailOnOption = "error",
    max_findings: Annotated[int, typer.Option("--max-findings", min=0, help="List at most this many; all are counted.")] = 100,
    memory: Annotated[str, typer.Option("--memory", help="Memory for DuckDB before it writes to disk.")] = "400MB",
    timeout: Annotated[
        float | None,
        typer.Option(
            "--timeout", help="Seconds for the rules, 0 for no limit [default: 15 and 15 per million rows].", min=0, max=10**6
        ),
    ] = None,
    spill: Annotated[Path | None, typer.Option("--spill", help="Folder for scratch files [default: the system's].")] = None,
    engine: Annotated[Literal["local", "spark"], typer.Option("--engine", help="Engine that runs the checks.")] = "local",
    master: Annotated[str, typer.Option("--master", help="Address of the Spark cluster.")] = "local[*]",
    quiet: QuietOption = False,
) -> None:
    """Check your own CSV or Parquet files against the contract: columns, keys, references and rules, at any size.

    Exit codes: 0: no finding at or above --fail-on. 1: at least one. 2: the call, the contract or the environment is at fault.
    """
    format = choose_format(format, as_json, "text")
    check_report_options(format, output)
    require_extra("spark" if engine == "spark" else "check")
    from kursk_claims.checks.check import OpenEngine, check_files, open_duckdb_engine
    from kursk_claims.checks.options import CheckOptions
    from kursk_claims.cli.standard_input import store_standard_input
    from kursk_claims.release.contract_choice import choose_contract
    from kursk_claims.release.lookup import name_release
    from kursk_claims.release.manifest import read_manifest
    from kursk_claims.release.source import find_verified_release
    from kursk_claims.tables.discovery import discover_files

    choice = choose_contract(contract_name, workspace_path)
    contract = choice.contract
    if table is not None:
        require_choice(table, list(contract.tables), "table")
    open_engine: OpenEngine = open_duckdb_engine
    if engine == "spark":
        from kursk_claims.spark.check import make_engine_opener

        open_engine = make_engine_opener(master, contract)
    release = find_verified_release(choice.folders, against)
    print_status(f"contract: {contract.identity}", quiet=quiet)
    if release is not None:
        print_status(f"against: {name_release(choice.workspace, release, read_manifest(release))}", quiet=quiet)
    options = CheckOptions(max_findings, memory, spill, timeout)
    with store_standard_input(paths, table, spill) as (stored_paths, names):
        files = discover_files(stored_paths, contract, table, names)
        reject_overwriting_input(output, (file for group in files.files.values() for file in group))
        with _progress(quiet) as progress:
            report = check_files(files, contract, options, against=release, progress=progress, open_engine=open_engine)
    raise typer.Exit(write_report(report, format, output, fail_on, quiet=quiet))


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress]:
    """Show a bar with rows per second and the remaining time, on a terminal only."""
    from kursk_claims.checks.options import no_progress

    if quiet or not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    start = time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(20), TextColumn("{task.fields[speed]}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None, speed="")

        def progress(step: str, done: int, total: int) -> None:
            speed = f"{done:,} of {total:,} rows, {done / max(time.monotonic() - start, 0.001):,.0f} rows/s"
            bar.update(task, description=step, completed=done, total=total, speed=speed)

        yield progress
