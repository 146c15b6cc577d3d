"""`kursk-claims check`"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kursk_claims.cli.common import QuietOption, WorkspaceOption, new_app, one_of, tell

if TYPE_CHECKING:
    from kursk_claims.check import Progress
    from kursk_claims.workspace import Workspace

app = new_app()


@app.command()
def check(
    paths: Annotated[list[str], typer.Argument(help="CSV or Parquet files, folders of them, or patterns.", show_default=False)],
    table: Annotated[str | None, typer.Option("--table", help="The table that they are [default: by their names].")] = None,
    against: Annotated[str | None, typer.Option("--against", help="A release whose rows may be referred to.")] = None,
    workspace: WorkspaceOption = None,
    format: Annotated[str, typer.Option("--format", "-f", help="text or json.")] = "text",
    max_findings: Annotated[int, typer.Option("--max-findings", min=0, help="List so many at most; all are counted.")] = 100,
    memory: Annotated[str, typer.Option("--memory", help="What DuckDB may use before it spills.")] = "400MB",
    spill: Annotated[Path | None, typer.Option("--spill", help="Folder for what does not fit [default: the system's].")] = None,
    engine: Annotated[str, typer.Option("--engine", help="local or spark.")] = "local",
    master: Annotated[str, typer.Option("--master", help="The address of a Spark cluster.")] = "local[*]",
    quiet: QuietOption = False,
) -> None:
    """Check anybody's records by the contract: columns, keys, references and rules, in CSV or Parquet, at any size.

    Exit codes: 0 no errors, 1 errors in the records, 2 wrong call or broken schemas.
    """
    one_of(format, ["text", "json"], "format")
    one_of(engine, ["local", "spark"], "engine")
    from kursk_claims.check import Limits
    from kursk_claims.check import check as run
    from kursk_claims.contract import read_contract
    from kursk_claims.findings import as_json, as_text
    from kursk_claims.source import find_sources
    from kursk_claims.workspace import find_workspace

    found = find_workspace(workspace)
    contract = read_contract(find_sources(found)[0])
    if table is not None:
        one_of(table, list(contract.tables), "table")
    tell(f"contract: {contract.folder}", quiet=quiet)
    spark = master if engine == "spark" else None
    limits = Limits(max_findings, memory, spill)
    with _progress(quiet) as progress:
        report = run(paths, contract, limits, table=table, against=_release(found, against), progress=progress, spark=spark)
    print(as_json(report) if format == "json" else as_text(report))
    raise typer.Exit(report.exit_code)


def _release(workspace: Workspace, version: str | None) -> Path | None:
    """The folder of a release, each of its files held against the manifest."""
    from kursk_claims.manifest import verify
    from kursk_claims.releases import find_release

    if version is None:
        return None
    found = find_release(workspace.builds, version)
    assert found is not None
    verify(*found)
    return found[0]


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress]:
    """A bar with rows per second and the time left, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    speed = TextColumn("{task.completed:,.0f} of {task.total:,.0f} rows, {task.speed:,.0f} rows/s")
    columns = (TextColumn("{task.description}"), BarColumn(), speed, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)
