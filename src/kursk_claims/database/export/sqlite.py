"""Export to a SQLite database."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Table
from kursk_claims.database.export.tables import ExportTable
from kursk_claims.database.render import format_csv_cell
from kursk_claims.database.sql import quote_identifier


def write_sqlite(tables: Iterable[ExportTable], contract: Contract, target: Path) -> None:
    """Write tables with their keys and references, and views as tables without; the columns of views have types if described."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(":memory:")) as output:
        for table in tables:
            name = quote_identifier(table.name)
            definition, view = contract.tables.get(table.name), contract.view_schemas.get(table.name)
            types = [f" {column.type.sqlite}" for column in view.columns] if view else [""] * len(table.columns)
            untied = ", ".join(f"{quote_identifier(column)}{kind}" for column, kind in zip(table.columns, types, strict=True))
            columns = _define_columns(definition) if definition else untied
            output.execute(f"CREATE TABLE {name} ({columns})")
            placeholders = ", ".join("?" for _ in table.columns)
            rows = ([_to_sqlite_value(value) for value in row] for row in table.rows)
            output.executemany(f"INSERT INTO {name} VALUES ({placeholders})", rows)
        output.commit()
        target.write_bytes(output.serialize())


def _define_columns(table: Table) -> str:
    """Return the column definitions and constraints for CREATE TABLE."""
    parts = [
        f"{quote_identifier(column.name)} {column.type.sqlite}{'' if column.nullable else ' NOT NULL'}"
        for column in table.columns
    ]
    parts.append(f"PRIMARY KEY ({', '.join(map(quote_identifier, table.primary_key))})")
    for column in table.columns:
        if column.references is not None:
            parent, key = map(quote_identifier, column.references)
            parts.append(f"FOREIGN KEY ({quote_identifier(column.name)}) REFERENCES {parent} ({key})")
    return ", ".join(parts)


def _to_sqlite_value(value: Any) -> Any:
    """Convert a value: dates become ISO 8601 text, which SQLite's date functions read; lists become JSON."""
    return value if value is None or isinstance(value, (bool, int, float, str)) else format_csv_cell(value)
