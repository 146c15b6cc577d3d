"""Read two tables in ranges of their keys, each small enough to be joined in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import duckdb

from kursk_claims.database.sql import quote_literal, scan_parquet_sql

ROWS_PER_RANGE = 1_000_000
ROWS_PER_BLOCK = 100_000  # rows of a file whose lowest and highest key are looked up


@dataclass(frozen=True)
class RowSource:
    """The SQL that reads the rows of a table; `parquet` is their file if they can be read in parts."""

    sql: str
    parquet: Path | None = None


def read_key_ranges(connection: duckdb.DuckDBPyConnection, key: str, old: RowSource, new: RowSource) -> Iterator[tuple[str, str]]:
    """Yield queries for the rows of both sources, one pair for each range of keys with about `ROWS_PER_RANGE` rows of `old`.

    `key` is a quoted column. A file whose keys ascend is read about once for all ranges.
    """
    sources = {"old_blocks": old, "new_blocks": new}
    for blocks, source in sources.items():
        _create_blocks(connection, key, source, blocks)
    cuts = connection.execute("SELECT DISTINCT cut FROM old_blocks WHERE cut IS NOT NULL ORDER BY cut").fetchall()
    for low, high in pairwise([None, *(quote_literal(cut) for (cut,) in cuts), None]):
        where = _where(key, key, low, high)
        before, after = (
            f"FROM {_read_blocks(connection, source, blocks, _where('lowest', 'highest', low, high))}{where}"
            for blocks, source in sources.items()
        )
        yield before, after


def _create_blocks(connection: duckdb.DuckDBPyConnection, key: str, source: RowSource, blocks: str) -> None:
    """Create a table with the numbers of the first and last row of each block, its lowest and highest key, and where to cut.

    A Parquet file has such statistics too, but they may lie.
    """
    rows = f"(SELECT {key}, row_number() OVER () - 1 AS file_row_number FROM {source.sql})"
    if source.parquet is not None:
        rows = scan_parquet_sql([source.parquet], numbered=True)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {blocks} AS "
        f"SELECT min(file_row_number) AS first, max(file_row_number) AS last, min({key}) AS lowest, max({key}) AS highest, "
        f"min({key}) FILTER (file_row_number > 0 AND file_row_number % {ROWS_PER_RANGE} = 0) AS cut "
        f"FROM {rows} GROUP BY file_row_number // {ROWS_PER_BLOCK}"
    )


def _read_blocks(connection: duckdb.DuckDBPyConnection, source: RowSource, blocks: str, where: str) -> str:
    """Return the SQL that reads the rows from the first to the last block of a file that `where` selects."""
    if source.parquet is None:
        return source.sql
    query = f"SELECT coalesce(min(first), 0), coalesce(max(last) + 1, 0) FROM {blocks}{where}"
    ((first, stop),) = connection.execute(query).fetchall()
    return scan_parquet_sql([source.parquet], rows=range(first, stop))


def _where(lowest: str, highest: str, low: str | None, high: str | None) -> str:
    """Return the clause that selects what begins with the key `lowest` and ends with `highest` and overlaps with a range."""
    bounds = [f"{highest} >= {low}"] if low is not None else []
    bounds += [f"{lowest} < {high}"] if high is not None else []
    return f" WHERE {' AND '.join(bounds)}" if bounds else ""
