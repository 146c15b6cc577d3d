"""Read a Parquet file in batches of bounded size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kursk_claims.contract.arrow import build_arrow_schema
from kursk_claims.contract.model import Column, Table
from kursk_claims.files import open_regular
from kursk_claims.report.model import Fault, Finding
from kursk_claims.tables.header import HEADER_FIX, describe_header_fault
from kursk_claims.tables.parquet_pages import MAX_CELL_SIZE, ColumnBounds, bound_rows

if TYPE_CHECKING:
    import pyarrow.parquet

    from kursk_claims.tables.batch import Batch, Cells

MAX_BATCH_ROWS = 200_000  # fewer cost time, more cost memory
MAX_BATCH_BYTES = 128 * 2**20  # bytes of the values of a batch
MAX_DICTIONARY_BYTES = 4  # bytes per row; a column of this size or less repeats its values and is read as a dictionary
MAX_REPETITION = 8  # how many times its size a column may become without a dictionary
MAX_KEY_SIZE = 1024  # bytes of a key; a million of them may be kept to find duplicates
BUFFER_SIZE = 2**20  # bytes of a column that are read at once


@dataclass
class ParquetPart:
    """A Parquet file as a part of a table, see `InputPart`."""

    table: Table
    name: str
    parquet: Path | None
    rows: int = 0
    findings: list[Finding] = field(default_factory=list)
    is_complete: bool = True
    needs_text_check: bool = True
    bounds: Mapping[str, ColumnBounds] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path, table: Table, name: str) -> ParquetPart:
        """Read the file's schema and compare it with the contract's."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        part = cls(table, name, path)
        try:
            with open_regular(path) as raw, pq.ParquetFile(path, pre_buffer=False) as file:
                part.rows, schema = file.metadata.num_rows, file.schema_arrow
                part.findings.extend(compare_parquet_schema(schema, table, name))
                if not part.findings:
                    part.bounds = bound_rows(raw, file.metadata)
        except UnicodeDecodeError as error:
            part.findings.append(part.unreadable_finding(ValueError(f"a name that is not UTF-8: {error.object!r:.100}")))
        except (pa.ArrowException, OSError, ValueError) as error:
            part.findings.append(part.unreadable_finding(error))
        if part.findings:
            part.parquet, part.rows, part.is_complete = None, 0, False
        return part

    @property
    def expected_rows(self) -> int:
        return self.rows

    def batches(self) -> Iterator[Batch]:
        """Yield the rows; columns that repeat their values have distinct values and indices.

        Raises `pyarrow.ArrowException` and `OSError`.
        """
        from kursk_claims.tables.batch import Batch

        first_row = 0
        for rows in combine_batches(self._read_batches()):
            cells = {column.name: _to_cells(rows[column.name].combine_chunks(), column) for column in self.table.columns}
            yield Batch(rows.num_rows, cells, first_row)
            first_row += rows.num_rows
        if first_row != self.rows:
            raise OSError(f"the file says that it has {self.rows} rows, but has {first_row}")

    def _read_batches(self) -> Iterator[pyarrow.RecordBatch]:
        """Yield valid batches, with as many rows as surely fit into memory."""
        import pyarrow.parquet as pq

        assert self.parquet is not None
        options: Any = {"pre_buffer": False, "buffer_size": BUFFER_SIZE}
        with pq.ParquetFile(self.parquet, **options) as file:
            sizes = _column_sizes(file.metadata)
        repetitive = [
            name
            for name, bounds in self.bounds.items()
            if sizes[name] <= self.rows * max(MAX_DICTIONARY_BYTES, bounds.entry / MAX_REPETITION)
        ]
        written_out = {*self.bounds} - {*repetitive} | {*self.table.primary_key}  # the order of keys needs every key
        widths = (
            8 + bounds.stored + bounds.prefix + (bounds.entry if name in written_out else 0)
            for name, bounds in self.bounds.items()
        )
        batch_size = min(MAX_BATCH_ROWS, max(1, int(MAX_BATCH_BYTES / max(sum(widths), 1))))
        with pq.ParquetFile(self.parquet, **options, read_dictionary=repetitive) as file:
            for rows in file.iter_batches(batch_size):
                _require_valid(rows, self.table.primary_key)
                yield rows

    def locate(self, fault: Fault, row: int) -> Finding:
        return fault.to_finding(self.name, self.table.primary_key, row=row + 1)

    def describe_row(self, row: int) -> str:
        return f"row {row + 1}"

    def unreadable_finding(self, error: Exception) -> Finding:
        found = str(error).strip().split("\n")[0]
        fix = "Write the file again; it is truncated or damaged."
        return Finding("file-unreadable", self.name, "a complete Parquet file", found, fix, self.table.name)


def combine_batches(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.Table]:
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
        if pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type):
            longest = pc.max(pc.binary_length(texts)).as_py() or 0
            limit = MAX_KEY_SIZE if name in keys else MAX_CELL_SIZE
            if longest > limit:
                raise pa.ArrowInvalid(f"column {name}: a value of {longest} bytes; at most {limit} are read")


def compare_parquet_schema(schema: pyarrow.Schema, table: Table, name: str) -> list[Finding]:
    """Return findings about columns that differ from the contract in name, order or type."""
    contract_schema = build_arrow_schema(table)
    if schema.names != contract_schema.names:
        found = describe_header_fault(schema.names, contract_schema.names)
        return [Finding("header", name, ",".join(contract_schema.names), found, HEADER_FIX, table.name)]
    return [
        Finding(
            "type",
            name,
            f"a column of type {expected.type}",
            f"type {actual.type}",
            "Write the column with that type.",
            table.name,
            column=expected.name,
        )
        for expected, actual in zip(contract_schema, schema, strict=True)
        if _logical_type(actual.type) not in (expected.type, "null")
    ]


def _column_sizes(metadata: pyarrow.parquet.FileMetaData) -> Counter[str]:
    """Return the bytes of each column, uncompressed but encoded."""
    sizes: Counter[str] = Counter()
    for group in range(metadata.num_row_groups):
        for index in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(index)
            sizes[chunk.path_in_schema] += chunk.total_uncompressed_size
    return sizes


def _to_cells(values: pyarrow.Array, column: Column) -> Cells:
    import polars as pl
    import pyarrow as pa

    from kursk_claims.tables.batch import Cells

    dtype = column.type.to_polars()
    if pa.types.is_dictionary(values.type):
        return Cells(pl.Series(values.dictionary).cast(dtype), pl.Series(values.indices))
    return Cells(pl.Series(values).cast(dtype))


def _logical_type(arrow_type: pyarrow.DataType) -> pyarrow.DataType | str:
    """Return the type of a column's values, however stored; `null` if the column is empty, because that fits any type."""
    import pyarrow as pa

    if pa.types.is_dictionary(arrow_type):
        return _logical_type(arrow_type.value_type)
    if pa.types.is_large_string(arrow_type) or pa.types.is_string_view(arrow_type):
        return pa.string()
    return "null" if pa.types.is_null(arrow_type) else arrow_type
