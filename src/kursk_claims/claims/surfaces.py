"""Read the numbers out of the surfaces of quantities."""

from __future__ import annotations

import duckdb

from kursk_claims.claims.numerals import read_number
from kursk_claims.database.sql import insert_rows


def load_surfaces(connection: duckdb.DuckDBPyConnection) -> None:
    """Read the numbers out of the surfaces of quantities."""
    surfaces = connection.execute("SELECT DISTINCT surface FROM quantities WHERE surface IS NOT NULL").fetchall()
    connection.execute("CREATE TABLE read_surfaces(surface VARCHAR, value DOUBLE)")
    insert_rows(connection, "read_surfaces", [(surface, read_number(surface)) for (surface,) in surfaces])
    connection.execute(
        "CREATE VIEW surface_values AS SELECT quantity_id, read_surfaces.value FROM quantities JOIN read_surfaces USING (surface)"
    )
