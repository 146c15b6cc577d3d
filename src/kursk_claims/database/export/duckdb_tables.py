"""Define the tables of a contract in DuckDB, with their keys."""

from __future__ import annotations

from collections.abc import Iterator

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Table
from kursk_claims.database.sql import quote_identifier


def define_tables(contract: Contract) -> Iterator[tuple[Table, str]]:
    """Yield each table after those that it refers to, with its CREATE TABLE.

    A reference within a table, or in a circle of tables, is no foreign key: DuckDB compares each row with those before it.
    """
    defined = list[str]()
    for table in _order_by_references(contract):
        yield table, _define_table(table, defined)
        defined.append(table.name)


def _order_by_references(contract: Contract) -> list[Table]:
    ordered = dict[str, Table]()
    visited = set[str]()

    def visit(table: Table) -> None:
        visited.add(table.name)
        for column in table.columns:
            if column.references and column.references[0] not in visited:
                visit(contract.tables[column.references[0]])
        ordered[table.name] = table

    for table in contract.tables.values():
        if table.name not in visited:
            visit(table)
    return list(ordered.values())


def _define_table(table: Table, defined: list[str]) -> str:
    parts = []
    for column in table.columns:
        part = f"{quote_identifier(column.name)} {column.type.duckdb}{'' if column.nullable else ' NOT NULL'}"
        if column.references and column.references[0] in defined:
            parent, key = map(quote_identifier, column.references)
            part += f" REFERENCES {parent} ({key})"
        parts.append(part)
    parts.append(f"PRIMARY KEY ({', '.join(map(quote_identifier, table.primary_key))})")
    lines = ",\n    ".join(parts)
    return f"CREATE TABLE {quote_identifier(table.name)} (\n    {lines}\n)"
