"""Describe the tables, views and columns of a database."""

from __future__ import annotations

import duckdb

from kursk_claims.contract.constraints import describe_constraints
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Column, Table
from kursk_claims.database.query import QueryResult
from kursk_claims.database.sql import quote_identifier


def list_tables(connection: duckdb.DuckDBPyConnection, contract: Contract) -> QueryResult:
    """List every table and view.

    Columns: name, kind, rows, meaning.
    """
    relations = [(table.name, "table", table.description) for table in contract.tables.values()]
    relations += [(view.name, "view", view.header["says"]) for view in contract.views]
    rows = [(name, kind, _count_rows(connection, name), meaning) for name, kind, meaning in relations]
    return QueryResult(["name", "kind", "rows", "meaning"], rows)


def describe_columns(connection: duckdb.DuckDBPyConnection, contract: Contract, name: str) -> QueryResult:
    """List the columns of a table or view.

    Columns for a table: column, type, unit, may hold, meaning, example. For a view: column and type.
    """
    table = contract.tables.get(name)
    if table is None:
        columns = connection.execute(f"DESCRIBE {quote_identifier(name)}").fetchall()
        return QueryResult(["column", "type"], [(column[0], column[1]) for column in columns])
    rows: list[tuple[str | None, ...]] = [
        (column.name, column.type.duckdb, column.unit, _describe_constraints(table, column), column.description, _example(column))
        for column in table.columns
    ]
    return QueryResult(["column", "type", "unit", "may hold", "meaning", "example"], rows)


def _count_rows(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {quote_identifier(name)}").fetchall()[0][0])


def _describe_constraints(table: Table, column: Column) -> str:
    parts = ["key"] if column.name in table.primary_key else []
    if column.references:
        parts.append(f"→ {'.'.join(column.references)}")
    parts += describe_constraints(column)
    if column.nullable:
        parts.append(f"empty: {column.metadata['missing']}")
    return "; ".join(parts)


def _example(column: Column) -> str:
    return str(column.metadata["example"])
