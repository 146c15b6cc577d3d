"""The command line: one thin module per command, imported when it is called."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Annotated, Any

import typer
import typer.core
import typer.main

COMMANDS = "validate check build release verify diff download export query describe show explore locate format".split()


class LazyGroup(typer.core.TyperGroup):
    """Imports a command's module when the command is asked for, so that each starts as fast as it can."""

    def list_commands(self, ctx: Any) -> list[str]:
        return COMMANDS

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(import_module(f"kursk_claims.cli.{cmd_name}").app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=LazyGroup, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, no_args_is_help=True
)


def _version(asked: bool) -> None:
    if asked:
        from kursk_claims import __version__

        print(f"kursk-claims {__version__}")
        raise typer.Exit


@app.callback()
def kursk_claims(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Claims of a news article: who said so, through whom, how firmly, and where that can be checked."""


def main() -> None:
    """Run a command; what people can mend is told in a sentence, with exit code 1 (data) or 2 (call, environment)."""
    from kursk_claims.cli.common import tell
    from kursk_claims.cli.streams import prepare_streams

    prepare_streams()
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        code = _exit_code(error)
        if code is None:
            raise
        tell(_words(error), quiet=code == 130)
        sys.exit(code)


def _words(error: Exception) -> str:
    words = str(error)
    if isinstance(error, OSError) and error.strerror:
        words = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return f"kursk-claims: {words}"


def _exit_code(error: Exception) -> int | None:
    """1 where the data is at fault, 2 where the call, the schemas or the environment is, None for a bug of ours."""
    from kursk_claims.database import QueryError, RecordsError
    from kursk_claims.manifest import ManifestError
    from kursk_claims.release import ReleaseError
    from kursk_claims.schemafile import ContractError
    from kursk_claims.text import TextError
    from kursk_claims.workspace import WorkspaceError

    if isinstance(error, RuntimeError) and "interrupted" in str(error):  # DuckDB's word for Ctrl-C
        return 130
    if isinstance(error, (RecordsError, ManifestError, ReleaseError)):
        return 1
    if isinstance(error, (WorkspaceError, ContractError, TextError, QueryError, OSError)):
        return 2
    return None
