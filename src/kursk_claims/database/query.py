"""Run one reading SQL statement in a read-only transaction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import duckdb

from kursk_claims.database.sandbox import read_only_transaction
from kursk_claims.errors import QueryError

MAX_STATEMENT_LENGTH = 10**6  # characters of a statement: while DuckDB parses it nothing else runs, 4 s for as many
FETCH_SIZE = 10_000  # rows fetched at once, between which other threads run


@dataclass(frozen=True)
class QueryResult:
    """Column names and rows."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def require_reading_statement(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The one statement that only reads. Raises `QueryError`."""
    if not sql.isascii() and any("\ud800" <= char <= "\udfff" for char in sql):
        raise QueryError("expected SQL in UTF-8, found bytes that are none.")
    if len(sql) > MAX_STATEMENT_LENGTH:
        raise QueryError(f"expected a statement of at most {MAX_STATEMENT_LENGTH} characters, found {len(sql)}.")
    try:
        statements = connection.extract_statements(sql)
        kinds = [statement.type for statement in statements]  # a ValueError for kinds that Python's side does not know
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, ValueError) as error:
        raise QueryError(str(error).strip()) from None
    if not statements:
        raise QueryError("expected one statement, found none. Give it as an argument, or on standard input.")
    if len(statements) > 1:
        raise QueryError(f"expected one statement, found {len(statements)}. Ask them one at a time.")
    if kinds[0] not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        kind = str(kinds[0]).rpartition(".")[2]
        raise QueryError(f"expected a statement that only reads, such as SELECT, found {kind}.")
    return statements[0].query


def run_query(connection: duckdb.DuckDBPyConnection, sql: str, *, unsafe: bool = False) -> QueryResult:
    """The answer to one reading statement. Raises `QueryError` with DuckDB's message and the nearest right name.

    With `unsafe`, of any statements; the answer is that of the last.
    """
    statement = sql if unsafe else require_reading_statement(connection, sql)

    with _reading(connection, unsafe=unsafe):
        cursor = connection.execute(statement)
        rows: list[tuple[Any, ...]] = []
        while batch := cursor.fetchmany(FETCH_SIZE):
            rows += batch
        return QueryResult([column[0] for column in cursor.description or []], rows)


@contextmanager
def _reading(connection: duckdb.DuckDBPyConnection, *, unsafe: bool) -> Iterator[None]:
    """A transaction that refuses to write, and DuckDB's errors in words for people. Raises `QueryError`."""
    try:
        with nullcontext() if unsafe else read_only_transaction(connection):
            yield
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise QueryError(_add_table_names(connection, str(error).strip())) from None


def _add_table_names(connection: duckdb.DuckDBPyConnection, message: str) -> str:
    """DuckDB names the nearest table and columns itself; where its table is none of ours, all of ours are named."""
    if "'pytz'" in message:
        return "a time with a time zone cannot be shown. Cast it, as in now()::TIMESTAMP."
    if "Table with name" in message and "does not exist" in message:
        names = [name for (name,) in connection.execute("SELECT table_name FROM information_schema.tables ORDER BY 1").fetchall()]
        hint = re.search(r'\nDid you mean "(.*)"\?', message)
        if hint is None or hint[1] not in names:
            return f"{message.replace(hint[0] if hint else '', '')}\nTables and views: {', '.join(names)}"
    return message


def query_to_parquet(connection: duckdb.DuckDBPyConnection, sql: str, *, unsafe: bool = False) -> bytes:
    """The answer as a Parquet file. Raises `QueryError`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    statement = sql if unsafe else require_reading_statement(connection, sql)
    with _reading(connection, unsafe=unsafe):
        relation = connection.sql(statement)
        if relation is None:
            raise QueryError("expected a statement with an answer, for Parquet.")
        table = relation.to_arrow_table()
    require_unique_names(table.column_names)
    out = pa.BufferOutputStream()
    pq.write_table(table, out, compression="zstd")
    return bytes(out.getvalue())


def require_unique_names(columns: Sequence[str]) -> None:
    """Formats that name each value hold one of each name. Raises `QueryError`."""
    for name in columns:
        if columns.count(name) > 1:
            raise QueryError(f"this format needs columns with names of their own, found {name!r} twice. Rename one with AS.")
