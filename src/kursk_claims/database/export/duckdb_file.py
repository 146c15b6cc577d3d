"""Export to a DuckDB database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.contract.loader import Contract
from kursk_claims.database.export.about import ABOUT_COLUMNS, ABOUT_TABLE, About, about_table
from kursk_claims.database.export.duckdb_tables import define_tables
from kursk_claims.database.export.tables import broken_key_error
from kursk_claims.database.load import add_comments
from kursk_claims.database.sandbox import sandbox
from kursk_claims.database.sql import quote_identifier, quote_literal
from kursk_claims.database.views import create_views

if TYPE_CHECKING:
    import duckdb

STORAGE_VERSION = "v1.0.0"  # readable by DuckDB 1.1 and every later version, which also read other sizes of blocks
BLOCK_SIZE = 16_384  # bytes, the least: each key takes at least a block


def write_duckdb(connection: duckdb.DuckDBPyConnection, contract: Contract, about: About, target: Path) -> None:
    """Write tables with their keys, views and all comments, and the table `about`.

    A second connection writes the file, because the first is sandboxed; it is sandboxed too, before it creates views.
    Raises `ContractError` if a view fails, and `RecordsError` if a key or a reference of the records is broken.
    """
    import duckdb

    with duckdb.connect() as output:
        options = f"STORAGE_VERSION {quote_literal(STORAGE_VERSION)}, BLOCK_SIZE {BLOCK_SIZE}"
        output.execute(f"ATTACH {quote_literal(target)} AS export ({options}); USE export")
        output.execute(f"CREATE TABLE {ABOUT_TABLE} (property VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)")
        output.executemany(f"INSERT INTO {ABOUT_TABLE} VALUES (?, ?)", about_table(about).rows)
        output.execute(f"COMMENT ON TABLE {ABOUT_TABLE} IS {quote_literal(about.citation)}")
        for column, description in zip(("property", "value"), ABOUT_COLUMNS, strict=True):
            output.execute(f"COMMENT ON COLUMN {ABOUT_TABLE}.{column} IS {quote_literal(description)}")
        for table, definition in define_tables(contract):
            order = ", ".join(quote_identifier(name) for name in table.primary_key)
            rows = connection.sql(f"SELECT * FROM {quote_identifier(table.name)} ORDER BY {order}").to_arrow_table()
            output.register("source_rows", rows)
            output.execute(definition)
            try:
                output.execute(f"INSERT INTO {quote_identifier(table.name)} SELECT * FROM source_rows")
            except duckdb.ConstraintException as error:
                raise broken_key_error(table.name, error) from None
            output.unregister("source_rows")
        sandbox(output)
        create_views(output, contract.views)
        add_comments(output, contract)
        output.execute("USE memory; DETACH export")
