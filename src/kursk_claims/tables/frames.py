"""Convert tables in memory to the types of the contract."""

from __future__ import annotations

from typing import Any

import polars as pl

from kursk_claims.contract.model import Table
from kursk_claims.errors import InputError


def convert_frame(data: Any, table: Table) -> pl.DataFrame:
    """The rows of anything with Arrow's C stream interface; raises `InputError` for what has none."""
    try:
        frame = pl.DataFrame(data) if hasattr(data, "__arrow_c_stream__") else None
    except (pl.exceptions.PolarsError, TypeError, ValueError) as error:
        raise InputError(f"{table.name}: {str(error).strip()}") from None
    if frame is None:
        expected = "a path, or a table of Arrow, polars, pandas or DuckDB"
        raise InputError(f"{table.name}: expected {expected}, found {type(data).__name__}")
    types = {column.name: column.type.to_polars() for column in table.columns}
    return frame.with_columns(_cast_if_lossless(each, types[each.name]) for each in frame if each.name in types)


def _cast_if_lossless(values: pl.Series, kind: Any) -> pl.Series:
    """The same values in the type `kind` where it holds them all, else the values as they came."""
    numbers = values.dtype.is_numeric() and kind.is_numeric()
    days = isinstance(values.dtype, pl.Datetime) and kind == pl.Date
    names = isinstance(values.dtype, (pl.Categorical, pl.Enum)) and kind == pl.String
    if values.null_count() < len(values) and not (numbers or days or names):
        return values
    if values.dtype.is_float() and not kind.is_float():
        values = values.fill_nan(None)  # how pandas writes an empty cell beside numbers
    fitted = values.cast(kind, strict=False)
    return fitted if fitted.cast(values.dtype).eq_missing(values).all() else values
