"""Interactive SQL prompt with history and completion."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import FuzzyWordCompleter
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.sql import SqlLexer

from kursk_claims.errors import KurskClaimsError
from kursk_claims.escaping import escape_for, escape_lines

KEYWORDS = "SELECT FROM WHERE GROUP BY ORDER LIMIT JOIN USING LEFT COUNT DISTINCT AND OR NOT NULL LIKE DESCRIBE".split()


def run_repl(run_statement: Callable[[str], str], names: Iterable[str]) -> None:
    """Read statements that end with a semicolon and print their results, until the input ends.

    `run_statement` returns a rendered result; its errors are printed. `names` are completed, like SQL keywords.
    """
    session: PromptSession[str] = PromptSession(
        history=_open_history(),
        completer=FuzzyWordCompleter([*KEYWORDS, *sorted(set(names))]),
        lexer=PygmentsLexer(SqlLexer),
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
            _print_result(run_statement, pending)
            pending = ""


def _print_result(run_statement: Callable[[str], str], sql: str) -> None:
    try:
        print(escape_for(sys.stdout, run_statement(sql)), end="")
    except KurskClaimsError as error:
        print(escape_lines(error.args), file=sys.stderr)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)


def _open_history() -> History:
    """Open the history, which only its owner may read; without a home folder that can be written to, it is not kept."""
    folder = Path(os.environ.get("XDG_STATE_HOME") or "~/.local/state").expanduser() / "kursk-claims"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "history").touch(mode=0o600)
        (folder / "history").chmod(0o600)  # of an older version
    except (OSError, RuntimeError):
        return InMemoryHistory()
    return FileHistory(folder / "history")
