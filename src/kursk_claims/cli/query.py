"""`kursk-claims query`"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
import typer.core

from kursk_claims.cli.completion import complete_queries
from kursk_claims.cli.options import (
    JsonOption,
    QuietOption,
    RecordsOption,
    ReleaseOption,
    ResultFormat,
    WorkspaceOption,
    choose_format,
    new_app,
    print_result,
    print_status,
    reject_parquet_on_terminal,
    require_choice,
)

if TYPE_CHECKING:
    import duckdb

    from kursk_claims.database.limits import SqlLimits
    from kursk_claims.release.source import Source
    from kursk_claims.workspace import Workspace

T = TypeVar("T")
app = new_app()


class QueryCommand(typer.core.TyperCommand):
    """Takes an argument that begins with a comment for SQL, not for an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [f" {each}" if _is_commented_sql(each) else each for each in args])


def _is_commented_sql(argument: str) -> bool:
    """Return whether an argument begins with a comment of SQL (`-- words`), which no option does."""
    return re.match(r"--(?![a-z][a-z-]*(=|$))(?=.*\s)", argument, re.DOTALL) is not None


@app.command(cls=QueryCommand)
def query(
    sql: Annotated[str | None, typer.Argument(help="One read-only statement, or a file of SQL; `-` is standard input.")] = None,
    name: Annotated[
        str | None, typer.Option("--name", "-n", help="Run a saved query instead.", autocompletion=complete_queries)
    ] = None,
    release: ReleaseOption = None,
    records: RecordsOption = False,
    format: Annotated[ResultFormat, typer.Option("--format", "-f", help="Format of the result.")] = "table",
    as_json: JsonOption = False,
    timeout: Annotated[float | None, typer.Option(help="Seconds per query, 0 for no limit [default: 60].")] = None,
    memory: Annotated[int | None, typer.Option(min=0, help="MB of memory per query, 0 for no limit [default: 2000].")] = None,
    unsafe: Annotated[
        bool,
        typer.Option("--unsafe", help="Allow any statements, files and extensions, without default limits."),
    ] = False,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Run SQL over all tables and views. Without SQL, on a terminal, start an interactive prompt.

    One statement that only reads; docs/sql.md explains what is disabled and how reliably.
    """
    format = choose_format(format, as_json, "table")
    from kursk_claims.workspace import find_workspace

    if sql is not None and name is not None:
        raise typer.BadParameter("give SQL or --name, not both")
    limits = _parse_limits(timeout, memory, unsafe=unsafe)
    workspace = find_workspace(workspace_path)
    open_source = partial(_open_source, workspace, release, records=records, unsafe=unsafe, limits=limits, quiet=quiet)
    if name is not None:
        sql = _find_saved_query(name, workspace, release, records=records)
    if sql == "-" or (sql is None and not sys.stdin.isatty()):
        sql = _read_statement()
    elif sql is not None and sql.lower().endswith(".sql") and (not re.search(r"\s", sql) or Path(sql).exists()):
        sql = _read_file(Path(sql))
    if sql is None:
        _run_prompt(open_source, "table" if format == "parquet" else format, limits, unsafe=unsafe)
        return
    reject_parquet_on_terminal(format, "redirect it with `> result.parquet`")
    source = open_source(query=None if unsafe else sql)
    if format == "parquet":
        import pyarrow.parquet  # noqa: F401  not within the limits: NumPy, which it loads where installed, would end the process

        about = _describe_source(source, workspace)
        sys.stdout.buffer.write(_answer(source, partial(_run_to_parquet, sql=sql, unsafe=unsafe, about=about), limits))
    else:
        print_result(_answer(source, partial(_run, sql=sql, format=format, unsafe=unsafe), limits))


def _answer(source: Source, work: Callable[[duckdb.DuckDBPyConnection], T], limits: SqlLimits) -> T:
    """Run the work on the database within the limits."""
    from kursk_claims.database.limits import limit_sql

    with limit_sql(source.connection, limits):
        return work(source.connection)


def _describe_source(source: Source, workspace: Workspace) -> dict[str, str]:
    from kursk_claims.release.metadata.about import describe_source

    return describe_source(source, workspace).properties()


def _open_source(
    workspace: Workspace,
    release: str | None,
    *,
    records: bool,
    unsafe: bool,
    limits: SqlLimits,
    quiet: bool,
    query: str | None = None,
) -> Source:
    from kursk_claims.release.source import open_source

    source = open_source(workspace, release, records=records, limits=limits, trusted=unsafe, query=query)
    print_status(f"workspace: {workspace}", f"querying {source.name}", quiet=quiet)
    return source


def _run(connection: duckdb.DuckDBPyConnection, *, sql: str, format: str, unsafe: bool) -> str:
    from kursk_claims.database.query import run_query
    from kursk_claims.database.render import render_result

    return render_result(run_query(connection, sql, unsafe=unsafe), format)


def _run_to_parquet(connection: duckdb.DuckDBPyConnection, *, sql: str, unsafe: bool, about: dict[str, str]) -> bytes:
    from kursk_claims.database.query import query_to_parquet

    return query_to_parquet(connection, sql, unsafe=unsafe, about=about)


def _run_prompt(open_source: Callable[..., Source], format: str, limits: SqlLimits, *, unsafe: bool) -> None:
    """Run every statement in a worker of its own; with `unsafe`, in one session that keeps its tables and settings."""
    import kursk_claims.release.source  # noqa: F401  imported here once rather than in every worker
    from kursk_claims.database.limits import run_in_thread, run_within_limits
    from kursk_claims.database.query import list_names
    from kursk_claims.database.repl import run_repl
    from kursk_claims.supervisor import set_interactive

    set_interactive()
    if unsafe:
        connection = open_source().connection
        names = list_names(connection)
        run = partial(run_in_thread, connection, limits=limits)
    else:
        names = run_within_limits(lambda: open_source().connection, list_names, limits)
        run = partial(run_within_limits, lambda: open_source(quiet=True).connection, limits=limits)
    run_repl(lambda sql: run(work=partial(_run, sql=sql, format=format, unsafe=unsafe)), names)


def _find_saved_query(name: str, workspace: Workspace, release: str | None, *, records: bool) -> str:
    from kursk_claims.contract.statements import load_questions
    from kursk_claims.release.source import find_source_folders

    schemas, _ = find_source_folders(workspace, release, records=records)
    queries = {question.name: question.sql for question in load_questions(schemas)}
    return queries[require_choice(name, list(queries), "query")]


def _parse_limits(timeout: float | None, memory: int | None, *, unsafe: bool) -> SqlLimits:
    """Check the options and return the limits; `unsafe` has none by default."""
    from kursk_claims.database.limits import MB, SqlLimits

    if timeout is not None and not 0 <= timeout <= 10**6:
        raise typer.BadParameter("expected --timeout from 0 to 1000000 seconds")
    if memory is not None and not (memory == 0 or 50 <= memory <= 10**7):
        raise typer.BadParameter("expected --memory from 50 to 10000000 MB, or 0")
    seconds = (None if unsafe else 60) if timeout is None else timeout or None
    size = (None if unsafe else 2000 * MB) if memory is None else memory * MB or None
    return SqlLimits(seconds, size, "the query", seconds_per_row=0)


def _read_file(path: Path) -> str:
    from kursk_claims.errors import QueryError
    from kursk_claims.files import read_utf8

    return read_utf8(path, QueryError, "Name a file with one statement, or pass the statement itself.").removeprefix("\ufeff")


def _read_statement() -> str:
    from kursk_claims.database.statements import MAX_STATEMENT_LENGTH
    from kursk_claims.errors import QueryError

    content = sys.stdin.buffer.read(4 * MAX_STATEMENT_LENGTH + 1)  # a character takes at most four bytes
    if len(content) > 4 * MAX_STATEMENT_LENGTH:
        raise QueryError(f"standard input: expected a statement of at most {MAX_STATEMENT_LENGTH} characters, found more.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryError(f"standard input: expected UTF-8, found byte 0x{error.object[error.start]:02x}.") from None
