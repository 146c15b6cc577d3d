"""Tell statements that only read from all others."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from kursk_claims.database.sql import describe_error
from kursk_claims.errors import QueryError

MAX_STATEMENT_LENGTH = 10**6  # characters; DuckDB takes four seconds to parse this many
UNSAFE_HINT = (
    "A query is one statement that only reads, without access to files, the network, extensions or settings. "
    "`--unsafe` lifts this, for statements and data that you trust: see docs/sql.md."
)
QUERY_WORDS = {"PIVOT", "PIVOT_WIDER", "SELECT", "FROM", "WITH", "("}


def require_read_only_statement(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """Return the statement. Raises `QueryError` unless it is a single SELECT, PIVOT, EXPLAIN or similar."""
    if not sql.isascii() and any("\ud800" <= char <= "\udfff" for char in sql):
        raise QueryError("expected SQL in UTF-8, found bytes that are not UTF-8.")
    if len(sql) > MAX_STATEMENT_LENGTH:
        raise QueryError(f"expected a statement of at most {MAX_STATEMENT_LENGTH} characters, found {len(sql)}.")
    try:
        statements = connection.extract_statements(sql)
        for statement in statements:
            statement.type  # noqa: B018  ValueError: a kind that DuckDB's Python API does not know
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, ValueError) as error:
        raise QueryError(*describe_error(error)) from None
    if not statements:
        raise QueryError("expected one statement, found none. Pass it as an argument or on standard input.")
    if len(statements) > 1:
        raise QueryError(f"expected one statement, found {len(statements)}. Run them one at a time.", UNSAFE_HINT)
    statement = statements[0]
    if _first_word(statement.query) == "EXPLAIN":
        statement = connection.extract_statements(_explained(statement.query))[0]
    if not is_query(statement):
        found = _first_word(statement.query)
        raise QueryError(f"expected a statement that only reads, such as SELECT, found {found}.", UNSAFE_HINT)
    return statements[0].query


def is_query(statement: duckdb.Statement) -> bool:
    """Return whether a statement is a query, which returns rows and, in a read-only transaction, changes nothing.

    A query with a PIVOT without IN is several statements to DuckDB, of which the first creates a temporary type.
    """
    if statement.type == duckdb.StatementType.MULTI:
        return _first_word(statement.query) in QUERY_WORDS
    return bool(statement.type == duckdb.StatementType.SELECT)


def _explained(sql: str) -> str:
    """Return the statement that an EXPLAIN explains, which EXPLAIN ANALYZE runs."""
    starts, words = zip(*_split_words(sql), strict=True)
    first = 1
    if words[1] == "ANALYZE":
        first = 2
    elif words[1] == "(" and words[2] in ("ANALYZE", "FORMAT"):
        first = words.index(")") + 1
    return sql.encode()[starts[first] :].decode()


def _first_word(sql: str) -> str:
    return next(word for _, word in _split_words(sql))


def _split_words(sql: str) -> Iterator[tuple[int, str]]:
    """Yield the first byte of each word of a statement and the word in upper case, without comments."""
    content = sql.encode()
    tokens = duckdb.tokenize(sql)
    ends = [*(start for start, _ in tokens[1:]), len(content)]
    for (start, kind), end in zip(tokens, ends, strict=True):
        if kind != duckdb.token_type.comment:
            yield start, content[start:end].decode(errors="replace").strip().upper()
