"""DuckDB connections, queries and their results."""
