"""A group of commands that imports the module of a command only when that command runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any, ClassVar

import typer
import typer.core
import typer.main

from kursk_claims.cli.plain_values import take_plain_values
from kursk_claims.escaping import escape_unprintable
from kursk_claims.extras import require_extra
from kursk_claims.suggest import did_you_mean

UsageError: Any = typer.BadParameter.__base__  # which typer does not export
HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}


class LazyGroup(typer.core.TyperGroup):
    """Starts each command quickly. `modules` names the module of each command, which has an `app`.

    `extras` names the extra that a command cannot do without. Its help can. `sections` are the headings under which help lists
    the commands; a group without them lists all under one.
    """

    modules: ClassVar[Mapping[str, str]]
    extras: ClassVar[Mapping[str, str]] = {}
    sections: ClassVar[Mapping[str, Sequence[str]]] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        take_plain_values(self)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.modules)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.modules:
            raise UsageError(f"No such command '{cmd_name}'{did_you_mean(cmd_name, self.modules)}.", ctx)
        command: Any = typer.main.get_command(import_module(self.modules[cmd_name]).app)
        command.name = cmd_name
        take_plain_values(command)
        if cmd_name in self.extras:
            command.invoke = partial(_invoke_with_extra, self.extras[cmd_name], command.invoke)
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands under their headings, each with its whole first sentence."""
        for heading, names in (self.sections or {"Commands": self.list_commands(ctx)}).items():
            with formatter.section(heading):
                formatter.write_dl([(name, self._describe_command(name)) for name in names])

    def _describe_command(self, name: str) -> str:
        """Return the first sentence of a command's docstring; typer would first work out all of its parameters."""
        app = import_module(self.modules[name]).app
        function = (app.registered_callback or app.registered_commands[0]).callback
        words = " ".join((function.__doc__ or "").partition("\n\n")[0].split())
        return words.partition(". ")[0].removesuffix(".") + "."

    def make_context(self, *args: Any, **options: Any) -> Any:
        with _clean_usage_errors():
            return super().make_context(*args, **options)

    def invoke(self, ctx: Any) -> Any:
        with _clean_usage_errors():
            return super().invoke(ctx)


def _invoke_with_extra(extra: str, invoke: Callable[[Any], Any], ctx: Any) -> Any:
    require_extra(extra)
    return invoke(ctx)


@contextmanager
def _clean_usage_errors() -> Iterator[None]:
    """Make the message of a usage error one line: it can quote file names and what a schema says."""
    try:
        yield
    except UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # its message is the help; typer does not export its class
            raise
        error.message = escape_unprintable(error.message.removeprefix("Value error, "))  # pydantic's prefix
        raise
