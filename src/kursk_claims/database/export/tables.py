"""Tables and views as rows, for every kind of export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kursk_claims.contract.loader import Contract
from kursk_claims.database.sql import quote_identifier

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class ExportTable:
    """A table or view: its columns, their descriptions where there are any, and its rows sorted by key."""

    name: str
    says: str
    columns: list[str]
    descriptions: list[str | None]
    rows: list[tuple[Any, ...]]


def read_all_tables(connection: duckdb.DuckDBPyConnection, contract: Contract) -> Iterator[ExportTable]:
    for table in contract.tables.values():
        columns = [column.name for column in table.columns]
        order = ", ".join(quote_identifier(name) for name in table.primary_key)
        rows = connection.execute(f"SELECT * FROM {quote_identifier(table.name)} ORDER BY {order}").fetchall()
        yield ExportTable(table.name, table.description, columns, [column.description for column in table.columns], rows)
    for view in contract.views:
        answer = connection.execute(f"SELECT * FROM {quote_identifier(view.name)}")
        columns = [column[0] for column in answer.description or []]
        yield ExportTable(view.name, view.header["says"], columns, [None] * len(columns), answer.fetchall())
