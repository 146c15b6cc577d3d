"""Convert tables in memory to the types of the contract."""

from __future__ import annotations

from typing import Any

import polars as pl

from kursk_claims.contract.model import Table
from kursk_claims.errors import InputError


def convert_frame(data: Any, table: Table) -> pl.DataFrame:
    """Return a table in memory as a polars frame, with the contract's types where no value changes.

    `data` is anything with Arrow's C stream interface. Raises `InputError` for anything else.
    """
    if not hasattr(data, "__arrow_c_stream__"):
        expected = "a path, or a table of Arrow, polars, pandas or DuckDB"
        raise InputError(f"{table.name}: expected {expected}, found {type(data).__name__}")
    try:
        frame = pl.DataFrame(data)
    except (pl.exceptions.PolarsError, TypeError, ValueError) as error:
        raise InputError(f"{table.name}: {str(error).strip()}") from None
    dtypes = {column.name: column.type.to_polars() for column in table.columns}
    return frame.with_columns(_cast_if_lossless(values, dtypes[values.name]) for values in frame if values.name in dtypes)


def _cast_if_lossless(values: pl.Series, dtype: Any) -> pl.Series:
    """Return the values cast to `dtype` if all of them survive, else unchanged."""
    are_numbers = values.dtype.is_numeric() and dtype.is_numeric()
    are_dates = isinstance(values.dtype, pl.Datetime) and dtype == pl.Date
    are_categories = isinstance(values.dtype, (pl.Categorical, pl.Enum)) and dtype == pl.String
    if values.null_count() < len(values) and not (are_numbers or are_dates or are_categories):
        return values
    if values.dtype.is_float() and not dtype.is_float():
        values = values.fill_nan(None)  # pandas writes an empty cell among whole numbers as NaN
    converted = values.cast(dtype, strict=False)
    return converted if converted.cast(values.dtype).eq_missing(values).all() else values
