"""Check the cells of a new row by the schema of its table, before it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from kursk_claims.contract.model import Column, Table
from kursk_claims.errors import UsageError
from kursk_claims.tables.cells import parse_cell
from kursk_claims.tables.text_hygiene import find_text_fault

if TYPE_CHECKING:
    import polars as pl


def require_valid_cells(table: Table, row: Mapping[str, str], names: Mapping[str, str]) -> None:
    """Raise `UsageError` with every cell that its column does not allow.

    `names` says what people wrote each column as, such as `--url`; the other columns are named themselves.
    """
    faults = [
        f"{names.get(column.name, column.name)}: expected {expected}; found {found}. {fix}"
        for column in table.columns
        for expected, found, fix in find_cell_faults(table, column, row.get(column.name, ""))
    ]
    if faults:
        raise UsageError(*faults)


def find_cell_faults(table: Table, column: Column, cell: str) -> Iterator[tuple[str, str, str]]:
    """Yield what was expected, what was found and what to do, for the first fault of a cell."""
    from kursk_claims.checks.columns import find_column_failures
    from kursk_claims.tables.batch import Batch

    value = None
    if cell:
        fault = find_text_fault(cell)
        if fault is None:
            value, fault = parse_cell(cell, column)
        if fault is not None:
            yield fault.expected, fault.found, fault.fix
            return
    only = Table(table.name, table.title, table.description, (), (column,), table.path)
    batch = Batch.of(_one_cell_frame(column, value))
    for failure in [*find_column_failures(batch, only)][:1]:
        yield failure.explain(value)


def _one_cell_frame(column: Column, value: object) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame({column.name: pl.Series([value], dtype=column.type.to_polars())})
