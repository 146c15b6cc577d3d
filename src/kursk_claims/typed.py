"""Columns of text by the types of the contract, as `records.parse` reads one cell."""

from __future__ import annotations

import polars as pl

from kursk_claims.contract import Column

# The same forms as in `records`, which reads cell by cell and says what is wrong.
FORMS = {
    "Int32": r"^(?:0|-?[1-9][0-9]{0,10})$",
    "Float64": r"^-?[0-9]{1,15}(?:\.[0-9]{1,15})?$",
    "Boolean": "^(?:true|false)$",
    "Date": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
}


def typed(cells: pl.Series, column: Column) -> pl.Series:
    """The values of a column; a cell that has none is null."""
    if column.dtype == "String":
        return cells
    well = cells.set(~cells.str.contains(FORMS[column.dtype]), None)
    if column.dtype == "Date":
        days = well.str.to_date("%Y-%m-%d", strict=False)
        return days.set(days.dt.year() < 1, None)
    if column.dtype == "Boolean":
        return well == "true"
    return well.cast(getattr(pl, column.dtype), strict=False)
