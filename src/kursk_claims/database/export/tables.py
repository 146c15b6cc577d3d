"""Read tables and views as rows, for writers of any format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kursk_claims.contract.loader import Contract
from kursk_claims.database.casts import cast_to_text
from kursk_claims.database.sql import quote_identifier
from kursk_claims.errors import RecordsError

if TYPE_CHECKING:
    import duckdb

# Text that starts with one of these is a formula to a spreadsheet.
FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class ExportTable:
    """A table with its rows in key order, or a view; `descriptions` holds one entry per column, None if it is not described."""

    name: str
    columns: list[str]
    descriptions: list[str | None]
    rows: list[tuple[Any, ...]]


def read_all_tables(connection: duckdb.DuckDBPyConnection, contract: Contract) -> Iterator[ExportTable]:
    """Read every table, then every view, one at a time."""
    for table in contract.tables.values():
        order = ", ".join(quote_identifier(name) for name in table.primary_key)
        rows = connection.execute(f"SELECT * FROM {quote_identifier(table.name)} ORDER BY {order}").fetchall()
        yield ExportTable(table.name, table.column_names, [column.description for column in table.columns], rows)
    for view in contract.views:
        relation = connection.sql(f"SELECT * FROM {quote_identifier(view.name)}")
        rows = cast_to_text(relation, keep=("date", "timestamp")).fetchall()
        schema = contract.view_schemas.get(view.name)
        descriptions = {column.name: column.description for column in schema.columns} if schema else {}
        yield ExportTable(view.name, relation.columns, [descriptions.get(name) for name in relation.columns], rows)


def broken_key_error(table: str, error: Exception) -> RecordsError:
    """Return the error for rows that a database refuses, because a key or a reference is broken."""
    problem = str(error).strip().split("\n")[0]
    return RecordsError(f"{table}: {problem}. Run `kursk-claims validate` to see what is wrong.")
