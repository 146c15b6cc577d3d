"""`kursk-claims download`"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kursk_claims.cli.options import QuietOption, new_app, print_status

if TYPE_CHECKING:
    from kursk_claims.download import Listener

app = new_app()


@app.command()
def download(
    version: Annotated[str | None, typer.Argument(help="A release [default: the newest].")] = None,
    source: Annotated[str | None, typer.Option("--from", help="Address or folder that holds index.json.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="Folder to put it in [default: the user's data folder].")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Fetch nothing: verify what is there already.")] = False,
    allow_older: Annotated[bool, typer.Option("--allow-older", help="Take a newest that is older than was seen before.")] = False,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, max=3600, help="Seconds to wait for a host.")] = 30,
    quiet: QuietOption = False,
) -> None:
    """Get a verified copy of a release from any static host of a build folder: https, http on this machine, or a path.

    Its folder goes to standard output. What came of an unfinished download is gone on from. Exit codes: 0 it is there,
    1 its data are at fault, 2 the call, the host or the network is.
    """
    from kursk_claims.download import download as run
    from kursk_claims.download import find_downloaded
    from kursk_claims.hosts import Limits
    from kursk_claims.workspace import downloads_folder

    target = to or downloads_folder()
    if offline:
        folder = find_downloaded(target, version)
        print_status(f"{folder.name}: there, verified", quiet=quiet)
    elif source is None:
        raise typer.BadParameter("give --from ADDRESS, or --offline for what is there already")
    else:
        with _listener(quiet) as listener:
            folder = run(source, target, version, allow_older=allow_older, limits=Limits(wait=timeout), listener=listener)
    print(folder)


@contextmanager
def _listener(quiet: bool) -> Iterator[Listener]:
    """Words go to standard error; a bar only where that is a terminal."""
    from kursk_claims.download import Listener

    def say(words: str) -> None:
        print_status(words, quiet=quiet)

    if quiet or not sys.stderr.isatty():
        yield Listener(say, lambda done, total: None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield Listener(say, lambda done, total: bar.update(task, completed=done, total=total))
