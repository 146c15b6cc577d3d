"""Options that several commands share, and status messages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", help="Folder that holds dataset/records and schemas [default: the nearest one upward]."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on standard error but errors.")]
TextOption = Annotated[
    list[Path],
    typer.Option("--text", "-t", help="A copy of a held document's text; may be given more than once.", show_default=False),
]
ReleaseOption = Annotated[str | None, typer.Option("--release", "-r", help="Ask this release [default: the newest].")]
RecordsOption = Annotated[bool, typer.Option("--records", help="Ask the records of the workspace, not a release.")]


def new_app() -> typer.Typer:
    return typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


def print_status(words: str, *, quiet: bool = False) -> None:
    """Words about the run, on standard error."""
    if not quiet:
        from kursk_claims.escaping import escape_unprintable_lines

        print(escape_unprintable_lines(words), file=sys.stderr)


def require_choice(value: str, known: list[str], what: str) -> str:
    """The value if it is known, otherwise a usage error (exit 2) that names the nearest."""
    from kursk_claims.suggest import did_you_mean

    if value not in known:
        raise typer.BadParameter(f"unknown {what} {value!r}{did_you_mean(value, known)}; there are: {', '.join(known)}")
    return value
