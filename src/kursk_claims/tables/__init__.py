"""Rows from CSV, Parquet or memory, in batches."""
