"""Describe the tables, views and columns of a database."""

from __future__ import annotations

from typing import Any

import duckdb

from kursk_claims.contract.code_lists import COLUMNS, Code, CodesByField, find_code_table, group_codes, list_codes
from kursk_claims.contract.constraints import describe_constraints
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Column, Table
from kursk_claims.database.query import QueryResult
from kursk_claims.database.sql import quote_identifier
from kursk_claims.report.values import count_noun


def list_tables(connection: duckdb.DuckDBPyConnection, contract: Contract) -> QueryResult:
    """List every table and view.

    Columns: name, kind, rows, meaning.
    """
    relations = [(table.name, "table", table.description) for table in contract.tables.values()]
    relations += [(view.name, "view", contract.describe_view(view)) for view in contract.views]
    rows = [(name, kind, _count_rows(connection, name), meaning) for name, kind, meaning in relations]
    return QueryResult(["name", "kind", "rows", "meaning"], rows)


def read_codes(connection: duckdb.DuckDBPyConnection, contract: Contract) -> CodesByField:
    """Return the codes that the database defines, by field; none if its contract has no such table."""
    table = find_code_table(contract)
    columns = ", ".join(map(quote_identifier, COLUMNS))
    rows = connection.execute(f"SELECT {columns} FROM {quote_identifier(table.name)}").fetchall() if table else []
    return group_codes(rows)


def describe_columns(connection: duckdb.DuckDBPyConnection, contract: Contract, name: str, column: str = "") -> QueryResult:
    """List the columns of a table or view, or one of them.

    Columns: column, type, unit, may hold, meaning, example, codes. For a view without a schema: column and type.
    """
    table = contract.schema_of(name)
    if table is None:
        columns = connection.execute(f"DESCRIBE {quote_identifier(name)}").fetchall()
        return QueryResult(["column", "type"], [(each[0], each[1]) for each in columns if column in ("", each[0])])
    defined = read_codes(connection, contract)
    rows: list[tuple[Any, ...]] = [
        (
            each.name,
            each.type.duckdb,
            each.unit,
            _describe_constraints(table, each),
            each.description,
            str(each.metadata["example"]),
            [code._asdict() for code in list_codes(table, each, defined)],
        )
        for each in table.columns
        if column in ("", each.name)
    ]
    return QueryResult(["column", "type", "unit", "may hold", "meaning", "example", "codes"], rows)


def split_codes(described: QueryResult) -> tuple[QueryResult, QueryResult]:
    """Split the result of `describe_columns` for people: the columns, with few words per cell, and their codes below.

    Columns of the first: column, type, meaning, may hold. Columns of the second: column, code, label, definition.
    """
    if "codes" not in described.columns:
        return described, QueryResult([], [])
    columns, codes = [], []
    for name, kind, unit, may_hold, meaning, example, defined in described.rows:
        codes += [(name if code is defined[0] else "", *code.values()) for code in defined]
        parts = [f"one of {count_noun(len(defined), 'code')}, see below"] if defined else []
        parts += [part for part in may_hold.split("; ") if part and not (defined and part.startswith(("one of ", "a code of ")))]
        columns.append((name, f"{kind}, {unit}" if unit else kind, f"{meaning} Example: {example}", "; ".join(parts)))
    return QueryResult(["column", "type", "meaning", "may hold"], columns), QueryResult(["column", *Code._fields], codes)


def _count_rows(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {quote_identifier(name)}").fetchall()[0][0])


def _describe_constraints(table: Table, column: Column) -> str:
    parts = ["key"] if column.name in table.primary_key else []
    if column.references:
        parts.append(f"→ {'.'.join(column.references)}")
    elif column.code_list:
        parts.append(f"a code of {column.code_list}")
    parts += describe_constraints(column)
    if column.nullable:
        parts.append(f"empty: {column.metadata['missing']}")
    return "; ".join(parts)
