"""Options that several commands share, and status messages."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TextIO, TypeVar, cast

import typer

from kursk_claims.cli.completion import complete_releases

if TYPE_CHECKING:
    from kursk_claims.workspace import Workspace

F = TypeVar("F", bound=str)
ResultFormat = Literal["table", "csv", "json", "jsonl", "markdown", "parquet"]
CitationStyle = Literal["bibtex", "apa"]
TextResultFormat = Literal["table", "csv", "json", "jsonl", "markdown"]

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace", "-w", help="Folder with dataset/records [default: KURSK_CLAIMS_WORKSPACE, then the nearest one upwards]."
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors on standard error.")]
TextOption = Annotated[
    list[Path],
    typer.Option(
        "--text",
        "-t",
        help="A copy of a held document's text, a folder of them, or `-` for standard input; may be repeated "
        "[default: `texts` in .kursk-claims.toml or pyproject.toml].",
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
    str | None,
    typer.Option(
        "--release",
        "-r",
        help="Version to use, or the folder of a release [default: the newest].",
        autocompletion=complete_releases,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
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
    from kursk_claims.settings import read_settings

    settings = read_settings(workspace.root).texts
    for each in settings:
        print_status(f"texts: {each.value} ({Path(each.origin).name})", quiet=quiet)
    return [Path(each.value) for each in settings]


def print_line(line: object) -> None:
    """Print one line, such as a path, on standard output."""
    from kursk_claims.escaping import escape_unprintable

    print(escape_unprintable(str(line)))


def print_result(text: str) -> None:
    """Print rendered text on standard output, on a terminal without control characters."""
    from kursk_claims.escaping import escape_for

    print(escape_for(sys.stdout, text), end="")


def choose_format(format: F, as_json: bool, default: str) -> F:
    """Return the format that `--format` and `--json` name together."""
    if as_json and format not in (default, "json"):
        raise typer.BadParameter(f"give --json or --format {format}, not both")
    return cast("F", "json") if as_json else format


def print_json(value: object) -> None:
    """Print a value as JSON on standard output, dates as text."""
    from kursk_claims.database.render import to_json

    print_result(f"{to_json(value)}\n")


def has_style(stream: TextIO) -> bool:
    """Return whether a stream shows text in colours and in reverse: a terminal, unless NO_COLOR is set or it is a dumb one."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


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
