"""Read the files of a table with Spark, each row with its number.

A row's number is that of the local engine: the number of its file's first row plus its index in the file, which Spark gives as
`_metadata.row_index`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import reduce
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from kursk_claims.contract.arrow import build_nullable_schema
from kursk_claims.contract.model import Column, Table
from kursk_claims.errors import SparkError
from kursk_claims.tables.table_input import TableInput

MAX_CONVERTED_SIZE = 200 * 2**20  # bytes per table that the driver alone reads


def reject_large_input(inputs: Iterable[TableInput]) -> None:
    """Raise `SparkError` for a table that one machine must convert, if it is larger than one machine should read."""
    for table_input in inputs:
        size = sum(part.size for part in table_input.parts)
        if size > MAX_CONVERTED_SIZE and any(part.is_converted for part in table_input.parts):
            raise SparkError(
                f"{table_input.table.name}: expected Parquet with the types of the contract, found {size / 2**20:.0f} MB of CSV "
                "or other types, which only one machine reads. Check it with --engine local, or convert it to such Parquet."
            )


def read_parquet_input(session: Any, table_input: TableInput) -> tuple[Any, Any]:
    """Return the rows of a table's Parquet files with their numbers as `_row`, and without.

    Files with columns of nulls without a type are read separately, since Spark refuses such columns.
    """
    groups: dict[frozenset[str], list[tuple[str, int]]] = {}
    for parquet, first in table_input.parquet_files():
        path = os.path.abspath(parquet)  # Spark resolves .. by the name, not by links
        groups.setdefault(_untyped_columns(path), []).append((path, first))
    frames = [_read_group(session, table_input.table, untyped, files) for untyped, files in groups.items()]
    if not frames:
        rows = session.createDataFrame([], numbered_schema(table_input.table))
        return rows, rows.drop("_row")
    numbered, plain = (reduce(lambda one, other: one.union(other), each) for each in zip(*frames, strict=True))
    return numbered, plain


def _read_group(session: Any, table: Table, untyped: frozenset[str], files: list[tuple[str, int]]) -> tuple[Any, Any]:
    import pyarrow as pa
    from pyspark.sql import functions as F

    def select(column: Column) -> Any:
        if column.name in untyped:
            return F.lit(None).cast(column.type.spark).alias(column.name)
        return F.col(column.name)

    typed = [column for column in table.columns if column.name not in untyped]
    schema = ", ".join(f"`{column.name}` {column.type.spark}" for column in typed) or "_none int"
    rows = read_spark_parquet(session, [path for path, _ in files], schema)
    columns = [*map(select, table.columns)]
    if len(files) == 1:
        row = F.col("_metadata.row_index") + F.lit(files[0][1])
        return rows.select(row.alias("_row"), *columns), rows.select(*columns)
    firsts = dict(files)
    urls = rows.inputFiles()
    first_rows = [firsts[unquote(re.sub("^file:/+", "/", url))] for url in urls]
    parts = session.createDataFrame(pa.table({"_file": [*map(_normalize_url, urls)], "_first": first_rows}))
    numbered = rows.select("*", F.col("_metadata.file_path").alias("_file"), F.col("_metadata.row_index").alias("_index"))
    numbered = numbered.withColumn("_file", F.regexp_replace("_file", "^file:/+", "file:/")).join(F.broadcast(parts), "_file")
    return numbered.select((F.col("_first") + F.col("_index")).alias("_row"), *columns), rows.select(*columns)


def read_spark_parquet(session: Any, paths: Iterable[str], schema: str | None = None) -> Any:
    """Return the rows of Parquet files: their paths are no patterns, and folders named `column=value` add no columns."""
    reader = session.read.option("recursiveFileLookup", True)
    reader = reader if schema is None else reader.schema(schema)
    return reader.parquet(*(re.sub(r"([\\*?\[\]{}])", r"\\\1", path) for path in paths))


def read_converted_input(session: Any, table_input: TableInput) -> Any:
    """Return the rows of a table that the driver has converted, with their numbers as `_row`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = []
    for path, first in table_input.parquet_files():
        rows = pq.read_table(path, partitioning=None).cast(build_nullable_schema(table_input.table))
        tables.append(rows.add_column(0, "_row", pa.array(range(first, first + len(rows)), pa.int64())))
    return session.createDataFrame(pa.concat_tables(tables) if tables else [], numbered_schema(table_input.table))


def numbered_schema(table: Table) -> str:
    """Return the Spark schema of a table's rows with their numbers."""
    return ", ".join(["_row bigint", *(f"`{column.name}` {column.type.spark}" for column in table.columns)])


def _normalize_url(url: str) -> str:
    return re.sub("^file:/+", "file:/", url)


def _untyped_columns(path: str | Path) -> frozenset[str]:
    """Return the columns of a Parquet file that have only nulls and no type."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    return frozenset(field.name for field in pq.read_schema(path) if pa.types.is_null(field.type))
