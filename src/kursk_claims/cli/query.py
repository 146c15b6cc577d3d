"""`kursk-claims query`"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from kursk_claims.database.limits import QueryLimits

app = new_app()


@app.command()
def query(
    sql: Annotated[str | None, typer.Argument(help="One statement that reads; `-` reads it from standard input.")] = None,
    name: Annotated[str | None, typer.Option("--name", "-n", help="Ask a saved question instead.")] = None,
    release: ReleaseOption = None,
    records: RecordsOption = False,
    format: Annotated[str, typer.Option("--format", "-f", help="table, csv, json, jsonl, markdown or parquet.")] = "table",
    timeout: Annotated[float | None, typer.Option(help="Seconds for a question, 0 for no limit [default: 60].")] = None,
    memory: Annotated[
        int | None, typer.Option(min=0, help="MB of memory for a question, 0 for no limit [default: 2000].")
    ] = None,
    unsafe: Annotated[
        bool, typer.Option("--unsafe", help="Any statements: write, read files, load extensions, without default limits.")
    ] = False,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Ask in SQL, over all tables and views. Without SQL, on a terminal, an interactive prompt.

    One statement that only reads the data; see docs/sql.md for what is shut, and how well.
    """
    from kursk_claims.database.limits import run_within_limits
    from kursk_claims.database.query import query_to_parquet, run_query
    from kursk_claims.database.render import RESULT_FORMATS, render_result
    from kursk_claims.release.source import open_source
    from kursk_claims.workspace import find_workspace

    require_choice(format, RESULT_FORMATS, "format")
    if sql is not None and name is not None:
        raise typer.BadParameter("give SQL or --name, not both")
    limits = _limits(timeout, memory, unsafe=unsafe)
    found = find_workspace(workspace)
    source = open_source(found, release, records=records, locked=not unsafe, memory=limits.database_memory)
    print_status(f"workspace: {found}\nasking {source.name}", quiet=quiet)
    if name is not None:
        from kursk_claims.contract.statements import load_questions

        questions = {question.name: question.sql for question in load_questions(source.schemas)}
        sql = questions[require_choice(name, list(questions), "question")]
    if sql == "-" or (sql is None and not sys.stdin.isatty()):
        sql = _read_statement()
    if sql is None:
        from kursk_claims.database.repl import run_repl

        run_repl(source.connection, format, limits, unsafe=unsafe)
    elif format == "parquet":
        if sys.stdout.isatty():
            raise typer.BadParameter("Parquet is not for a terminal; send it to a file with `> answer.parquet`")
        content = run_within_limits(source.connection, limits, lambda: query_to_parquet(source.connection, sql, unsafe=unsafe))
        sys.stdout.buffer.write(content)
    else:
        text = run_within_limits(
            source.connection, limits, lambda: render_result(run_query(source.connection, sql, unsafe=unsafe), format)
        )
        print(text, end="")


def _limits(timeout: float | None, memory: int | None, *, unsafe: bool) -> QueryLimits:
    from kursk_claims.database.limits import MB, QueryLimits

    if timeout is not None and not 0 <= timeout <= 10**6:
        raise typer.BadParameter("expected --timeout from 0 to 1000000 seconds")
    if memory is not None and not (memory == 0 or 50 <= memory <= 10**7):
        raise typer.BadParameter("expected --memory from 50 to 10000000 MB, or 0")
    usual = QueryLimits(None, None) if unsafe else QueryLimits()
    return QueryLimits(
        usual.seconds if timeout is None else timeout or None, usual.memory if memory is None else memory * MB or None
    )


def _read_statement() -> str:
    from kursk_claims.errors import QueryError

    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise QueryError(f"standard input: expected UTF-8, found byte 0x{error.object[error.start]:02x}.") from None
