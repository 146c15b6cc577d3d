"""What there is, and what a column means."""

from __future__ import annotations

import duckdb

from kursk_claims.contract import Column, Contract, Table
from kursk_claims.database import identifier
from kursk_claims.query import Answer


def overview(connection: duckdb.DuckDBPyConnection, contract: Contract) -> Answer:
    """Name, kind, number of rows and meaning of every table and view."""
    names = [(table.name, "table", table.description) for table in contract.tables.values()]
    names += [(view.name, "view", view.header["says"]) for view in contract.views]
    rows = [
        (name, kind, connection.execute(f"SELECT count(*) FROM {identifier(name)}").fetchall()[0][0], words)
        for name, kind, words in names
    ]
    return Answer(["name", "kind", "rows", "meaning"], rows)


def columns_of(connection: duckdb.DuckDBPyConnection, contract: Contract, name: str) -> Answer:
    """Column, type, unit, what it may hold and what it means; for a view, column and type."""
    table = contract.tables.get(name)
    if table is None:
        described = connection.execute(f"DESCRIBE {identifier(name)}").fetchall()
        return Answer(["column", "type"], [(row[0], row[1]) for row in described])
    rows: list[tuple[str | None, ...]] = [
        (column.name, column.sql_type, column.unit, _may_hold(table, column), column.description, _example(column))
        for column in table.columns
    ]
    return Answer(["column", "type", "unit", "may hold", "meaning", "example"], rows)


def _may_hold(table: Table, column: Column) -> str:
    parts = ["key"] if column.name in table.primary_key else []
    if column.references:
        parts.append(f"→ {'.'.join(column.references)}")
    for name, value in column.checks.items():
        parts.append(", ".join(value) if name == "isin" else f"{name} {value}")
    if column.nullable:
        parts.append(f"empty: {column.metadata['missing']}")
    return "; ".join(parts)


def _example(column: Column) -> str:
    return str(column.metadata["example"])
