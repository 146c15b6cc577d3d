"""List tables and views, and explain their columns."""

from __future__ import annotations

import duckdb

from kursk_claims.contract.constraints import describe_constraints
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Column, Table
from kursk_claims.database.query import QueryResult
from kursk_claims.database.sql import quote_identifier


def list_tables(connection: duckdb.DuckDBPyConnection, contract: Contract) -> QueryResult:
    """Name, kind, number of rows and meaning of every table and view."""
    names = [(table.name, "table", table.description) for table in contract.tables.values()]
    names += [(view.name, "view", view.header["says"]) for view in contract.views]
    rows = [
        (name, kind, connection.execute(f"SELECT count(*) FROM {quote_identifier(name)}").fetchall()[0][0], words)
        for name, kind, words in names
    ]
    return QueryResult(["name", "kind", "rows", "meaning"], rows)


def describe_columns(connection: duckdb.DuckDBPyConnection, contract: Contract, name: str) -> QueryResult:
    """Column, type, unit, what it may hold and what it means; for a view, column and type."""
    table = contract.tables.get(name)
    if table is None:
        described = connection.execute(f"DESCRIBE {quote_identifier(name)}").fetchall()
        return QueryResult(["column", "type"], [(row[0], row[1]) for row in described])
    rows: list[tuple[str | None, ...]] = [
        (column.name, column.type.duckdb, column.unit, _describe_constraints(table, column), column.description, _example(column))
        for column in table.columns
    ]
    return QueryResult(["column", "type", "unit", "may hold", "meaning", "example"], rows)


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
