"""Claims of a news article: who said so, through whom, how firmly, and where in the source to check it.

>>> import kursk_claims
>>> kursk_claims.connect().sql("SELECT count(*) FROM claims").fetchall()
[(52,)]
>>> kursk_claims.table("claims").num_rows
52
>>> kursk_claims.schema("claims").name
'claims'
>>> kursk_claims.check(kursk_claims.table("claims"), table="claims").exit_code
0
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import pandera.polars
    import pyarrow

    from kursk_claims.report.model import Report

from kursk_claims._version import __version__
from kursk_claims.extras import explain_missing_packages, require_extra

__all__ = ["__version__", "check", "connect", "schema", "table"]


def connect(
    release: str | None = None, *, records: bool = False, workspace: str | Path | None = None, trusted: bool = False
) -> duckdb.DuckDBPyConnection:
    """Return an in-memory DuckDB connection with the tables, the views and their comments.

    They are those of the newest release, of `release`, or of the records if there is no release or `records` is true. The
    connection is sandboxed: its SQL, that of the views included, cannot reach files, the network or settings. Your own tables
    in memory can be added with `register`. With `trusted`, nothing is restricted: only for data whose authors you trust.
    Raises `WorkspaceError`, `ContractError`, `ManifestError` or `RecordsError`.
    """
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.database.load import add_comments
    from kursk_claims.release.source import open_source
    from kursk_claims.workspace import find_workspace

    source = open_source(find_workspace(workspace), release, records=records, trusted=trusted)
    add_comments(source.connection, load_contract(source.schemas))
    return source.connection


@explain_missing_packages()
def table(name: str, release: str | None = None, *, records: bool = False, workspace: str | Path | None = None) -> pyarrow.Table:
    """Return a table or view as Arrow, rows sorted by key. Raises `KeyError` for an unknown name, and what `connect` raises."""
    from kursk_claims.database.sql import quote_identifier
    from kursk_claims.release.source import open_source
    from kursk_claims.suggest import did_you_mean
    from kursk_claims.workspace import find_workspace

    source = open_source(find_workspace(workspace), release, records=records, query=f"FROM {quote_identifier(name)}")
    with source.reading():
        known = [row[0] for row in source.connection.execute("SELECT table_name FROM information_schema.tables").fetchall()]
        if name not in known:
            raise KeyError(f"no table or view {name!r}{did_you_mean(name, known)}")
        return source.connection.table(name).to_arrow_table()


@explain_missing_packages()
def schema(
    name: str, release: str | None = None, *, records: bool = False, workspace: str | Path | None = None
) -> pandera.polars.DataFrameSchema:
    """Return the pandera schema (polars) of a table, or of a view that has one. Raises `KeyError` for an unknown name."""
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.contract.pandera import build_pandera_schema
    from kursk_claims.release.source import find_source_folders
    from kursk_claims.suggest import did_you_mean
    from kursk_claims.workspace import find_workspace

    contract = load_contract(find_source_folders(find_workspace(workspace), release, records=records)[0])
    schemas = contract.tables | contract.view_schemas
    if name not in schemas:
        raise KeyError(f"no table {name!r}{did_you_mean(name, schemas)}")
    return build_pandera_schema(schemas[name])


@explain_missing_packages()
def check(
    records: Any,
    *,
    table: str | None = None,
    against: str | None = None,
    max_findings: int = 100,
    contract: str | Path | None = None,
    workspace: str | Path | None = None,
) -> Report:
    """Check records against the contract: columns, keys, references and rules.

    `records` is one path or several, as for `kursk-claims check`; or a table of Arrow, polars, pandas or DuckDB, with its name
    in the contract as `table`; or several tables in a dict by name. References may also be to rows of the release `against`.
    `contract` is `"package"`, a version or a folder of schemas; by default it is that of the workspace. The report has
    `findings` (at most `max_findings`; `count()` counts all) and `exit_code`: 1 if there are errors, else 0. Raises
    `KeyError` for an unknown table name, `KurskClaimsError` for what cannot be checked.
    """
    require_extra("check")
    from kursk_claims.checks.check import check_files, check_frames
    from kursk_claims.checks.options import CheckOptions
    from kursk_claims.release.contract_choice import choose_contract
    from kursk_claims.release.source import find_verified_release
    from kursk_claims.suggest import did_you_mean
    from kursk_claims.tables.discovery import discover_files

    choice = choose_contract(contract, workspace)
    options, release = CheckOptions(max_findings), find_verified_release(choice.folders, against)
    frames = records if isinstance(records, Mapping) else {}
    for name in [*frames, *([] if table is None else [table])]:
        if name not in choice.contract.tables:
            raise KeyError(f"no table {name!r}{did_you_mean(name, choice.contract.tables)}")
    if isinstance(records, (str, Path)):
        records = [records]
    if isinstance(records, Sequence) and all(isinstance(path, (str, Path)) for path in records):
        files = discover_files([str(path) for path in records], choice.contract, table)
        return check_files(files, choice.contract, options, against=release)
    if not frames and table is None:
        raise TypeError("give the name of the table as table=")
    return check_frames(frames or {str(table): records}, choice.contract, options, against=release)
