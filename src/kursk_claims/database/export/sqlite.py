"""Export to a SQLite database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Table
from kursk_claims.database.export.tables import ExportTable, broken_key_error
from kursk_claims.database.render import format_csv_cell
from kursk_claims.database.sql import quote_identifier


def write_sqlite(
    tables: Iterable[ExportTable], contract: Contract, target: Path, searched: Mapping[str, Sequence[str]] | None = None
) -> None:
    """Write tables and views as tables with types, keys and references, and an index of words for the searched columns.

    A view that no schema describes has neither types nor keys. Raises `RecordsError` if a key of the records is broken.
    """
    with closing(sqlite3.connect(":memory:")) as output:
        for table in tables:
            schema = contract.schema_of(table.name)
            columns = _define_columns(schema) if schema else ", ".join(map(quote_identifier, table.columns))
            output.execute(f"CREATE TABLE {quote_identifier(table.name)} ({columns})")
            placeholders = ", ".join("?" for _ in table.columns)
            rows = ([to_sqlite_value(value) for value in row] for row in table.rows)
            try:
                output.executemany(f"INSERT INTO {quote_identifier(table.name)} VALUES ({placeholders})", rows)
            except sqlite3.IntegrityError as error:
                raise broken_key_error(table.name, error) from None
        for name, searched_columns in (searched or {}).items():
            _index_words(output, name, searched_columns)
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


def _index_words(output: sqlite3.Connection, table: str, columns: Sequence[str]) -> None:
    """Create TABLE_fts, an index of the words of these columns, which Datasette finds by its content."""
    name = quote_identifier(f"{table}_fts")
    listed = ", ".join(map(quote_identifier, columns))
    output.execute(f"CREATE VIRTUAL TABLE {name} USING fts5({listed}, content={quote_identifier(table)})")
    output.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")


def to_sqlite_value(value: Any) -> Any:
    """Convert a value: dates become ISO 8601 text, which SQLite's date functions read; lists become JSON."""
    return value if value is None or isinstance(value, (bool, int, float, str)) else format_csv_cell(value)
