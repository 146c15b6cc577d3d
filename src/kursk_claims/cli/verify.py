"""`kursk-claims verify`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kursk_claims.cli.completion import complete_releases
from kursk_claims.cli.options import (
    JsonOption,
    MemoryOption,
    QuietOption,
    TimeoutOption,
    WorkspaceOption,
    new_app,
    print_json,
    print_line,
    print_status,
)

app = new_app()


@app.command()
def verify(
    version: Annotated[
        str | None,
        typer.Argument(
            help="Release to verify, or its folder [default: all of the workspace].", autocompletion=complete_releases
        ),
    ] = None,
    allowed_signers: Annotated[
        Path | None,
        typer.Option("--allowed-signers", help="Require signatures by the signers in this file of OpenSSH."),
    ] = None,
    as_json: JsonOption = False,
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Verify releases against their manifests and rebuild each one: the same bytes, or the same rows.

    Prints the SHA-256 of each manifest, to compare with one published elsewhere. A release without it may be anybody's.
    """
    from kursk_claims.database.limits import SqlLimits
    from kursk_claims.release.digests import file_sha256
    from kursk_claims.release.index import read_index
    from kursk_claims.release.lookup import find_release, list_release_folders, name_release
    from kursk_claims.release.manifest import MANIFEST_NAME
    from kursk_claims.release.rebuild import rebuild_release
    from kursk_claims.release.signatures import find_release_signer
    from kursk_claims.workspace import find_workspace

    workspace = find_workspace(workspace_path)
    print_status(f"workspace: {workspace}", quiet=quiet)
    versions = [version] if version else [entry.version for entry in read_index(workspace.build).releases]
    results = []
    for name in versions:
        release = find_release(list_release_folders(workspace) if version else [workspace.build], name)
        assert release is not None
        folder, manifest = release
        if folder.parent != workspace.build:
            print_status(f"verifying {name_release(workspace, folder, manifest)}", quiet=quiet)
        signer = find_release_signer(folder, allowed_signers) if allowed_signers else None
        rebuilt = rebuild_release(folder, manifest, SqlLimits.of(timeout, memory))
        digest = file_sha256(folder / MANIFEST_NAME)
        results.append({"version": manifest.version, "result": rebuilt, "signer": signer, "manifest_sha256": digest})
        if not as_json:
            signed = f", signed by {signer}" if signer else ""
            print_line(f"{manifest.version}: {rebuilt}{signed}, manifest SHA-256 {digest}")
        for each in manifest.unverified or ():
            print_status(f"{manifest.version}: the anchors of {each} were not compared with its text", quiet=quiet)
    if as_json:
        print_json(results)
    if not versions:
        print_status("there is no release yet", quiet=quiet)
