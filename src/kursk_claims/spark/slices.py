"""Split Parquet files into slices of row groups, which Spark's workers read with the reader of the local engine.

The workers read the files themselves: columns that repeat their values stay dictionaries, so each value is checked once, and no
row passes from Java to Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kursk_claims.contract.model import Table
from kursk_claims.tables.parquet_batches import read_batches

if TYPE_CHECKING:
    from kursk_claims.tables.batch import Batch
    from kursk_claims.tables.parquet_pages import ColumnBounds
    from kursk_claims.tables.table_input import TableInput


class RowGroup(NamedTuple):
    """A row group of a file; `number` counts from 0, `first` is the number of its first row, `size` its bytes in memory.

    `bounds` of the file's columns say how many of its rows fit into memory at once.
    """

    path: str
    number: int
    first: int
    size: int
    bounds: Mapping[str, ColumnBounds]


def list_row_groups(table_input: TableInput) -> Iterator[RowGroup]:
    """Yield the row groups of a table's Parquet files."""
    import pyarrow.parquet as pq

    from kursk_claims.tables.parquet_reader import ParquetPart

    for part, first_row in zip(table_input.parts, table_input.first_rows, strict=True):
        if not isinstance(part, ParquetPart) or part.parquet is None:
            continue
        metadata, first = pq.read_metadata(part.parquet), first_row
        for index in range(metadata.num_row_groups):
            group = metadata.row_group(index)
            yield RowGroup(str(part.parquet.absolute()), index, first, group.total_byte_size, part.bounds)
            first += group.num_rows


def split_row_groups(groups: Sequence[RowGroup], count: int) -> list[list[RowGroup]]:
    """Split row groups into at most `count` slices of consecutive ones, of similar size."""
    total = sum(group.size for group in groups) + 1
    slices: dict[int, list[RowGroup]] = {}
    done = 0
    for group in groups:
        slices.setdefault((done + group.size // 2) * count // total, []).append(group)
        done += group.size
    return [*slices.values()]


def read_slice(groups: Sequence[RowGroup], table: Table) -> Iterator[Batch]:
    """Yield the rows of a slice. Raises `pyarrow.ArrowException`, `OSError` and `ValueError`, as the local reader does."""
    from kursk_claims.tables.parquet_reader import ParquetPart

    for path, of_file in groupby(groups, lambda group: group.path):
        same_file = [*of_file]
        part, first = ParquetPart(table, path, Path(path), Path(path)), same_file[0].first
        for rows in read_batches(Path(path), table, same_file[0].bounds, row_groups=[group.number for group in same_file]):
            yield part.to_batch(rows, first)
            first += rows.num_rows
