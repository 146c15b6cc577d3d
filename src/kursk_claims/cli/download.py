"""`kursk-claims download`"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kursk_claims.cli.options import QuietOption, new_app, print_line, print_status

if TYPE_CHECKING:
    from kursk_claims.download.client import Listener

app = new_app()


@app.command()
def download(
    version: Annotated[str | None, typer.Argument(help="Version to download [default: the latest].")] = None,
    source: Annotated[str | None, typer.Option("--from", help="Address or folder that holds index.json.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="Folder for the copy [default: the user's data folder].")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Verify the copy that is already present; fetch nothing.")] = False,
    allow_older: Annotated[
        bool, typer.Option("--allow-older", help="Accept a latest release that is older than one seen there before.")
    ] = False,
    timeout: Annotated[
        float,
        typer.Option("--timeout", min=0.1, max=3600, help="Seconds to wait for an answer; a file may take ten times as long."),
    ] = 30,
    quiet: QuietOption = False,
) -> None:
    """Download and verify a release from a static host (https, or http on this machine) or from a folder.

    Prints the folder of the copy. Files that an interrupted download has completed are kept. HTTPS_PROXY, ALL_PROXY and
    NO_PROXY are honoured. Exit codes: 0: present and verified. 1: its data are at fault. 2: the call, the host or the network is.
    """
    from kursk_claims.download.client import download as run
    from kursk_claims.download.client import find_downloaded
    from kursk_claims.download.retry import TransportPolicy
    from kursk_claims.workspace import downloads_folder

    target = to or downloads_folder()
    if offline:
        folder = find_downloaded(target, version)
        print_status(f"{folder.name}: present, verified", quiet=quiet)
    elif source is None:
        raise typer.BadParameter("give --from ADDRESS to download, or --offline to verify a copy that is present")
    else:
        policy = TransportPolicy(timeout=timeout, deadline=10 * timeout)
        with _progress(quiet) as listener:
            folder = run(source, target, version, allow_older=allow_older, policy=policy, listener=listener)
    print_line(folder)


@contextmanager
def _progress(quiet: bool) -> Iterator[Listener]:
    """Print status to standard error, with a progress bar on a terminal."""
    from kursk_claims.download.client import Listener

    def say(sentence: str) -> None:
        print_status(sentence, quiet=quiet)

    if quiet or not sys.stderr.isatty():
        yield Listener(say, lambda done, total: None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield Listener(say, lambda done, total: bar.update(task, completed=done, total=total))
