"""Convert columns to the types of the contract, cell by cell, where no information is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kursk_claims.contract.model import Column
from kursk_claims.tables.cells import INT32_RANGE

if TYPE_CHECKING:
    import polars as pl
    import pyarrow

# By type of the contract, what a value must be to be converted.
CONVERTIBLE_VALUES = {
    "Boolean": "true or false",
    "Int32": f"a whole number from {INT32_RANGE.start} to {INT32_RANGE.stop - 1}",
    "Float64": "a number that a double can hold",
    "Date": "a date without a time of day",
    "String": "text in UTF-8",
}


def needs_conversion(arrow_type: pyarrow.DataType, column: Column) -> bool:
    """Return whether a column of an Arrow type holds other values than the contract's type does."""
    logical = logical_type(arrow_type)
    return logical not in (column.type.to_arrow(), "null")


def logical_type(arrow_type: pyarrow.DataType) -> pyarrow.DataType | str:
    """Return the type of a column's values, however stored; `null` if the column is empty, because that fits any type."""
    import pyarrow as pa

    if pa.types.is_dictionary(arrow_type):
        return logical_type(arrow_type.value_type)
    if pa.types.is_large_string(arrow_type) or pa.types.is_string_view(arrow_type):
        return pa.string()
    return "null" if pa.types.is_null(arrow_type) else arrow_type


def is_text(arrow_type: pyarrow.DataType) -> bool:
    """Return whether the values of a type are texts or bytes of any length."""
    import pyarrow as pa

    kinds = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_binary, pa.types.is_large_binary)
    return any(matches(arrow_type) for matches in kinds)


def is_readable(arrow_type: pyarrow.DataType) -> bool:
    """Return whether polars reads a type, one value in each cell."""
    import pyarrow as pa

    if pa.types.is_dictionary(arrow_type):
        return is_readable(arrow_type.value_type)
    is_small_decimal = pa.types.is_decimal(arrow_type) and not pa.types.is_decimal256(arrow_type)
    kinds = (pa.types.is_null, pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating, pa.types.is_temporal, is_text)
    is_interval = pa.types.is_interval(arrow_type)
    return is_small_decimal or (not is_interval and any(matches(arrow_type) for matches in kinds))


def cast_sql(arrow_type: pyarrow.DataType, column: Column) -> str:
    """Return the SQL that casts a column to the contract's type; a day depends on the time zone."""
    zone = getattr(arrow_type, "tz", None)
    name = f"({column.name} AT TIME ZONE '{zone}')" if zone else column.name
    return f"{name}::{column.type.duckdb}"


def convert_values(values: pl.Series, column: Column) -> tuple[pl.Series, pl.Series] | None:
    """Return the values with the contract's type, and the rows whose value would change.

    Returns None if values of this type stand for something else: a text is no date, a number is no text.
    """
    import polars as pl

    dtype = column.type.to_polars()
    if values.null_count() == len(values):
        return pl.Series(values.name, [None] * len(values), dtype), pl.Series([], dtype=pl.UInt32)
    if not _is_convertible(values.dtype, dtype):
        return None
    if values.dtype.is_float() and not dtype.is_float():
        values = values.fill_nan(None)  # pandas writes an empty cell among whole numbers as NaN
    converted = _decode(values) if values.dtype == pl.Binary else values.cast(dtype, strict=False)
    return converted, (~converted.cast(values.dtype, strict=False).eq_missing(values)).arg_true()


def _is_convertible(dtype: Any, wanted: Any) -> bool:
    import polars as pl

    if dtype.is_numeric() and wanted.is_numeric():
        return True
    if wanted == pl.Date:
        return isinstance(dtype, pl.Datetime) and dtype.time_zone is None
    return bool(wanted == pl.String and dtype == pl.Binary)


def _decode(values: pl.Series) -> pl.Series:
    """Return bytes as text; null where they are not UTF-8, at which polars would stop."""
    import polars as pl

    try:
        return values.cast(pl.String)
    except pl.exceptions.PolarsError:
        return pl.Series(values.name, [_decode_one(value) for value in values.to_list()], pl.String)


def _decode_one(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode("utf-8")
    except UnicodeDecodeError:
        return None
