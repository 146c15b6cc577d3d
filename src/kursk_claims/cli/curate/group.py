"""The group `kursk-claims curate`."""

from __future__ import annotations

from typing import ClassVar

import typer

from kursk_claims.cli.lazy_group import LazyGroup

PACKAGE = "kursk_claims.cli.curate"
SUBCOMMANDS = "document split merge done exclude code status next draft add locate reanchor".split()


class Subcommands(LazyGroup):
    """The commands that turn a text into rows."""

    modules: ClassVar = {name: f"{PACKAGE}.{name}" for name in SUBCOMMANDS} | {"import": f"{PACKAGE}.import_annotations"}
    extras: ClassVar = dict.fromkeys(modules, "curate")


app = typer.Typer(
    cls=Subcommands, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, no_args_is_help=True
)


@app.callback()
def curate() -> None:
    """Turn a text into rows: documents and passages, claims from a draft, exclusions and codes.

    Every command writes canonical CSV, all rows or none, and prints what it wrote.
    """
