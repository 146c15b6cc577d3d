"""Write tables and views as Parquet, byte for byte reproducible."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.contract.arrow import build_arrow_schema
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Table
from kursk_claims.database.sql import quote_identifier

if TYPE_CHECKING:
    import duckdb
    import pyarrow


def write_tables(connection: duckdb.DuckDBPyConnection, contract: Contract, folder: Path) -> list[Path]:
    """One file per table and view, and the places as GeoParquet; rows sorted by key, types from the contract."""
    written = []
    for table in contract.tables.values():
        written.append(_write_parquet_file(_sorted_rows(connection, table), folder / f"{table.name}.parquet"))
    for view in contract.views:
        rows = connection.sql(f"SELECT * FROM {quote_identifier(view.name)}").to_arrow_table()
        schema = rows.schema.with_metadata({"description": view.header["says"]})
        written.append(_write_parquet_file(rows.cast(schema), folder / f"{view.name}.parquet"))
    if "places" in contract.tables:
        written.append(
            _write_parquet_file(
                build_geo_places(_sorted_rows(connection, contract.tables["places"])), folder / "places.geoparquet"
            )
        )
    return written


def _sorted_rows(connection: duckdb.DuckDBPyConnection, table: Table) -> pyarrow.Table:
    order = ", ".join(quote_identifier(name) for name in table.primary_key)
    rows = connection.sql(f"SELECT * FROM {quote_identifier(table.name)} ORDER BY {order}").to_arrow_table()
    return rows.cast(build_arrow_schema(table))


def _write_parquet_file(rows: pyarrow.Table, path: Path) -> Path:
    import pyarrow.parquet as pq

    # Nothing here depends on time or machine; one row group, so that the size of batches leaves no trace.
    pq.write_table(
        rows, path, compression="zstd", write_page_checksum=True, row_group_size=max(1, rows.num_rows), store_schema=True
    )
    return path


def build_geo_places(places: pyarrow.Table) -> pyarrow.Table:
    """The places with a `geometry` column (WKB point, longitude before latitude, OGC:CRS84), as GeoParquet 1.1 has it."""
    import pyarrow as pa

    rows = places.select(["longitude", "latitude"]).to_pylist()
    known = [(row["longitude"], row["latitude"]) for row in rows if row["longitude"] is not None]
    points = [None if row["longitude"] is None else struct.pack("<BIdd", 1, 1, row["longitude"], row["latitude"]) for row in rows]
    column: dict[str, object] = {"encoding": "WKB", "geometry_types": ["Point"]}
    if known:
        longitudes, latitudes = zip(*known, strict=True)
        column["bbox"] = [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    with_points = places.append_column(pa.field("geometry", pa.binary()), pa.array(points, pa.binary()))
    return with_points.replace_schema_metadata({**(places.schema.metadata or {}), b"geo": json.dumps(geo).encode()})
