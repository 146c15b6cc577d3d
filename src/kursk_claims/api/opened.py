"""Releases that are open in this process, so that one is read once however many tables are loaded from it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb

from kursk_claims.contract.loader import Contract, load_contract
from kursk_claims.database.export.about import About
from kursk_claims.database.limits import SqlLimits, read_within_limits
from kursk_claims.release.digests import file_sha256
from kursk_claims.release.lookup import find_release, list_release_folders
from kursk_claims.release.manifest import MANIFEST_NAME
from kursk_claims.release.metadata.about import describe_source
from kursk_claims.release.source import Source, open_source
from kursk_claims.suggest import did_you_mean
from kursk_claims.workspace import Workspace, find_workspace

MAX_OPEN = 4  # releases and workspaces; another one closes the one that was not used for longest


@dataclass(frozen=True)
class OpenRelease:
    """A release, or the records of a workspace, as an open database, with its contract and its identity."""

    source: Source
    contract: Contract
    about: About

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return a connection of its own to the open database, so that threads do not share one."""
        return self.source.connection.cursor()

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a connection that only reads, within the usual limits on the SQL of views."""
        connection = self.connect()
        with read_within_limits(connection, SqlLimits()):
            yield connection

    def require_name(self, name: str) -> None:
        """Raise `KeyError` unless a table or view has this name."""
        known = [*self.contract.tables, *(view.name for view in self.contract.views)]
        if name not in known:
            raise KeyError(f"no table or view {name!r}{did_you_mean(name, known)}")


def open_shared(release: str | None, *, records: bool, workspace: str | Path | None) -> OpenRelease:
    """Return the release that is open already, or open it; it is opened again if its files have changed.

    Raises `WorkspaceError`, `ContractError`, `ManifestError` or `RecordsError`.
    """
    found = find_workspace(workspace)
    return _open(found, release, records, _fingerprint(found, release, records))


@lru_cache(maxsize=MAX_OPEN)
def _open(workspace: Workspace, release: str | None, records: bool, fingerprint: tuple[object, ...]) -> OpenRelease:
    """Open a release; `fingerprint` distinguishes the states of its files."""
    source = open_source(workspace, release, records=records)
    return OpenRelease(source, load_contract(source.schemas), describe_source(source, workspace))


def _fingerprint(workspace: Workspace, release: str | None, records: bool) -> tuple[object, ...]:
    """Return what differs if other rows would be read: the digest of a manifest, or sizes and times of files.

    The process belongs to it, since a database must not be used by a process that was forked from the one that opened it.
    """
    found = None if records else find_release(list_release_folders(workspace), release)
    if found is not None:
        return os.getpid(), found[0], file_sha256(found[0] / MANIFEST_NAME)
    files = [path for folder in (workspace.records, workspace.schemas) for path in sorted(folder.glob("*"))]
    states = [(path, path.stat()) for path in [*files, workspace.root / "dataset" / "dataset.yaml"] if path.is_file()]
    return os.getpid(), *((path, state.st_size, state.st_mtime_ns) for path, state in states)
