"""A database and a schema of one's own: `connect` and `schema`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from kursk_claims.contract.loader import load_contract
from kursk_claims.database.load import add_comments
from kursk_claims.extras import explain_missing_packages
from kursk_claims.release.source import find_source_folders, open_source
from kursk_claims.suggest import did_you_mean
from kursk_claims.workspace import find_workspace

if TYPE_CHECKING:
    import pandera.polars


def connect(
    release: str | None = None, *, records: bool = False, workspace: str | Path | None = None, trusted: bool = False
) -> duckdb.DuckDBPyConnection:
    """Return an in-memory DuckDB connection with the tables, the views and their comments.

    They are those of the newest release, of `release`, or of the records if there is no release or `records` is true. The
    connection is sandboxed: its SQL, that of the views included, cannot reach files, the network or settings. Your own tables
    in memory can be added with `register`. With `trusted`, nothing is restricted: only for data whose authors you trust. Each
    call opens a new database, which is yours to change. Raises `WorkspaceError`, `ContractError`, `ManifestError` or
    `RecordsError`.
    """
    source = open_source(find_workspace(workspace), release, records=records, trusted=trusted)
    add_comments(source.connection, load_contract(source.schemas))
    return source.connection


@explain_missing_packages()
def schema(
    name: str, release: str | None = None, *, records: bool = False, workspace: str | Path | None = None
) -> pandera.polars.DataFrameSchema:
    """Return the pandera schema (polars) of a table, or of a view that has one.

    Raises `KeyError` for an unknown name, and `MissingPackageError` without the extra `check`.
    """
    from kursk_claims.contract.pandera import build_pandera_schema

    contract = load_contract(find_source_folders(find_workspace(workspace), release, records=records)[0])
    schemas = contract.tables | contract.view_schemas
    if name not in schemas:
        raise KeyError(f"no table {name!r}{did_you_mean(name, schemas)}")
    return build_pandera_schema(schemas[name])
