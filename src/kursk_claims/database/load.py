"""Load CSV records and views into DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from kursk_claims.database.sandbox import sandbox
from kursk_claims.database.sql import quote_identifier, quote_literal
from kursk_claims.errors import RecordsError

if TYPE_CHECKING:
    from kursk_claims.contract.loader import Contract
    from kursk_claims.contract.model import Table


def load_records(
    records: Path, contract: Contract, *, locked: bool = True, memory: int | None = None
) -> duckdb.DuckDBPyConnection:
    """An in-memory database with a table per CSV, typed by the contract, and the views.

    DuckDB reads the files itself, which keeps Arrow out of a query's start-up. The database is locked before the views, which
    may be other people's SQL, are made. Raises `RecordsError`.
    """
    connection = duckdb.connect()
    for table in contract.tables.values():
        order = ", ".join(quote_identifier(name) for name in table.primary_key)
        try:
            connection.execute(
                f"CREATE TABLE {quote_identifier(table.name)} AS SELECT * FROM {csv_source(records, table)} ORDER BY {order}"
            )
        except duckdb.Error as error:
            what = str(error).strip().split("\n")[0]
            raise RecordsError(
                f"{records / f'{table.name}.csv'}: {what}. Run `kursk-claims validate` to see what is wrong."
            ) from None
    if locked:
        sandbox(connection, memory)
    create_views(connection, contract)
    return connection


def csv_source(records: Path, table: Table) -> str:
    """SQL that reads a table's CSV with the contract's types. Raises `RecordsError`."""
    _require_header(records / f"{table.name}.csv", table)
    types = ", ".join(f"{quote_literal(column.name)}: {quote_literal(column.type.duckdb)}" for column in table.columns)
    return (
        f"read_csv({quote_literal(records / f'{table.name}.csv')}, columns = {{{types}}}, auto_detect = false, header = true, "
        "delim = ',', quote = '\"', escape = '\"', nullstr = '')"
    )


def _require_header(path: Path, table: Table) -> None:
    """DuckDB takes given columns by position, whatever the header says, and an empty file for a table without rows."""
    try:
        with path.open("rb") as file:
            found = file.readline().removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n")
    except OSError as error:
        raise RecordsError(f"{path}: {error.strerror}. Run `kursk-claims validate` to see what is wrong.") from None
    if found.replace(b'"', b"").decode("utf-8", "replace") != ",".join(table.column_names):
        raise RecordsError(f"{path}:1:1: not the columns of the schema. Run `kursk-claims validate` to see what is wrong.")


def create_views(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Create the contract's views in their order. Raises `ContractError` where one does not run."""
    from kursk_claims.errors import ContractError

    for view in contract.views:
        at = f"{view.path}:{view.line}:1: view {view.name}"
        try:
            if (count := len(connection.extract_statements(view.sql))) != 1:
                raise ContractError(f"{at}: expected one statement, found {count}.")
            connection.execute(view.sql)
        except (duckdb.Error, ValueError) as error:
            raise ContractError(f"{at}: {error}") from None


def add_comments(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Put titles and descriptions on tables, views and columns, as SQL comments."""
    for table in contract.tables.values():
        connection.execute(f"COMMENT ON TABLE {quote_identifier(table.name)} IS {quote_literal(table.description)}")
        for column in table.columns:
            words = column.description + (f" [{column.unit}]" if column.unit else "")
            connection.execute(
                f"COMMENT ON COLUMN {quote_identifier(table.name)}.{quote_identifier(column.name)} IS {quote_literal(words)}"
            )
    for view in contract.views:
        connection.execute(f"COMMENT ON VIEW {quote_identifier(view.name)} IS {quote_literal(view.header['says'])}")
