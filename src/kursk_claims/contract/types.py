"""One row per column type: its name in polars, SQL and every other system."""

from __future__ import annotations

# Type names are polars' own, as pandera's YAML writes them; the second is DuckDB's.
SQL_TYPES = {"String": "VARCHAR", "Date": "DATE", "Int32": "INTEGER", "Float64": "DOUBLE", "Boolean": "BOOLEAN"}
