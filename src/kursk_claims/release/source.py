"""Open a release, or the records of a workspace, as a database."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from kursk_claims.contract.statements import VIEWS_FILE, load_views
from kursk_claims.database.limits import SqlLimits, limit_sql, read_within_limits
from kursk_claims.database.load import connect_within_limits, finish_database, load_records
from kursk_claims.database.named_relations import find_needed_relations
from kursk_claims.database.sql import describe_error, quote_identifier, read_parquet_sql
from kursk_claims.errors import ContractError, ManifestError, RecordsError
from kursk_claims.release.digests import verify_files
from kursk_claims.release.lookup import find_release, list_release_folders, name_release
from kursk_claims.release.manifest import Manifest
from kursk_claims.workspace import Workspace


@dataclass(frozen=True)
class Source:
    """A release or the records of a workspace as an open database; `release` is its folder and manifest, if it is one."""

    connection: duckdb.DuckDBPyConnection
    name: str
    schemas: Path
    records: Path
    limits: SqlLimits
    release: tuple[Path, Manifest] | None = None

    def reading(self) -> AbstractContextManager[None]:
        """Within the block, SQL only reads, and the limits hold. All reading of views belongs there."""
        return read_within_limits(self.connection, self.limits)


def open_source(
    workspace: Workspace,
    release: str | None = None,
    *,
    records: bool = False,
    limits: SqlLimits | None = None,
    trusted: bool = False,
    query: str | None = None,
) -> Source:
    """Open the named release, else the newest that is found, else the workspace's records; with `records`, always the records.

    Unless `trusted`, the database is sandboxed before views are created. `limits` hold for creating them. For a `query`, only
    the tables and views that it reads are opened.
    Raises `WorkspaceError` if there is no such release, `ManifestError` if it is damaged, `RecordsError` if records are invalid.
    """
    limits = limits or SqlLimits()
    found = None if records else find_release(list_release_folders(workspace), release)
    if found is not None:
        folder, manifest = found
        connection = open_release(folder, manifest, limits, trusted=trusted, query=query)
        return Source(connection, name_release(workspace, *found), folder / "schemas", folder / "records", limits, found)
    if not workspace.records.is_dir():
        raise RecordsError(f"{workspace} has no records. Query a release instead.")
    from kursk_claims.contract.loader import load_workspace_contract

    connection = load_records(workspace.records, load_workspace_contract(workspace), limits, trusted=trusted, query=query)
    return Source(connection, "the records", workspace.schemas, workspace.records, limits)


def find_source_folders(workspace: Workspace, release: str | None = None, *, records: bool = True) -> tuple[Path, Path]:
    """Return the folders of schemas and CSV files of a release, or of the workspace's records, without opening them."""
    if records and workspace.records.is_dir():
        return workspace.schemas, workspace.records
    # Without being asked, a contract or a document does not come from a download.
    folders = [workspace.build] if release is None and records else list_release_folders(workspace)
    found = find_release(folders, release)
    return (found[0] / "schemas", found[0] / "records") if found else (workspace.schemas, workspace.records)


def open_release(
    folder: Path, manifest: Manifest, limits: SqlLimits | None = None, *, trusted: bool = False, query: str | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a release as an in-memory database, sandboxed unless `trusted`. Each file is verified before it is read.

    For a `query`, only the tables and views that it reads are opened.
    Raises `ManifestError` if a file is damaged or its tables or views cannot be read.
    """
    verify_files(folder, manifest, [VIEWS_FILE])
    if manifest.file(VIEWS_FILE).sha256 != manifest.file(f"schemas/{VIEWS_FILE}").sha256:
        raise ManifestError(f"{folder}: {VIEWS_FILE} and schemas/{VIEWS_FILE} differ. Download the release again.")
    limits = limits or SqlLimits()
    connection = connect_within_limits(limits, trusted=trusted)
    files = {table.name: table.file for table in manifest.tables if table.kind == "table"}
    try:
        views = load_views(folder)
        with limit_sql(connection, limits):
            needed = find_needed_relations(connection, query, files, views)
        verify_files(folder, manifest, [file for name, file in files.items() if name in needed])
        with limit_sql(connection, limits):
            for name, file in files.items():
                if name in needed:
                    source = read_parquet_sql([folder / file])
                    connection.execute(f"CREATE TABLE {quote_identifier(name)} AS FROM {source}")
        finish_database(connection, [view for view in views if view.name in needed], limits, trusted=trusted)
    except (duckdb.Error, ContractError) as error:
        problem, *excerpt = error.args if isinstance(error, ContractError) else describe_error(error)
        raise ManifestError(f"{folder}: its tables or views cannot be read: {problem}", *excerpt) from None
    return connection


def find_verified_release(folders: list[Path], version: str | None) -> Path | None:
    """Return the folder of a release after verifying every file; None if no version is named. Raises `ManifestError`."""
    if version is None:
        return None
    found = find_release(folders, version)
    assert found is not None
    verify_files(*found)
    return found[0]
