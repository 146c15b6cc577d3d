"""Load CSV records and views into DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from kursk_claims.database.limits import SqlLimits, limit_sql
from kursk_claims.database.named_relations import find_needed_relations
from kursk_claims.database.sandbox import sandbox
from kursk_claims.database.sql import quote_identifier, quote_literal, read_csv_sql
from kursk_claims.database.views import create_views
from kursk_claims.errors import RecordsError
from kursk_claims.files import open_regular

if TYPE_CHECKING:
    from kursk_claims.contract.loader import Contract
    from kursk_claims.contract.model import Column, SqlStatement, Table


MAX_HEADER_SIZE = 2**20  # bytes


def load_records(
    records: Path, contract: Contract, limits: SqlLimits, *, trusted: bool = False, query: str | None = None
) -> duckdb.DuckDBPyConnection:
    """Load every CSV as a table, with the contract's types, into a new in-memory database and create the views.

    For a `query`, only the tables and views that it reads are loaded. DuckDB reads the files itself, so that `query` starts
    without Arrow. Unless `trusted`, the database is sandboxed before it runs the SQL of the views.
    Raises `RecordsError` if a file cannot be read, `ContractError` if a view cannot be created.
    """
    connection = connect_within_limits(limits, trusted=trusted)
    with limit_sql(connection, limits):
        needed = find_needed_relations(connection, query, contract.tables, contract.views)
        _create_tables(connection, records, [table for name, table in contract.tables.items() if name in needed])
    finish_database(connection, [view for view in contract.views if view.name in needed], limits, trusted=trusted)
    return connection


def finish_database(
    connection: duckdb.DuckDBPyConnection, views: Iterable[SqlStatement], limits: SqlLimits, *, trusted: bool = False
) -> None:
    """Sandbox a database with loaded tables, unless `trusted`, and create its views. Raises `ContractError`."""
    if not trusted:
        sandbox(connection, limits.database_memory)
    with limit_sql(connection, limits):
        create_views(connection, views, trusted=trusted)


def connect_within_limits(limits: SqlLimits, *, trusted: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a new in-memory database, in which loading a file of someone else's takes no more memory than the limits allow.

    Nor does it take disk: DuckDB would spill to the current folder.
    """
    memory = None if trusted else limits.database_memory
    connection = duckdb.connect(config={"memory_limit": f"{memory}B", "temp_directory": ""} if memory else {})
    connection.execute("SET TimeZone = 'UTC'")  # so that an answer does not depend on the machine
    return connection


def load_tables(records: Path, contract: Contract, limits: SqlLimits, *, trusted: bool = False) -> duckdb.DuckDBPyConnection:
    """Load every CSV as a table, with the contract's types, into a new in-memory database. Raises `RecordsError`."""
    connection = connect_within_limits(limits, trusted=trusted)
    with limit_sql(connection, limits):
        _create_tables(connection, records, contract.tables.values())
    return connection


def _create_tables(connection: duckdb.DuckDBPyConnection, records: Path, tables: Iterable[Table]) -> None:
    for table in tables:
        order = ", ".join(quote_identifier(name) for name in table.primary_key)
        try:
            connection.execute(
                f"CREATE TABLE {quote_identifier(table.name)} AS SELECT * FROM {csv_source(records, table)} ORDER BY {order}"
            )
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            problem = str(error).strip().split("\n")[0]
            raise RecordsError(
                f"{records / f'{table.name}.csv'}: {problem}. Run `kursk-claims validate` to see what is wrong."
            ) from None


def csv_source(records: Path, table: Table) -> str:
    """Return the SQL that reads a table's CSV with the contract's types.

    Raises `RecordsError` if the file cannot be read or its header differs from the schema.
    """
    _require_header(records / f"{table.name}.csv", table)
    return read_csv_sql(records / f"{table.name}.csv", {column.name: column.type.duckdb for column in table.columns})


def _require_header(path: Path, table: Table) -> None:
    """Compare the header with the schema: DuckDB ignores it, and reads an empty file as a table without rows."""
    try:
        with open_regular(path) as file:
            header = file.readline(MAX_HEADER_SIZE).removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n")
    except OSError as error:
        raise RecordsError(f"{path}: {error.strerror}. Run `kursk-claims validate` to see what is wrong.") from None
    if header.replace(b'"', b"").decode("utf-8", "replace") != ",".join(table.column_names):
        raise RecordsError(
            f"{path}:1:1: the header does not list the columns of the schema. Run `kursk-claims validate` to see what is wrong."
        )


def add_comments(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Add the contract's descriptions to tables, views and columns as SQL comments."""
    for statement in render_comments(contract):
        connection.execute(statement)


def render_comments(contract: Contract) -> Iterator[str]:
    """Yield the SQL that adds the contract's descriptions to tables, views and columns."""
    for table in contract.tables.values():
        yield f"COMMENT ON TABLE {quote_identifier(table.name)} IS {quote_literal(table.description)}"
    for view in contract.views:
        yield f"COMMENT ON VIEW {quote_identifier(view.name)} IS {quote_literal(contract.describe_view(view))}"
    for table in [*contract.tables.values(), *contract.view_schemas.values()]:
        for column in table.columns:
            name = f"{quote_identifier(table.name)}.{quote_identifier(column.name)}"
            yield f"COMMENT ON COLUMN {name} IS {quote_literal(describe_column(column))}"


def describe_column(column: Column) -> str:
    """Return the description of a column with its unit."""
    return column.description + (f" [{column.unit}]" if column.unit else "")
