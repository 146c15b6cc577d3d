"""Run one read-only SQL statement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import duckdb

from kursk_claims.database.sandbox import read_only_transaction
from kursk_claims.database.sql import describe_error
from kursk_claims.errors import QueryError

MAX_STATEMENT_LENGTH = 10**6  # characters; DuckDB takes four seconds to parse this many
FETCH_SIZE = 10_000  # rows fetched at once; the process notices Ctrl-C in between


@dataclass(frozen=True)
class QueryResult:
    """Column names and rows of a query."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def require_read_only_statement(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """Return the statement. Raises `QueryError` unless it is a single SELECT, EXPLAIN or similar."""
    if not sql.isascii() and any("\ud800" <= char <= "\udfff" for char in sql):
        raise QueryError("expected SQL in UTF-8, found bytes that are not UTF-8.")
    if len(sql) > MAX_STATEMENT_LENGTH:
        raise QueryError(f"expected a statement of at most {MAX_STATEMENT_LENGTH} characters, found {len(sql)}.")
    try:
        statements = connection.extract_statements(sql)
        kinds = [statement.type for statement in statements]  # ValueError: a kind that DuckDB's Python API does not know
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, ValueError) as error:
        raise QueryError(*describe_error(error)) from None
    if not statements:
        raise QueryError("expected one statement, found none. Pass it as an argument or on standard input.")
    if len(statements) > 1:
        raise QueryError(f"expected one statement, found {len(statements)}. Run them one at a time.")
    query = statements[0].query
    kind = connection.extract_statements(_explained(query))[0].type if kinds[0] == duckdb.StatementType.EXPLAIN else kinds[0]
    if kind != duckdb.StatementType.SELECT:
        name = str(kind).rpartition(".")[2]
        raise QueryError(f"expected a statement that only reads, such as SELECT, found {name}.")
    return query


def _explained(sql: str) -> str:
    """Return the statement that an EXPLAIN explains, which EXPLAIN ANALYZE runs."""
    tokens = duckdb.tokenize(sql)
    ends = [*(start for start, _ in tokens[1:]), len(sql)]
    words = [
        (start, sql[start:end]) for (start, kind), end in zip(tokens, ends, strict=True) if kind != duckdb.token_type.comment
    ]
    upper = [word.strip().upper() for _, word in words]
    first = 1
    if upper[1] == "ANALYZE":
        first = 2
    elif upper[1] == "(" and upper[2] in ("ANALYZE", "FORMAT"):
        first = upper.index(")") + 1
    return sql[words[first][0] :]


def run_query(connection: duckdb.DuckDBPyConnection, sql: str, *, unsafe: bool = False) -> QueryResult:
    """Run one read-only statement and return its result.

    With `unsafe`, runs any number of statements of any kind and returns the result of the last.
    Raises `QueryError` with DuckDB's message, which names similar tables and columns.
    """
    statement = sql if unsafe else require_read_only_statement(connection, sql)
    with _query_errors(connection, unsafe=unsafe):
        cursor = connection.execute(statement)
        rows: list[tuple[Any, ...]] = []
        while batch := cursor.fetchmany(FETCH_SIZE):
            rows += batch
        return QueryResult([column[0] for column in cursor.description or []], rows)


@contextmanager
def _query_errors(connection: duckdb.DuckDBPyConnection, *, unsafe: bool) -> Iterator[None]:
    """Run the block in a read-only transaction unless `unsafe`. Raises `QueryError` for DuckDB's errors."""
    try:
        with nullcontext() if unsafe else read_only_transaction(connection):
            yield
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise QueryError(*_improve_message(connection, describe_error(error))) from None


def _improve_message(connection: duckdb.DuckDBPyConnection, lines: list[str]) -> list[str]:
    """List the tables and views if DuckDB suggests none of them, and explain how to show time zones."""
    message, *excerpt = lines
    if "'pytz'" in message:
        return ["a time with a time zone cannot be displayed. Cast it, as in now()::TIMESTAMP."]
    if "Table with name" in message and "does not exist" in message:
        names = [name for (name,) in connection.execute("SELECT table_name FROM information_schema.tables ORDER BY 1").fetchall()]
        hint = re.search(r' Did you mean "(.*)"\?$', message)
        if hint is None or hint[1] not in names:
            return [message.removesuffix(hint[0] if hint else ""), *excerpt, f"Tables and views: {', '.join(names)}"]
    return lines


def query_to_parquet(connection: duckdb.DuckDBPyConnection, sql: str, *, unsafe: bool = False) -> bytes:
    """Run the statement like `run_query` and return the result as a Parquet file. Raises `QueryError`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    statement = sql if unsafe else require_read_only_statement(connection, sql)
    with _query_errors(connection, unsafe=unsafe):
        relation = connection.sql(statement)
        if relation is None:
            raise QueryError("expected a statement that returns rows, which Parquet needs.")
        table = relation.to_arrow_table()
    require_unique_names(table.column_names)
    buffer = pa.BufferOutputStream()
    pq.write_table(table, buffer, compression="zstd")
    return bytes(buffer.getvalue())


def require_unique_names(columns: Sequence[str]) -> None:
    """Raise `QueryError` if two columns have the same name, which formats with named values cannot hold."""
    for name in columns:
        if columns.count(name) > 1:
            raise QueryError(f"this format needs unique column names, found {name!r} twice. Rename one with AS.")


def list_names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the names of all tables, views and columns."""
    rows = connection.execute("SELECT table_name, column_name FROM information_schema.columns").fetchall()
    return sorted({name for row in rows for name in row})
