"""A Parquet file as a part of a table, held to its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kursk_claims.contract.arrow import build_nullable_schema
from kursk_claims.contract.model import Column, Table
from kursk_claims.files import open_regular
from kursk_claims.report.model import Fault, Finding
from kursk_claims.report.values import shorten
from kursk_claims.tables.conversions import (
    CONVERTIBLE_VALUES,
    cast_sql,
    convert_values,
    is_readable,
    logical_type,
    needs_conversion,
)
from kursk_claims.tables.header import describe_header_fault
from kursk_claims.tables.parquet_batches import read_batches
from kursk_claims.tables.parquet_pages import ColumnBounds, bound_rows, reject_encrypted
from kursk_claims.tables.unreadable import examine_parquet

if TYPE_CHECKING:
    import polars as pl
    import pyarrow

    from kursk_claims.tables.batch import Batch, Cells

MAX_TYPE_LENGTH = 200  # characters; a nested type can be long


@dataclass
class ParquetPart:
    """A Parquet file as a part of a table, see `InputPart`.

    If a column has another type than the contract's, all rows are written to `converted` while they are read.
    """

    table: Table
    name: str
    source: Path
    converted: Path
    parquet: Path | None = None
    rows: int = 0
    findings: list[Finding] = field(default_factory=list)
    is_complete: bool = True
    needs_text_check: bool = True
    bounds: Mapping[str, ColumnBounds] = field(default_factory=dict)
    to_convert: frozenset[str] = frozenset()
    unreadable: set[str] = field(default_factory=set)  # columns of a type that is not read, such as lists
    wrong_types: set[str] = field(default_factory=set)  # columns of which a value with a wrong type was found

    @classmethod
    def open(cls, path: Path, table: Table, name: str, converted: Path) -> ParquetPart:
        """Read the file's schema and compare it with the contract's. Raises `OSError` if the environment is at fault."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        part = cls(table, name, path, converted)
        try:
            with open_regular(path) as raw, pq.ParquetFile(path, pre_buffer=False) as file:
                reject_encrypted(raw, file.metadata)
                part.rows, schema = file.metadata.num_rows, file.schema_arrow
                part._compare_schema(schema)
                if part.is_complete:
                    part.to_convert = frozenset(
                        column.name
                        for column in table.columns
                        if column.name not in part.unreadable and needs_conversion(schema.field(column.name).type, column)
                    )
                    readable = [column for column in table.column_names if column not in part.unreadable]
                    part.bounds = bound_rows(raw, file.metadata, readable)
        except UnicodeDecodeError as error:
            part.is_complete = False
            part.findings.append(part.unreadable_finding(ValueError(f"a name that is not UTF-8: {error.object!r:.100}")))
        except (pa.ArrowException, OSError, ValueError) as error:
            part.is_complete = False
            part.findings.append(part.unreadable_finding(error))
        if not part.is_complete:
            part.rows = 0
        else:
            part.parquet = converted if part.is_converted else path
        return part

    def _compare_schema(self, schema: pyarrow.Schema) -> None:
        """Add findings about columns that differ from the contract in name or order, or whose type is not read at all."""
        expected = self.table.column_names
        if schema.names != expected:
            fault = describe_header_fault(schema.names, expected)
            self.findings.append(Finding("header", self.name, ",".join(expected), fault.found, fault.fix, self.table.name))
            self.is_complete = False
            return
        for column in self.table.columns:
            arrow_type = schema.field(column.name).type
            if not is_readable(arrow_type):
                self.unreadable.add(column.name)
                self.findings.append(self._wrong_type(arrow_type, column, "Write one value in each cell."))

    @property
    def expected_rows(self) -> int:
        return self.rows

    @property
    def size(self) -> int:
        return self.source.stat().st_size

    @property
    def is_converted(self) -> bool:
        return bool(self.to_convert or self.unreadable)

    def batches(self) -> Iterator[Batch]:
        """Yield the rows; columns that repeat their values have distinct values and indices.

        Raises `pyarrow.ArrowException` and `OSError`.
        """
        import polars as pl

        first_row = 0
        with self._open_writer() as writer:
            for rows in read_batches(self.source, self.table, self.bounds, self.to_convert):
                batch = self.to_batch(rows, first_row)
                if writer is not None:
                    frame = pl.DataFrame({name: cells.decoded() for name, cells in batch.cells.items()})
                    writer.write_table(frame.to_arrow().cast(writer.schema))
                yield batch
                first_row += rows.num_rows
        if first_row != self.rows:
            raise OSError(f"the file says that it has {self.rows} rows, but has {first_row}")

    def _open_writer(self) -> AbstractContextManager[Any]:
        import pyarrow.parquet as pq

        return pq.ParquetWriter(self.converted, build_nullable_schema(self.table)) if self.is_converted else nullcontext()

    def to_batch(self, rows: pyarrow.Table, first_row: int) -> Batch:
        """Return rows of the file, numbered from `first_row`, with the contract's types."""
        import polars as pl

        from kursk_claims.tables.batch import Batch, Cells, ColumnFailure

        batch = Batch(rows.num_rows, {}, first_row)
        for column in self.table.columns:
            if column.name in self.unreadable:
                batch.cells[column.name] = Cells(pl.Series([None] * rows.num_rows, dtype=column.type.to_polars()))
                batch.invalid_cells[column.name] = pl.arange(rows.num_rows, dtype=pl.UInt32, eager=True)
                continue
            values = rows[column.name].combine_chunks()
            if column.name in self.to_convert:
                self._convert(values, column, batch)
            else:
                batch.cells[column.name] = cells = _to_cells(values, column)
                if column.dtype == "Float64" and len(rows_of_nan := cells.rows_of(cells.values.is_nan().arg_true())):
                    batch.failures.append(ColumnFailure(column, "type", rows_of_nan, _explain_nan))
        return batch

    def _convert(self, values: pyarrow.Array, column: Column, batch: Batch) -> None:
        """Add the cells of a column with another type to a batch, and what is wrong with them."""
        import polars as pl

        from kursk_claims.tables.batch import Cells, ColumnFailure

        original = _to_series(values)
        outcome = convert_values(original, column)
        if outcome is None:
            if column.name not in self.wrong_types:
                self.wrong_types.add(column.name)
                fix = f"Write the column with that type, in SQL with {cast_sql(values.type, column)}."
                batch.findings.append(self._wrong_type(values.type, column, fix))
            batch.cells[column.name] = Cells(pl.Series([None] * len(original), dtype=column.type.to_polars()))
            batch.invalid_cells[column.name] = original.is_not_null().arg_true()
            return
        converted, lossy = outcome
        batch.cells[column.name] = Cells(converted)
        if len(lossy):
            batch.failures.append(ColumnFailure(column, "type", lossy, partial(_explain_loss, column), Cells(original)))

    def _wrong_type(self, arrow_type: pyarrow.DataType, column: Column, fix: str) -> Finding:
        return Finding(
            "type",
            self.name,
            f"a column of type {column.type.logical}",
            f"type {shorten(str(logical_type(arrow_type)), MAX_TYPE_LENGTH)}",
            fix,
            self.table.name,
            column=column.name,
        )

    def locate(self, fault: Fault, row: int) -> Finding:
        return fault.to_finding(self.name, self.table.primary_key, row=row + 1)

    def describe_row(self, row: int) -> str:
        return f"row {row + 1}"

    def unreadable_finding(self, error: Exception) -> Finding:
        """Examine the file and say what it is, or what is wrong with it. Raises `OSError` if the environment is at fault."""
        return examine_parquet(self.source, self.name, self.table.name, error)


def _to_cells(values: pyarrow.Array, column: Column) -> Cells:
    import polars as pl
    import pyarrow as pa

    from kursk_claims.tables.batch import Cells

    dtype = column.type.to_polars()
    if pa.types.is_dictionary(values.type):
        return Cells(pl.Series(values.dictionary).cast(dtype), pl.Series(values.indices))
    return Cells(pl.Series(values).cast(dtype))


def _to_series(values: pyarrow.Array) -> pl.Series:
    """Return values of any type that is not nested."""
    import polars as pl
    import pyarrow as pa

    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_float16(values.type):
        values = values.cast(pa.float32())
    return pl.Series(values)


def _explain_nan(value: Any) -> tuple[str, str, str]:
    return "a number, or no value", "NaN", "Write null where a value is missing, in polars with `fill_nan(None)`."


def _explain_loss(column: Column, value: Any) -> tuple[str, str, str]:
    return CONVERTIBLE_VALUES[column.dtype], repr(str(value)), f"Write the value like this example: {column.metadata['example']}."
