"""Read a Parquet file in batches of bounded size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.contract.arrow import build_arrow_schema
from kursk_claims.contract.model import Column, Table
from kursk_claims.files import require_regular
from kursk_claims.report.model import Fault, Finding
from kursk_claims.tables.header import HEADER_FIX, describe_header_fault

if TYPE_CHECKING:
    import pyarrow.parquet

    from kursk_claims.tables.batch import Batch, Cells

MAX_BATCH_ROWS = 200_000  # fewer cost time, more cost memory
MAX_BATCH_BYTES = 128 * 2**20  # bytes, estimated from the statistics of the file
MAX_DICTIONARY_BYTES = 4  # bytes per row; a column of this size or less repeats its values and is read as a dictionary


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

    @classmethod
    def open(cls, path: Path, table: Table, name: str) -> ParquetPart:
        """Read the file's schema and compare it with the contract's."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        part = cls(table, name, path)
        try:
            require_regular(path)
            with pq.ParquetFile(path, pre_buffer=False) as file:
                part.rows, schema = file.metadata.num_rows, file.schema_arrow
        except (pa.ArrowException, OSError) as error:
            part.findings.append(part.unreadable_finding(error))
        else:
            part.findings.extend(compare_parquet_schema(schema, table, name))
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
        import pyarrow.parquet as pq

        from kursk_claims.tables.batch import Batch

        assert self.parquet is not None
        first_row = 0
        with pq.ParquetFile(self.parquet, pre_buffer=False) as file:
            sizes = _column_sizes(file.metadata)
        repetitive = [name for name, size in sizes.items() if size <= MAX_DICTIONARY_BYTES * self.rows]
        batch_size = min(MAX_BATCH_ROWS, max(1000, self.rows * MAX_BATCH_BYTES // max(sizes.total(), 1)))
        with pq.ParquetFile(self.parquet, pre_buffer=False, read_dictionary=repetitive) as file:
            for rows in file.iter_batches(batch_size):
                cells = {column.name: _to_cells(rows[column.name], column) for column in self.table.columns}
                yield Batch(rows.num_rows, cells, first_row)
                first_row += rows.num_rows

    def locate(self, fault: Fault, row: int) -> Finding:
        return fault.to_finding(self.name, self.table.primary_key, row=row + 1)

    def describe_row(self, row: int) -> str:
        return f"row {row + 1}"

    def unreadable_finding(self, error: Exception) -> Finding:
        found = str(error).strip().split("\n")[0]
        fix = "Write the file again; it is truncated or damaged."
        return Finding("file-unreadable", self.name, "a complete Parquet file", found, fix, self.table.name)


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
