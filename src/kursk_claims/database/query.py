"""Run one read-only SQL statement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

import duckdb

from kursk_claims.database.casts import cast_to_text, to_parquet_table
from kursk_claims.database.sandbox import read_only_transaction
from kursk_claims.database.sql import describe_error
from kursk_claims.database.statements import UNSAFE_HINT, is_query, require_read_only_statement
from kursk_claims.errors import QueryError

# How DuckDB words what the sandbox, its extensions or a read-only transaction refuse.
REFUSED = re.compile(
    "disabled by configuration|Permission Error|read-only mode|is not in the catalog"
    r'|Table with name [^\s"]*[./][^\s"]* does not exist!',  # such as FROM 'book.xlsx'
)


@dataclass(frozen=True)
class QueryResult:
    """Column names and rows of a query."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def run_query(connection: duckdb.DuckDBPyConnection, sql: str, *, unsafe: bool = False) -> QueryResult:
    """Run one read-only statement and return its result, dates, times and intervals as text.

    With `unsafe`, runs any number of statements of any kind and returns the result of the last.
    Raises `QueryError` with DuckDB's message, which names similar tables and columns.
    """
    statement = sql if unsafe else require_read_only_statement(connection, sql)
    with _query_errors(connection, statement, unsafe=unsafe):
        last = _run_all_but_last(connection, statement)
        if last is None:
            return QueryResult([], [])
        if not is_query(last):
            cursor = connection.execute(last)
            return QueryResult([column[0] for column in cursor.description or []], cursor.fetchall())
        relation = _bind(connection, last.query)
        return QueryResult(relation.columns, [*cast_to_text(relation).iter_rows()])


@contextmanager
def _query_errors(connection: duckdb.DuckDBPyConnection, sql: str, *, unsafe: bool) -> Iterator[None]:
    """Run the block in a read-only transaction unless `unsafe`. Raises `QueryError` for DuckDB's errors."""
    try:
        with nullcontext() if unsafe else read_only_transaction(connection):
            yield
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        lines = _improve_message(connection, _renumber(describe_error(error), sql))
        raise QueryError(*lines, *([UNSAFE_HINT] if not unsafe and REFUSED.search(lines[0]) else [])) from None


def _bind(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation:
    """Return the relation of a query, which has its types before it runs."""
    try:
        return connection.sql(sql)
    except duckdb.Error:
        with suppress(duckdb.TransactionException):  # the error has ended the transaction
            connection.execute(sql)  # raises the error again, with its place in the statement
        raise


def _run_all_but_last(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement | None:
    """Run all statements but the last, and return that one; None if there is none."""
    statements = connection.extract_statements(sql)
    for statement in statements[:-1]:
        connection.execute(statement).fetchall()
    return statements[-1] if statements else None


def _renumber(lines: list[str], sql: str) -> list[str]:
    """Correct the number of the line that an error quotes: DuckDB counts those of the query around a statement, too."""
    match = re.match(r"LINE (\d+): (.*)", lines[1]) if len(lines) > 1 else None
    own = sql.split("\n")
    if match is None or match[2] not in own or own[int(match[1]) - 1 : int(match[1])] == [match[2]]:
        return lines
    number = f"LINE {own.index(match[2]) + 1}: "
    start = len(lines[1]) - len(match[2])
    return [lines[0], number + match[2], " " * len(number) + lines[2][start:], *lines[3:]]


def _improve_message(connection: duckdb.DuckDBPyConnection, lines: list[str]) -> list[str]:
    """List the tables and views if DuckDB suggests none of them, and advise single quotes for text."""
    message, *excerpt = lines
    if "Table with name" in message and "does not exist" in message:
        names = [name for (name,) in connection.execute("SELECT table_name FROM information_schema.tables ORDER BY 1").fetchall()]
        hint = re.search(r' Did you mean "(.*)"\?$', message)
        if hint is None or hint[1] not in names:
            return [message.removesuffix(hint[0] if hint else ""), *excerpt, f"Tables and views: {', '.join(names)}"]
    quoted = re.match(r'Binder Error: Referenced column "([^"]*)" not found', message)
    if quoted and excerpt and f'"{quoted[1]}"' in excerpt[0]:
        return [*lines, f"Double quotes are for names; write a text as '{quoted[1]}'."]
    return lines


def query_to_parquet(
    connection: duckdb.DuckDBPyConnection, sql: str, *, unsafe: bool = False, about: Mapping[str, str] | None = None
) -> bytes:
    """Run the statement like `run_query` and return the result as a Parquet file, with `about` in its footer.

    Raises `QueryError`.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    statement = sql if unsafe else require_read_only_statement(connection, sql)
    with _query_errors(connection, statement, unsafe=unsafe):
        last = _run_all_but_last(connection, statement)
        if last is None or not is_query(last):
            raise QueryError("expected a statement that returns rows, which Parquet needs.")
        relation = _bind(connection, last.query)
        require_unique_names(relation.columns)
        table = to_parquet_table(relation).replace_schema_metadata(about)
    buffer = pa.BufferOutputStream()
    pq.write_table(table, buffer, compression="snappy")
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
