"""Read a Parquet file in batches of bounded size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.contract.arrow import build_arrow_schema
from kursk_claims.contract.model import Column, Table
from kursk_claims.report.model import Fault, Finding, Severity
from kursk_claims.report.values import format_value
from kursk_claims.tables.header import describe_header_fault

if TYPE_CHECKING:
    import pyarrow.parquet

    from kursk_claims.tables.batch import Batch, Cells


MAX_BATCH_ROWS = 200_000  # of a batch: fewer cost time, more cost memory
MAX_BATCH_BYTES = 128 * 2**20  # bytes of a batch, as the file's own statistics have them
DICTIONARY_BYTES_PER_CELL = 4  # bytes that a cell takes at most in a column that lists its distinct values


@dataclass
class ParquetPart:
    """A Parquet file as a part of a table, see `given.Part`."""

    table: Table
    name: str
    parquet: Path | None
    rows: int = 0
    findings: list[Finding] = field(default_factory=list)
    whole: bool = True
    texts: bool = True

    @classmethod
    def open(cls, path: Path, table: Table, name: str) -> ParquetPart:
        import pyarrow as pa
        import pyarrow.parquet as pq

        part = cls(table, name, path)
        try:
            with pq.ParquetFile(path, pre_buffer=False) as file:
                part.rows, found = file.metadata.num_rows, file.schema_arrow
        except (pa.ArrowException, OSError) as error:
            part.findings.append(part.unreadable(error))
        else:
            part.findings.extend(compare_parquet_schema(found, table, name))
        if part.findings:
            part.parquet, part.rows, part.whole = None, 0, False
        return part

    @property
    def expected(self) -> int:
        return self.rows

    def batches(self) -> Iterator[Batch]:
        """The rows, one row group after the other; columns that repeat their values come as their distinct values.

        Raises `pyarrow.ArrowException` and `OSError`.
        """
        import pyarrow.parquet as pq

        from kursk_claims.tables.batch import Batch

        assert self.parquet is not None
        first = 0
        with pq.ParquetFile(self.parquet, pre_buffer=False) as file:
            sizes = _column_sizes(file.metadata)
        often = [name for name, size in sizes.items() if size <= DICTIONARY_BYTES_PER_CELL * self.rows]
        step = min(MAX_BATCH_ROWS, max(1000, self.rows * MAX_BATCH_BYTES // max(sum(sizes.values()), 1)))
        with pq.ParquetFile(self.parquet, pre_buffer=False, read_dictionary=often) as file:
            for rows in file.iter_batches(step):
                cells = {column.name: _to_cells(rows[column.name], column) for column in self.table.columns}
                yield Batch(rows.num_rows, cells, first)
                first += rows.num_rows

    def locate(self, fault: Fault, row: int) -> Finding:
        key = ",".join(f"{name}={format_value(value)}" for name, value in zip(self.table.primary_key, fault.values, strict=True))
        severity: Severity = "warning" if fault.severity == "warning" else "error"
        words = (fault.rule, self.name, fault.expected, fault.found, fault.fix, fault.table)
        return Finding(*words, column=",".join(fault.columns), key=key, severity=severity, row=row + 1)

    def place(self, row: int) -> str:
        return f"row {row + 1}"

    def unreadable(self, error: Exception) -> Finding:
        """The file, or a part of it, cannot be read."""
        fix = "Write the file again; it was cut off or damaged."
        found = str(error).strip().split("\n")[0]
        return Finding("file-unreadable", self.name, "a whole Parquet file", found, fix, self.table.name)


def compare_parquet_schema(found: pyarrow.Schema, table: Table, name: str) -> list[Finding]:
    """Columns that are not those of the contract, in name, order or type."""
    expected = build_arrow_schema(table)
    if found.names != expected.names:
        fix = "Give the file the columns of its schema, in their order."
        return [
            Finding("header", name, ",".join(expected.names), describe_header_fault(found.names, expected.names), fix, table.name)
        ]
    return [
        Finding(
            "type",
            name,
            f"a column of type {each.type}",
            f"type {got.type}",
            "Write it with that type.",
            table.name,
            column=each.name,
        )
        for each, got in zip(expected, found, strict=True)
        if _logical_arrow_type(got.type) not in (each.type, "null")
    ]


def _column_sizes(metadata: pyarrow.parquet.FileMetaData) -> Counter[str]:
    """The bytes of each column, unpacked but encoded."""
    sizes: Counter[str] = Counter()
    for group in range(metadata.num_row_groups):
        for each in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(each)
            sizes[chunk.path_in_schema] += chunk.total_uncompressed_size
    return sizes


def _to_cells(values: pyarrow.Array, column: Column) -> Cells:
    import polars as pl
    import pyarrow as pa

    from kursk_claims.tables.batch import Cells

    kind = column.type.to_polars()
    if pa.types.is_dictionary(values.type):
        return Cells(pl.Series(values.dictionary).cast(kind), pl.Series(values.indices))
    return Cells(pl.Series(values).cast(kind))


def _logical_arrow_type(kind: pyarrow.DataType) -> pyarrow.DataType | str:
    """The type by what it holds: dictionaries and the kinds of string are one; a column of nulls may be of any."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return _logical_arrow_type(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    return "null" if pa.types.is_null(kind) else kind
