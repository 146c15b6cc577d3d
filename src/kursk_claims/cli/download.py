"""`kursk-claims download`"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kursk_claims.cli.options import QuietOption, new_app, print_line, print_status

if TYPE_CHECKING:
    from kursk_claims.download.fetcher import Listener

app = new_app()


@app.command()
def download(
    version: Annotated[str | None, typer.Argument(help="Version to download [default: the latest].")] = None,
    source: Annotated[str | None, typer.Option("--from", help="Address or folder that holds index.json.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="Folder for the copy [default: the user's data folder].")] = None,
    sha256: Annotated[str | None, typer.Option("--sha256", help="SHA-256 that the release's manifest must have.")] = None,
    allowed_signers: Annotated[
        Path | None,
        typer.Option("--allowed-signers", help="Require a signature by one of the signers in this file of OpenSSH."),
    ] = None,
    lock: Annotated[bool, typer.Option("--lock", help="Pin the release for later calls, in kursk-claims.lock.")] = False,
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

    Prints the folder of the copy. If the folder or its workspace has a kursk-claims.lock, exactly that release is fetched. Files
    that an interrupted download has completed are kept. HTTPS_PROXY, ALL_PROXY and NO_PROXY are honoured. Exit codes: 0: present
    and complete. 1: its data, its digest or its signature are at fault. 2: the call, the host or the network is.
    """
    from kursk_claims.download.client import download as run
    from kursk_claims.download.client import find_downloaded
    from kursk_claims.download.lock_file import lock_path, lock_release, read_lock, write_lock
    from kursk_claims.download.retry import TransportPolicy
    from kursk_claims.download.trust import Pin, Trust
    from kursk_claims.outputs import resolve_output
    from kursk_claims.release.lookup import LATEST, choose_version

    to = None if to is None else resolve_output(to)
    place = lock_path()
    locked = read_lock(place)
    pins = [Pin(_parse_digest(sha256), "--sha256")] if sha256 is not None else []
    if locked and not lock:
        if version and version.lower() == LATEST:
            raise typer.BadParameter(f"{place} pins {locked.version}; add --lock to pin the latest release instead")
        if version is not None and choose_version(version, [locked.version]) is None:
            raise typer.BadParameter(f"{place} pins {locked.version}; add --lock to pin {version} instead")
        version, pins = locked.version, [*pins, Pin(locked.manifest_sha256, str(place))]
    if lock and offline:
        raise typer.BadParameter("--lock records where a release is from, so it cannot be used with --offline")
    source = source or (locked.origin if locked else None)
    trust = Trust(tuple(pins), allowed_signers)
    if source is None and not offline:
        raise typer.BadParameter("give --from ADDRESS to download, or --offline to verify a copy that is present")
    with _progress(quiet) as listener:
        if offline or source is None:
            folder = find_downloaded(to, version, source=source, trust=trust, listener=listener)
        else:
            policy = TransportPolicy(timeout=timeout, deadline=10 * timeout)
            folder = run(source, to, version, allow_older=allow_older, trust=trust, policy=policy, listener=listener)
    if lock and source is not None:
        write_lock(place, lock_release(folder, source))
        print_status(f"pinned in {place}", quiet=quiet)
    print_line(folder)


def _parse_digest(text: str) -> str:
    if not re.fullmatch("[0-9a-fA-F]{64}", text):
        raise typer.BadParameter("expected --sha256 with 64 hexadecimal digits")
    return text.lower()


@contextmanager
def _progress(quiet: bool) -> Iterator[Listener]:
    """Print status to standard error, with a progress bar on a terminal."""
    from kursk_claims.download.fetcher import Listener

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
