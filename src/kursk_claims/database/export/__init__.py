"""A database in one file of another kind, for tools that do not read Parquet."""
