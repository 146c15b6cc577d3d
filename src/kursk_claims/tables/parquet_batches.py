"""Read the rows of a Parquet file in batches of bounded size."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kursk_claims.contract.model import Table
from kursk_claims.tables.conversions import is_text
from kursk_claims.tables.parquet_pages import MAX_CELL_SIZE, ColumnBounds, TooLargeError

if TYPE_CHECKING:
    import pyarrow.parquet

MAX_BATCH_ROWS = 200_000  # fewer cost time, more cost memory
MAX_BATCH_BYTES = 128 * 2**20  # bytes of the values of a batch
MAX_DICTIONARY_BYTES = 4  # bytes per row; a column of this size or less repeats its values and is read as a dictionary
MAX_REPETITION = 8  # how many times its size a column may become without a dictionary
MAX_KEY_SIZE = 1024  # bytes of a key; a million of them may be kept to find duplicates
DICTIONARY_ENCODINGS = {"PLAIN", "RLE", "BIT_PACKED", "PLAIN_DICTIONARY", "RLE_DICTIONARY"}  # that Arrow reads as a dictionary
BUFFER_SIZE = 2**20  # bytes of a column that are read at once


def read_batches(
    source: Path,
    table: Table,
    bounds: Mapping[str, ColumnBounds],
    to_decode: Collection[str] = (),
    row_groups: Sequence[int] | None = None,
) -> Iterator[pyarrow.Table]:
    """Yield valid rows, of all row groups or some, in batches that surely fit into memory.

    Columns that repeat their values are read as dictionaries, apart from those in `to_decode`. Raises
    `pyarrow.ArrowException`, `OSError`, and `ValueError` for a value that is too large.
    """
    yield from _combine_batches(_read_small_batches(source, table, bounds, to_decode, row_groups))


def _read_small_batches(
    source: Path,
    table: Table,
    bounds: Mapping[str, ColumnBounds],
    to_decode: Collection[str],
    row_groups: Sequence[int] | None,
) -> Iterator[pyarrow.RecordBatch]:
    import pyarrow.parquet as pq

    options: Any = {"pre_buffer": False, "buffer_size": BUFFER_SIZE}
    with pq.ParquetFile(source, **options) as file:
        repetitive = _find_repetitive(file.metadata, bounds) - {*to_decode}
    written_out = {*bounds} - repetitive | {*table.primary_key}  # the order of keys needs every key
    widths = (8 + each.stored + each.prefix + (each.entry if name in written_out else 0) for name, each in bounds.items())
    batch_size = min(MAX_BATCH_ROWS, max(1, int(MAX_BATCH_BYTES / max(sum(widths), 1))))
    with pq.ParquetFile(source, **options, read_dictionary=sorted(repetitive)) as file:
        for rows in file.iter_batches(batch_size, row_groups, columns=[*bounds]):
            _require_valid(rows, table.primary_key)
            yield rows


def _find_repetitive(metadata: pyarrow.parquet.FileMetaData, bounds: Mapping[str, ColumnBounds]) -> set[str]:
    """Return the columns that repeat their values, in encodings that Arrow reads as a dictionary."""
    sizes, encodings = _column_sizes(metadata)
    return {
        name
        for name, each in bounds.items()
        if encodings[name] <= DICTIONARY_ENCODINGS
        and sizes[name] <= metadata.num_rows * max(MAX_DICTIONARY_BYTES, each.entry / MAX_REPETITION)
    }


def _column_sizes(metadata: pyarrow.parquet.FileMetaData) -> tuple[Counter[str], dict[str, set[str]]]:
    """Return the bytes of each column, uncompressed but encoded, and its encodings."""
    sizes: Counter[str] = Counter()
    encodings: dict[str, set[str]] = defaultdict(set)
    for group in range(metadata.num_row_groups):
        for index in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(index)
            sizes[chunk.path_in_schema] += chunk.total_uncompressed_size
            encodings[chunk.path_in_schema].update(chunk.encodings)
    return sizes, encodings


def _combine_batches(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.Table]:
    """Combine small batches to tables that are as large as a batch may be; checking many small ones would take long."""
    import pyarrow as pa

    waiting: list[pyarrow.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        batch_size = _added_size(batch, waiting[-1] if waiting else None)
        if waiting and (rows + batch.num_rows > MAX_BATCH_ROWS or size + batch_size > MAX_BATCH_BYTES):
            yield pa.Table.from_batches(waiting)
            waiting, rows, size = [], 0, 0
        waiting.append(batch)
        rows, size = rows + batch.num_rows, size + batch_size
    if waiting:
        yield pa.Table.from_batches(waiting)


def _added_size(batch: pyarrow.RecordBatch, previous: pyarrow.RecordBatch | None) -> int:
    """Return the bytes of a batch without the dictionaries that it shares with the previous one."""
    import pyarrow as pa

    size = 0
    for index, values in enumerate(batch.columns):
        if not pa.types.is_dictionary(values.type):
            size += values.nbytes
            continue
        size += values.indices.nbytes
        if previous is None or not _is_shared(values.dictionary, previous.column(index).dictionary):
            size += values.dictionary.nbytes
    return size


def _is_shared(one: pyarrow.Array, other: pyarrow.Array) -> bool:
    addresses = [[buffer and buffer.address for buffer in values.buffers()] for values in (one, other)]
    return len(one) == len(other) and addresses[0] == addresses[1]


def _require_valid(rows: pyarrow.RecordBatch, keys: Sequence[str]) -> None:
    """Raise `ArrowInvalid` unless all texts are UTF-8, all indices are among their values and no cell is too large.

    Arrow reads a file as it is; DuckDB, polars and Python would crash or show other values.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    for name, values in zip(rows.schema.names, rows.columns, strict=True):
        try:
            values.validate(full=True)
        except pa.ArrowInvalid as error:
            raise pa.ArrowInvalid(f"column {name}: {error}") from None
        texts = values.dictionary if pa.types.is_dictionary(values.type) else values
        if is_text(texts.type):
            if pa.types.is_string_view(texts.type):  # whose lengths Arrow does not compute
                texts = texts.cast(pa.large_string())
            longest = pc.max(pc.binary_length(texts)).as_py() or 0
            limit = MAX_KEY_SIZE if name in keys else MAX_CELL_SIZE
            if longest > limit:
                raise TooLargeError(f"column {name}: a value of {longest} bytes; at most {limit} are read")
