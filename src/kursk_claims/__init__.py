"""Claims of a news article, each with who said so, through whom, how firmly, and where that can be checked.

>>> import kursk_claims
>>> kursk_claims.connect().sql("SELECT count(*) FROM claims").fetchall()
[(52,)]
>>> kursk_claims.table("claims").num_rows
52
>>> kursk_claims.schema("claims").name
'claims'
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pandera.polars
    import pyarrow

__version__ = "0.1.0"
__all__ = ["connect", "schema", "table"]


def connect(
    release: str | None = None, *, records: bool = False, workspace: str | Path | None = None
) -> duckdb.DuckDBPyConnection:
    """An ordinary in-memory DuckDB connection with the tables, the views and their comments.

    Of the newest release unless one is named, or of the records while there is none. It is not locked: it is for your own
    analyses, with your own data beside. Raises `WorkspaceError`, `ContractError`, `ManifestError` or `RecordsError`.
    """
    from kursk_claims.contract import read_contract
    from kursk_claims.database import add_comments
    from kursk_claims.source import open_source
    from kursk_claims.workspace import find_workspace

    source = open_source(find_workspace(workspace), release, records=records)
    add_comments(source.connection, read_contract(source.schemas))
    return source.connection


def table(name: str, release: str | None = None, *, records: bool = False, workspace: str | Path | None = None) -> pyarrow.Table:
    """A table or view as Arrow, rows sorted by key. Raises `KeyError` for a name that is none."""
    from kursk_claims.contract import nearest

    connection = connect(release, records=records, workspace=workspace)
    known = [row[0] for row in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()]
    if name not in known:
        raise KeyError(f"no table or view {name!r}{nearest(name, known)}")
    return connection.table(name).to_arrow_table()


def schema(
    name: str, release: str | None = None, *, records: bool = False, workspace: str | Path | None = None
) -> pandera.polars.DataFrameSchema:
    """The pandera schema (on polars) of a table. Raises `KeyError` for a name that is none."""
    from kursk_claims.contract import nearest, pandera_schema, read_contract
    from kursk_claims.source import find_sources
    from kursk_claims.workspace import find_workspace

    tables = read_contract(find_sources(find_workspace(workspace), release, records=records)[0]).tables
    if name not in tables:
        raise KeyError(f"no table {name!r}{nearest(name, tables)}")
    return pandera_schema(tables[name])
