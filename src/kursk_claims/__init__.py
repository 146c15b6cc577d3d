"""Claims of a news article, each with who said so, through whom, how firmly, and where that can be checked.

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

__all__ = ["__version__", "check", "connect", "schema", "table"]


def connect(
    release: str | None = None, *, records: bool = False, workspace: str | Path | None = None
) -> duckdb.DuckDBPyConnection:
    """An ordinary in-memory DuckDB connection with the tables, the views and their comments.

    Of the newest release unless one is named, or of the records while there is none. It is not locked: it is for your own
    analyses, with your own data beside, and not for the views of people whom you do not trust.
    Raises `WorkspaceError`, `ContractError`, `ManifestError` or `RecordsError`.
    """
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.database.load import add_comments
    from kursk_claims.release.source import open_source
    from kursk_claims.workspace import find_workspace

    source = open_source(find_workspace(workspace), release, records=records, locked=False)
    add_comments(source.connection, load_contract(source.schemas))
    return source.connection


def table(name: str, release: str | None = None, *, records: bool = False, workspace: str | Path | None = None) -> pyarrow.Table:
    """A table or view as Arrow, rows sorted by key. Raises `KeyError` for a name that is none."""
    from kursk_claims.suggest import did_you_mean

    connection = connect(release, records=records, workspace=workspace)
    known = [row[0] for row in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()]
    if name not in known:
        raise KeyError(f"no table or view {name!r}{did_you_mean(name, known)}")
    return connection.table(name).to_arrow_table()


def schema(
    name: str, release: str | None = None, *, records: bool = False, workspace: str | Path | None = None
) -> pandera.polars.DataFrameSchema:
    """The pandera schema (on polars) of a table. Raises `KeyError` for a name that is none."""
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.contract.pandera import build_pandera_schema
    from kursk_claims.release.source import find_source_folders
    from kursk_claims.suggest import did_you_mean
    from kursk_claims.workspace import find_workspace

    tables = load_contract(find_source_folders(find_workspace(workspace), release, records=records)[0]).tables
    if name not in tables:
        raise KeyError(f"no table {name!r}{did_you_mean(name, tables)}")
    return build_pandera_schema(tables[name])


def check(
    given: Any,
    *,
    table: str | None = None,
    against: str | None = None,
    max_findings: int = 100,
    workspace: str | Path | None = None,
) -> Report:
    """Hold records against the contract: columns, keys, references and rules.

    `given` is a path or several, as of `kursk-claims check`; or a table of Arrow, polars, pandas or DuckDB, whose name in the
    contract `table` says; or several of these by their names. References may be to rows of the release `against` too. The
    report has `findings` (at most `max_findings`; `count()` counts all) and `exit_code`, 1 when there are errors, else 0.
    Raises `KeyError` for a name that is no table, `OSError` for what cannot be checked, and what `connect` raises.
    """
    from kursk_claims.checks.check import check_files as check_paths
    from kursk_claims.checks.check import check_frames, release_folder
    from kursk_claims.checks.options import CheckOptions
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.release.source import find_source_folders
    from kursk_claims.suggest import did_you_mean
    from kursk_claims.workspace import find_workspace

    found = find_workspace(workspace)
    contract = load_contract(find_source_folders(found)[0])
    limits, release = CheckOptions(max_findings), release_folder(found, against)
    names = [*given] if isinstance(given, Mapping) else [] if table is None else [table]
    for name in names:
        if name not in contract.tables:
            raise KeyError(f"no table {name!r}{did_you_mean(name, contract.tables)}")
    if isinstance(given, (str, Path)):
        given = [given]
    if isinstance(given, Sequence):
        return check_paths([str(path) for path in given], contract, limits, table=table, against=release)
    if not names:
        raise TypeError("say with table= which table of the contract it is")
    return check_frames(given if isinstance(given, Mapping) else {names[0]: given}, contract, limits, against=release)
