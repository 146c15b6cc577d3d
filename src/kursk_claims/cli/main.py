"""The command line: one thin module per command, imported when it is called."""

from __future__ import annotations

import sys
from typing import Annotated, Any, ClassVar

import typer

from kursk_claims.cli.lazy_group import HELP_OPTIONS, LazyGroup, UsageError
from kursk_claims.errors import KurskClaimsError
from kursk_claims.extras import explain_missing_packages

SECTIONS = {
    "Read a release": "query describe show explore cite".split(),
    "Get releases": "download releases verify diff export".split(),
    "Check records": "check validate format".split(),
    "Curate and publish": "init curate build release".split(),
}
COMMANDS = [name for names in SECTIONS.values() for name in names]
MOVED = {"locate": "curate locate"}


class Commands(LazyGroup):
    """All commands; `curate` is a group of its own."""

    modules: ClassVar = {name: f"kursk_claims.cli.{name}" for name in COMMANDS} | {"curate": "kursk_claims.cli.curate.group"}
    sections: ClassVar = SECTIONS
    extras: ClassVar = {"validate": "check", "build": "check", "release": "check", "explore": "explore"}

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in MOVED:
            raise UsageError(f"`{cmd_name}` is now `kursk-claims {MOVED[cmd_name]}`")
        return super().get_command(ctx, cmd_name)


app = typer.Typer(
    cls=Commands,
    context_settings=HELP_OPTIONS,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    no_args_is_help=True,
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
            with explain_missing_packages():
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
