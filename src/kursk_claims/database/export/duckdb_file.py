"""Export to a DuckDB database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.contract.loader import Contract
from kursk_claims.database.export.about import ABOUT_TABLE, About, about_table
from kursk_claims.database.load import add_comments
from kursk_claims.database.sandbox import sandbox
from kursk_claims.database.sql import quote_identifier, quote_literal
from kursk_claims.database.views import create_views

if TYPE_CHECKING:
    import duckdb

STORAGE_VERSION = "v1.0.0"  # readable by DuckDB 1.0.0 and every later version


def write_duckdb(connection: duckdb.DuckDBPyConnection, contract: Contract, about: About, target: Path) -> None:
    """Write tables, views and their comments, and the table `about`.

    A second connection writes the file, because the first is sandboxed; it is sandboxed too, before it creates views.
    Raises `ContractError` if a view fails.
    """
    import duckdb

    with duckdb.connect() as output:
        output.execute(f"ATTACH {quote_literal(target)} AS export (STORAGE_VERSION {quote_literal(STORAGE_VERSION)}); USE export")
        output.execute(f"CREATE TABLE {ABOUT_TABLE} (property VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)")
        output.executemany(f"INSERT INTO {ABOUT_TABLE} VALUES (?, ?)", about_table(about).rows)
        output.execute(f"COMMENT ON TABLE {ABOUT_TABLE} IS {quote_literal(about.citation)}")
        for table in contract.tables.values():
            order = ", ".join(quote_identifier(name) for name in table.primary_key)
            rows = connection.sql(f"SELECT * FROM {quote_identifier(table.name)} ORDER BY {order}").to_arrow_table()
            output.register("source_rows", rows)
            output.execute(f"CREATE TABLE {quote_identifier(table.name)} AS SELECT * FROM source_rows")
            output.unregister("source_rows")
        sandbox(output)
        create_views(output, contract.views)
        add_comments(output, contract)
        output.execute("USE memory; DETACH export")
