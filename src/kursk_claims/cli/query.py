"""`kursk-claims query`"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kursk_claims.cli.common import QuietOption, WorkspaceOption, new_app, one_of, tell

app = new_app()


@app.command()
def query(
    sql: Annotated[str | None, typer.Argument(help="One statement that reads; `-` reads it from standard input.")] = None,
    name: Annotated[str | None, typer.Option("--name", "-n", help="Ask a saved question instead.")] = None,
    records: Annotated[bool, typer.Option("--records", help="Ask the records of the workspace, not a release.")] = False,
    format: Annotated[str, typer.Option("--format", "-f", help="table, csv, json, jsonl, markdown or parquet.")] = "table",
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Ask in SQL, over all tables and views. Without SQL, on a terminal, an interactive prompt."""
    from kursk_claims.contract import load_contract
    from kursk_claims.database import guard, open_records
    from kursk_claims.query import FORMATS, ask, render, write_parquet
    from kursk_claims.workspace import find_workspace

    one_of(format, FORMATS, "format")
    if sql is not None and name is not None:
        raise typer.BadParameter("give SQL or --name, not both")
    found = find_workspace(workspace)
    contract = load_contract(found)
    if name is not None:
        questions = {question.name: question.sql for question in contract.questions}
        sql = questions[one_of(name, list(questions), "question")]
    if sql == "-" or (sql is None and not sys.stdin.isatty()):
        sql = sys.stdin.read()
    tell(f"workspace: {found}\nasking the records", quiet=quiet)
    connection = open_records(found.records, contract)
    guard(connection)
    if sql is None:
        from kursk_claims.prompt import converse

        converse(connection, format)
    elif format == "parquet":
        if sys.stdout.isatty():
            raise typer.BadParameter("Parquet is not for a terminal; send it to a file with `> answer.parquet`")
        sys.stdout.buffer.write(write_parquet(connection, sql))
    else:
        print(render(ask(connection, sql), format), end="")
