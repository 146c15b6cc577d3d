"""Export to a DuckDB database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.contract.loader import Contract
from kursk_claims.database.load import add_comments, create_views
from kursk_claims.database.sql import quote_identifier, quote_literal

if TYPE_CHECKING:
    import duckdb


STORAGE_VERSION = "v1.0.0"  # the oldest DuckDB that is promised to read the file, and every one since


def write_duckdb(connection: duckdb.DuckDBPyConnection, contract: Contract, target: Path) -> None:
    """Written by a connection of its own, since the one that reads may be shut off from files."""
    import duckdb

    with duckdb.connect() as out:
        out.execute(f"ATTACH {quote_literal(target)} AS export (STORAGE_VERSION {quote_literal(STORAGE_VERSION)}); USE export")
        for table in contract.tables.values():
            order = ", ".join(quote_identifier(name) for name in table.primary_key)
            rows = connection.sql(f"SELECT * FROM {quote_identifier(table.name)} ORDER BY {order}").to_arrow_table()
            out.register("given", rows)
            out.execute(f"CREATE TABLE {quote_identifier(table.name)} AS SELECT * FROM given")
            out.unregister("given")
        create_views(out, contract)
        add_comments(out, contract)
        out.execute("USE memory; DETACH export")
