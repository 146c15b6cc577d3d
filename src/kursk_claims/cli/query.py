"""`kursk-claims query`"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kursk_claims.cli.common import QuietOption, RecordsOption, ReleaseOption, WorkspaceOption, new_app, one_of, tell

app = new_app()


@app.command()
def query(
    sql: Annotated[str | None, typer.Argument(help="One statement that reads; `-` reads it from standard input.")] = None,
    name: Annotated[str | None, typer.Option("--name", "-n", help="Ask a saved question instead.")] = None,
    release: ReleaseOption = None,
    records: RecordsOption = False,
    format: Annotated[str, typer.Option("--format", "-f", help="table, csv, json, jsonl, markdown or parquet.")] = "table",
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Ask in SQL, over all tables and views. Without SQL, on a terminal, an interactive prompt."""
    from kursk_claims.database import guard
    from kursk_claims.query import FORMATS, ask, render, write_parquet
    from kursk_claims.source import open_source
    from kursk_claims.workspace import find_workspace

    one_of(format, FORMATS, "format")
    if sql is not None and name is not None:
        raise typer.BadParameter("give SQL or --name, not both")
    found = find_workspace(workspace)
    source = open_source(found, release, records=records)
    tell(f"workspace: {found}\nasking {source.name}", quiet=quiet)
    if name is not None:
        from kursk_claims.sqlfile import read_questions

        questions = {question.name: question.sql for question in read_questions(source.schemas)}
        sql = questions[one_of(name, list(questions), "question")]
    if sql == "-" or (sql is None and not sys.stdin.isatty()):
        sql = _read_statement()
    guard(source.connection)
    if sql is None:
        from kursk_claims.prompt import converse

        converse(source.connection, format)
    elif format == "parquet":
        if sys.stdout.isatty():
            raise typer.BadParameter("Parquet is not for a terminal; send it to a file with `> answer.parquet`")
        sys.stdout.buffer.write(write_parquet(source.connection, sql))
    else:
        print(render(ask(source.connection, sql), format), end="")


def _read_statement() -> str:
    from kursk_claims.database import QueryError

    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise QueryError(f"standard input: expected UTF-8, found byte 0x{error.object[error.start]:02x}.") from None
