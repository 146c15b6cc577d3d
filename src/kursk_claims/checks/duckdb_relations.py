"""The relations in DuckDB that the checks read.

Each table `x` has a view `numbered x`: the same rows with their numbers as `_row`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.contract.model import Table
from kursk_claims.database.sql import quote_identifier, quote_literal, scan_parquet_sql

if TYPE_CHECKING:
    import duckdb


def create_numbered_view(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Create the view with row numbers of a table in memory."""
    connection.execute(f"CREATE VIEW {numbered(table)} AS SELECT rowid AS _row, * FROM {quote_identifier(table.name)}")


def create_parquet_views(connection: duckdb.DuckDBPyConnection, table: Table, files: Sequence[tuple[Path, int]]) -> None:
    """Create views of Parquet files, each given with the number of its first row."""
    columns = ", ".join(
        f"{quote_identifier(column.name)}::{column.type.duckdb} AS {quote_identifier(column.name)}" for column in table.columns
    )
    paths = [path for path, _ in files]
    connection.execute(f"CREATE VIEW {quote_identifier(table.name)} AS SELECT {columns} FROM {scan_parquet_sql(paths)}")
    firsts = ", ".join(f"({quote_literal(os.path.realpath(path))}, {first})" for path, first in files)
    connection.execute(
        f"CREATE VIEW {numbered(table)} AS SELECT file_row_number + _first AS _row, {columns} "
        f"FROM {scan_parquet_sql(paths, numbered=True)} JOIN (VALUES {firsts}) AS parts(_file, _first) USING (_file)"
    )


def create_empty_views(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Create a table without rows, for files of which nothing could be read."""
    nulls = ", ".join(f"NULL::{column.type.duckdb} AS {quote_identifier(column.name)}" for column in table.columns)
    name = quote_identifier(table.name)
    connection.execute(f"CREATE VIEW {name} AS SELECT {nulls} WHERE false")
    connection.execute(f"CREATE VIEW {numbered(table)} AS SELECT 0::BIGINT AS _row, * FROM {name}")


def create_temp(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    """Create or replace a temporary table from a query."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")


def numbered(table: Table) -> str:
    """Return the quoted name of the view of a table with row numbers."""
    return quote_identifier(f"numbered {table.name}")


def column_list(names: Iterable[str]) -> str:
    """Return column names as SQL lists them."""
    return ", ".join(quote_identifier(name) for name in names)
