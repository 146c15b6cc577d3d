"""Rows of a table as they pass through the column checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from kursk_claims.contract.model import Column, Table
from kursk_claims.report.model import Fault, Finding, Severity


@dataclass(frozen=True)
class Cells:
    """The cells of a column: one value per row, or distinct values and each row's index among them.

    A check of distinct values holds for every cell, so it never looks at a value twice.
    """

    values: pl.Series
    indices: pl.Series | None = None

    def __getitem__(self, row: int) -> Any:
        if self.indices is None:
            return self.values[row]
        index = self.indices[row]
        return None if index is None else self.values[index]

    def rows_of(self, positions: pl.Series) -> pl.Series:
        """Return the rows that hold the values at these positions of `values`."""
        return positions if self.indices is None or not len(positions) else self.indices.is_in(positions.implode()).arg_true()

    @property
    def has_empty_rows(self) -> bool:
        """Whether some row may be without a value."""
        return self.values.null_count() > 0 or (self.indices is not None and self.indices.null_count() > 0)

    def empty_rows(self) -> pl.Series:
        """Return the rows without a value."""
        null_values = self.values.is_null().arg_true()
        if self.indices is None:
            return null_values
        null_rows = self.indices.is_null().arg_true()
        return null_rows.append(self.rows_of(null_values)).sort() if len(null_values) else null_rows

    def decoded(self) -> pl.Series:
        """Return the value of every row."""
        return self.values if self.indices is None else self.values.gather(self.indices)


@dataclass
class Batch:
    """Consecutive rows of a table; `first` is the number of the first row.

    `findings` and `failures` come from the reader. `invalid_cells` maps a
    column to the rows, counted within the batch, of its invalid cells.
    """

    height: int
    cells: dict[str, Cells]
    first: int = 0
    invalid_cells: dict[str, pl.Series] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    failures: list[ColumnFailure] = field(default_factory=list)

    @classmethod
    def of(cls, frame: pl.DataFrame, first: int = 0) -> Batch:
        """Create a batch from a frame with the contract's types."""
        return cls(frame.height, {column.name: Cells(column) for column in frame}, first)


@dataclass(frozen=True)
class ColumnFailure:
    """A check of a column that failed in a batch, at rows counted from 0.

    `explain` returns, for a cell's value, what was expected, what was found and what to do. `cells` holds the values if they
    could not be converted to the type of the batch. A cell with a warning is not invalid.
    """

    column: Column
    rule: str
    rows: pl.Series
    explain: Callable[[Any], tuple[str, str, str]]
    cells: Cells | None = None
    severity: Severity = "error"

    def faults(self, batch: Batch, table: Table, rows: pl.Series) -> Iterator[Fault]:
        """Yield the faults at some of the rows."""
        cells = self.cells or batch.cells[self.column.name]
        for row in rows.to_list():
            key = tuple(batch.cells[name][row] for name in table.primary_key)
            yield Fault(
                table.name, batch.first + row, (self.column.name,), self.rule, *self.explain(cells[row]), self.severity, key
            )
