"""The interactive SQL prompt, with history and completion."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

import duckdb
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import FuzzyWordCompleter
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.sql import SqlLexer

from kursk_claims.database.limits import QueryLimits, run_within_limits
from kursk_claims.database.query import run_query
from kursk_claims.database.render import render_result
from kursk_claims.errors import QueryError
from kursk_claims.escaping import escape_unprintable_lines

KEYWORDS = "SELECT FROM WHERE GROUP BY ORDER LIMIT JOIN USING LEFT COUNT DISTINCT AND OR NOT NULL LIKE DESCRIBE".split()


def run_repl(connection: duckdb.DuckDBPyConnection, form: str, limits: QueryLimits, *, unsafe: bool = False) -> None:
    """Read statements, which end with a semicolon, and print their answers until the input ends."""
    names = [
        name
        for row in connection.execute("SELECT table_name, column_name FROM information_schema.columns").fetchall()
        for name in row
    ]
    session: PromptSession[str] = PromptSession(
        history=_open_history(), completer=FuzzyWordCompleter([*KEYWORDS, *sorted(set(names))]), lexer=PygmentsLexer(SqlLexer)
    )
    print("Statements end with a semicolon; Tab completes, Ctrl-D ends.", file=sys.stderr)
    pending = ""
    while True:
        try:
            pending += session.prompt("claims> " if not pending else "   ...> ") + "\n"
        except KeyboardInterrupt:
            pending = ""
            continue
        except EOFError:
            return
        if not pending.strip():
            pending = ""
        elif pending.rstrip().endswith(";"):
            try:
                print(
                    run_within_limits(connection, limits, partial(_render_answer, connection, pending, form, unsafe=unsafe)),
                    end="",
                )
            except QueryError as error:
                print(escape_unprintable_lines(str(error)), file=sys.stderr)
            except KeyboardInterrupt:
                print("interrupted", file=sys.stderr)
            pending = ""


def _render_answer(connection: duckdb.DuckDBPyConnection, sql: str, form: str, *, unsafe: bool) -> str:
    return render_result(run_query(connection, sql, unsafe=unsafe), "table" if form == "parquet" else form)


def _open_history() -> History:
    folder = Path(os.environ.get("XDG_STATE_HOME") or "~/.local/state").expanduser() / "kursk-claims"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "history").touch()
    except (OSError, RuntimeError):  # no home, or none that can be written to
        return InMemoryHistory()
    return FileHistory(folder / "history")
