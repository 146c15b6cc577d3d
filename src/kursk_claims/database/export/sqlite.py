"""Export to a SQLite database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Table
from kursk_claims.database.export.tables import read_all_tables
from kursk_claims.database.render import format_csv_cell
from kursk_claims.database.sql import quote_identifier

if TYPE_CHECKING:
    import duckdb


def write_sqlite(connection: duckdb.DuckDBPyConnection, contract: Contract, target: Path) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(":memory:")) as out:
        for each in read_all_tables(connection, contract):
            table = contract.tables.get(each.name)
            columns = _sqlite_columns(table) if table else ", ".join(quote_identifier(name) for name in each.columns)
            out.execute(f"CREATE TABLE {quote_identifier(each.name)} ({columns})")
            places = ", ".join("?" for _ in each.columns)
            rows = ([_sqlite_value(value) for value in row] for row in each.rows)
            out.executemany(f"INSERT INTO {quote_identifier(each.name)} VALUES ({places})", rows)
        out.commit()
        target.write_bytes(out.serialize())


def _sqlite_columns(table: Table) -> str:
    parts = [
        f"{quote_identifier(column.name)} {column.type.sqlite}{'' if column.nullable else ' NOT NULL'}"
        for column in table.columns
    ]
    parts.append(f"PRIMARY KEY ({', '.join(quote_identifier(name) for name in table.primary_key)})")
    for column in table.columns:
        if column.references is not None:
            other, *key = column.references
            here = quote_identifier(column.name)
            parts.append(f"FOREIGN KEY ({here}) REFERENCES {quote_identifier(other)} ({', '.join(map(quote_identifier, key))})")
    return ", ".join(parts)


def _sqlite_value(value: Any) -> Any:
    """Dates are text in ISO 8601, as SQLite's own functions expect; lists are JSON."""
    return value if value is None or isinstance(value, (bool, int, float, str)) else format_csv_cell(value)
