"""Write tables and views as Parquet, with the same bytes for the same rows."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.contract.arrow import build_arrow_schema
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import SqlStatement, Table
from kursk_claims.database.casts import to_parquet_table
from kursk_claims.database.sql import quote_identifier
from kursk_claims.errors import ContractError, QueryError

if TYPE_CHECKING:
    import duckdb
    import pyarrow

PARQUET_SUFFIX = ".parquet"
GEOPARQUET_SUFFIX = ".geoparquet"
CODEC = "snappy"  # with 8 % more bytes than zstd, but hyparquet reads it without a plug-in
OLD_CODEC = "zstd"  # of the releases up to 2.0.0


def write_tables(
    connection: duckdb.DuckDBPyConnection, contract: Contract, folder: Path, about: Mapping[str, str], codec: str = CODEC
) -> list[Path]:
    """Write one file per table and view, and a GeoParquet file per table with coordinates; return their paths.

    `about` is added to the footer of each. Rows of tables are sorted by key, those of views as their SQL sorts them.
    Raises `ContractError`.
    """
    written = []
    for table in contract.tables.values():
        rows = _sorted_rows(connection, table)
        written.append(_write_parquet_file(rows, folder / f"{table.name}{PARQUET_SUFFIX}", about, codec))
        if has_coordinates(table):
            points = folder / f"{table.name}{GEOPARQUET_SUFFIX}"
            written.append(_write_parquet_file(add_points(rows), points, about, codec))
    for view in contract.views:
        rows, described = _view_rows(connection, view), contract.view_schemas.get(view.name)
        schema = build_arrow_schema(described) if described else rows.schema.with_metadata({"description": view.header["says"]})
        written.append(_write_parquet_file(rows.cast(schema), folder / f"{view.name}{PARQUET_SUFFIX}", about, codec))
    return written


def list_written_names(contract: Contract) -> list[str]:
    """Return the names of the files that `write_tables` writes."""
    names = [f"{name}{PARQUET_SUFFIX}" for name in [*contract.tables, *(view.name for view in contract.views)]]
    return names + [f"{table.name}{GEOPARQUET_SUFFIX}" for table in contract.tables.values() if has_coordinates(table)]


def find_codec(files: Iterable[Path]) -> str:
    """Return the codec with which `write_tables` wrote these files: the footers name it."""
    import pyarrow.parquet as pq

    for path in files:
        footer = pq.read_metadata(path)
        if footer.num_row_groups and footer.num_columns:
            return OLD_CODEC if footer.row_group(0).column(0).compression.lower() == OLD_CODEC else CODEC
    return CODEC


def has_coordinates(table: Table) -> bool:
    """Whether the table has columns of numbers named longitude and latitude."""
    return {"longitude", "latitude"} <= {column.name for column in table.columns if column.dtype == "Float64"}


def select_sorted(table: Table) -> str:
    """Return the SQL for the rows of a table in the order of their keys."""
    order = ", ".join(quote_identifier(name) for name in table.primary_key)
    return f"SELECT * FROM {quote_identifier(table.name)} ORDER BY {order}"


def _sorted_rows(connection: duckdb.DuckDBPyConnection, table: Table) -> pyarrow.Table:
    return connection.sql(select_sorted(table)).to_arrow_table().cast(build_arrow_schema(table))


def _view_rows(connection: duckdb.DuckDBPyConnection, view: SqlStatement) -> pyarrow.Table:
    """Return the rows of a view. Raises `ContractError` if Parquet has no type for one of its columns."""
    try:
        return to_parquet_table(connection.sql(f"SELECT * FROM {quote_identifier(view.name)}"))
    except QueryError as error:
        raise ContractError(f"{view.path}:{view.line}:1: view {view.name}: {error}") from None


def _write_parquet_file(rows: pyarrow.Table, path: Path, about: Mapping[str, str], codec: str) -> Path:
    import pyarrow.parquet as pq

    rows = rows.replace_schema_metadata({**(rows.schema.metadata or {}), **about})
    # Nothing here depends on time or machine. There is one row group, so that the bytes do not depend on the size of batches.
    pq.write_table(
        rows, path, compression=codec, write_page_checksum=True, row_group_size=max(1, rows.num_rows), store_schema=True
    )
    return path


def add_points(rows: pyarrow.Table) -> pyarrow.Table:
    """Return the rows as GeoParquet 1.1: with a column `geometry`, a WKB point of longitude and latitude (OGC:CRS84)."""
    import pyarrow as pa

    pairs = [(row["longitude"], row["latitude"]) for row in rows.select(["longitude", "latitude"]).to_pylist()]
    known = [pair for pair in pairs if None not in pair]
    points = [None if None in pair else struct.pack("<BIdd", 1, 1, *pair) for pair in pairs]
    column: dict[str, object] = {"encoding": "WKB", "geometry_types": ["Point"]}
    if known:
        longitudes, latitudes = zip(*known, strict=True)
        column["bbox"] = [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    with_points = rows.append_column(pa.field("geometry", pa.binary()), pa.array(points, pa.binary()))
    return with_points.replace_schema_metadata({**(rows.schema.metadata or {}), b"geo": json.dumps(geo).encode()})
