"""Options that several commands share, and status messages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from kursk_claims.workspace import Workspace

ResultFormat = Literal["table", "csv", "json", "jsonl", "markdown", "parquet"]
TextResultFormat = Literal["table", "csv", "json", "jsonl", "markdown"]

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", help="Folder with dataset/records [default: the nearest one upwards]."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors on standard error.")]
TextOption = Annotated[
    list[Path],
    typer.Option(
        "--text",
        "-t",
        help="A copy of a held document's text, a folder of them, or `-` for standard input; may be repeated "
        "[default: `texts` in .kursk-claims.toml].",
        show_default=False,
    ),
]
TimeoutOption = Annotated[
    float | None,
    typer.Option("--timeout", help="Seconds for the SQL of rules and views, 0 for no limit [default: 15].", min=0, max=10**6),
]
MemoryOption = Annotated[
    int | None,
    typer.Option("--memory", help="MB of memory for that SQL, 0 for no limit [default: 2000].", min=0, max=10**7),
]
ReleaseOption = Annotated[
    str | None, typer.Option("--release", "-r", help="Version to use, or the folder of a release [default: the newest].")
]
RecordsOption = Annotated[bool, typer.Option("--records", help="Use the records of the workspace, not a release.")]


def new_app() -> typer.Typer:
    """Create the app of one command."""
    return typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


def print_status(*lines: object, quiet: bool = False) -> None:
    """Print lines about the run on standard error."""
    if lines and not quiet:
        from kursk_claims.escaping import escape_lines

        print(escape_lines(lines), file=sys.stderr)


def choose_texts(texts: list[Path], workspace: Workspace, *, quiet: bool) -> list[Path]:
    """Return the texts that the user names, or else those of the workspace's settings file, which is then said."""
    if texts:
        return texts
    from kursk_claims.claims.text_files import SETTINGS_FILE, read_settings

    paths = read_settings(workspace)
    for path in paths:
        print_status(f"texts: {path} ({SETTINGS_FILE})", quiet=quiet)
    return paths


def print_line(line: object) -> None:
    """Print one line, such as a path, on standard output."""
    from kursk_claims.escaping import escape_unprintable

    print(escape_unprintable(str(line)))


def print_result(text: str) -> None:
    """Print rendered text on standard output, on a terminal without control characters."""
    from kursk_claims.escaping import escape_for

    print(escape_for(sys.stdout, text), end="")


def require_choice(value: str, choices: list[str], noun: str) -> str:
    """Return the value if it is one of the choices. Otherwise raises a usage error (exit 2) that suggests the nearest."""
    from kursk_claims.suggest import did_you_mean

    if value not in choices:
        raise typer.BadParameter(f"unknown {noun} {value!r}{did_you_mean(value, choices)}; choose from {', '.join(choices)}")
    return value


def reject_parquet_on_terminal(format: str, advice: str) -> None:
    """Refuse to write Parquet to a terminal; `advice` says how to write it to a file."""
    if format == "parquet" and sys.stdout.isatty():
        raise typer.BadParameter(f"Parquet cannot be shown on a terminal; {advice}")
