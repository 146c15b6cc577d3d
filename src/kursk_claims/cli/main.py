"""The command line: one thin module per command, imported when it is called."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Annotated, Any

import typer
import typer.core
import typer.main

from kursk_claims.errors import KurskClaimsError
from kursk_claims.escaping import escape_unprintable

UsageError: Any = typer.BadParameter.__base__  # which typer does not export
COMMANDS = "validate check build release verify diff download export query describe show explore locate format".split()


class LazyGroup(typer.core.TyperGroup):
    """Imports the module of a command only when that command runs, so that each starts quickly."""

    def list_commands(self, ctx: Any) -> list[str]:
        return COMMANDS

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(import_module(f"kursk_claims.cli.{cmd_name}").app)
        command.name = cmd_name
        return command

    def make_context(self, *args: Any, **options: Any) -> Any:
        with _clean_usage_errors():
            return super().make_context(*args, **options)

    def invoke(self, ctx: Any) -> Any:
        with _clean_usage_errors():
            return super().invoke(ctx)


@contextmanager
def _clean_usage_errors() -> Iterator[None]:
    """Make the message of a usage error one line: it can quote file names and what a schema says."""
    try:
        yield
    except UsageError as error:
        error.message = escape_unprintable(error.message.removeprefix("Value error, "))  # pydantic's prefix
        raise


app = typer.Typer(
    cls=LazyGroup, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, no_args_is_help=True
)


def _print_version(requested: bool) -> None:
    if requested:
        from kursk_claims._version import __version__

        print(f"kursk-claims {__version__}")
        raise typer.Exit


@app.callback()
def kursk_claims(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Claims of a news article: who said so, through whom, how firmly, and where that can be checked."""


def main() -> None:
    """Run a command in a process of its own, which the operating system can end, and end with its exit code."""
    from kursk_claims.cli.options import print_status
    from kursk_claims.cli.streams import prepare_streams
    from kursk_claims.supervisor import supervise

    prepare_streams()
    code, message = supervise(run_command)
    if message:
        print_status(f"kursk-claims: {message}")
    sys.exit(code)


def run_command() -> int:
    """Run a command and return its exit code. A known error is printed as one message; any other error is a bug.

    Only findings in the data give 1: a crash says nothing about the data.
    """
    import traceback

    from kursk_claims.cli.options import print_status

    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except SystemExit as error:
        return 0 if error.code is None else error.code if isinstance(error.code, int) else 2
    except KeyboardInterrupt:
        return 130
    except KurskClaimsError as error:
        first, *others = error.args
        print_status(f"kursk-claims: {first}", *others)
        return error.exit_code
    except OSError as error:
        print_status(f"kursk-claims: {_without_errno(error)}")
        return 2
    except BaseException as error:
        if isinstance(error, RuntimeError) and "interrupted" in str(error):  # DuckDB raises this after Ctrl-C
            return 130
        if isinstance(error, MemoryError) or "can't start new thread" in str(error):
            print_status("kursk-claims: this machine has too little memory for that. Nothing is known about the data.")
            return 2
        traceback.print_exc()
        return 2
    return 0


def _without_errno(error: OSError) -> str:
    if error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)
