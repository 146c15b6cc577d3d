"""Read tables in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kursk_claims.contract.model import Table
from kursk_claims.errors import InputError

if TYPE_CHECKING:
    import polars as pl


def read_frame(data: Any, table: Table) -> pl.DataFrame:
    """Return a table in memory as a polars frame.

    `data` is anything with Arrow's C stream interface. Raises `InputError` for anything else.
    """
    import polars as pl

    if isinstance(data, pl.LazyFrame):
        data = data.collect()
    if not hasattr(data, "__arrow_c_stream__"):
        expected = "a path, or a table of Arrow, polars, pandas or DuckDB"
        raise InputError(f"{table.name}: expected {expected}, found {type(data).__name__}")
    try:
        return pl.DataFrame(data)
    except (pl.exceptions.PolarsError, TypeError, ValueError) as error:
        raise InputError(f"{table.name}: {str(error).strip()}") from None
