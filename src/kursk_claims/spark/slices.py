"""Split Parquet files into slices of row groups, which Spark's workers read with the reader of the local engine.

The workers read the files themselves: columns that repeat their values stay dictionaries, so each value is checked once, and no
row passes from Java to Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kursk_claims.contract.model import Table
from kursk_claims.tables.parquet_batches import DICTIONARY_ENCODINGS, MAX_BATCH_ROWS, MAX_DICTIONARY_BYTES, combine_batches

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from kursk_claims.tables.batch import Batch


class RowGroup(NamedTuple):
    """A row group of a file; `number` counts from 0, `first` is the number of its first row, `size` its bytes in memory."""

    path: str
    number: int
    first: int
    size: int


def list_row_groups(files: Iterable[tuple[Path, int]]) -> Iterator[RowGroup]:
    """Yield the row groups of files, each given with the number of its first row."""
    import pyarrow.parquet as pq

    for path, first_row in files:
        metadata, first = pq.read_metadata(path), first_row
        for index in range(metadata.num_row_groups):
            group = metadata.row_group(index)
            yield RowGroup(str(path.absolute()), index, first, group.total_byte_size)
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
    """Yield the rows of a slice. Raises `pyarrow.ArrowException` and `OSError`."""
    from kursk_claims.tables.parquet_reader import ParquetPart

    for path, of_file in groupby(groups, lambda group: group.path):
        same_file = [*of_file]
        part, first = ParquetPart(table, path, Path(path), Path(path)), same_file[0].first
        for rows in combine_batches(_read_row_groups(path, [group.number for group in same_file], table)):
            yield part.to_batch(rows, first)
            first += rows.num_rows


def _read_row_groups(path: str, indices: Sequence[int], table: Table) -> Iterator[pa.RecordBatch]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, pre_buffer=False) as file:
        repetitive = _find_repetitive(file.metadata, indices)
    with pq.ParquetFile(path, pre_buffer=False, read_dictionary=repetitive) as file:
        for rows in file.iter_batches(MAX_BATCH_ROWS, row_groups=indices, columns=table.column_names):
            rows.validate(full=True)  # polars would crash at invalid text
            yield rows


def _find_repetitive(metadata: pq.FileMetaData, indices: Iterable[int]) -> list[str]:
    """Return the columns that repeat their values in all of the row groups."""
    repetitive = {metadata.schema.column(index).path for index in range(metadata.num_columns)}
    for group in map(metadata.row_group, indices):
        for chunk in map(group.column, range(metadata.num_columns)):
            is_dictionary = DICTIONARY_ENCODINGS.issuperset(chunk.encodings)
            if not is_dictionary or chunk.total_uncompressed_size > MAX_DICTIONARY_BYTES * group.num_rows:
                repetitive.discard(chunk.path_in_schema)
    return sorted(repetitive)
