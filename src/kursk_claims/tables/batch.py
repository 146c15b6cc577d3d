"""Rows of a table as they pass through the column checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from kursk_claims.contract.model import Column, Table
from kursk_claims.report.model import Fault, Finding


@dataclass(frozen=True)
class Cells:
    """The cells of a column: `values`, or, where each row has its `places` among them, the distinct values.

    What is true of a value is true of all its cells, so that a check need not look at it twice.
    """

    values: pl.Series
    places: pl.Series | None = None

    def __getitem__(self, row: int) -> Any:
        if self.places is None:
            return self.values[row]
        place = self.places[row]
        return None if place is None else self.values[place]

    def rows(self, values: pl.Series) -> pl.Series:
        """The rows that have one of these values, which are numbers of `values` themselves."""
        return values if self.places is None or not len(values) else self.places.is_in(values.implode()).arg_true()

    def empty(self) -> pl.Series:
        """The rows without a value."""
        found = (self.values if self.places is None else self.places).is_null().arg_true()
        null = self.values.is_null().arg_true()
        return found if self.places is None or not len(null) else found.append(self.rows(null)).sort()

    def decoded(self) -> pl.Series:
        """All cells, one for each row."""
        return self.values if self.places is None else self.values.gather(self.places)


@dataclass
class Batch:
    """Some rows of a table, and the number of the first.

    `findings` are what a reader found in them, `invalid_cells` by column the rows, counted in the batch, of cells at fault.
    """

    height: int
    cells: dict[str, Cells]
    first: int = 0
    invalid_cells: dict[str, pl.Series] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def of(cls, frame: pl.DataFrame, first: int = 0) -> Batch:
        return cls(frame.height, {each.name: Cells(each) for each in frame}, first)

    def key(self, names: Sequence[str], rows: Sequence[int]) -> pl.DataFrame:
        """The cells of a key at some rows."""
        columns = {name: self.cells[name] for name in names}
        types = {name: cells.values.dtype for name, cells in columns.items()}
        return pl.DataFrame({name: [cells[row] for row in rows] for name, cells in columns.items()}, types)


@dataclass(frozen=True)
class ColumnFailure:
    """A check of a column that failed in a batch: at which rows, counted from 0.

    `tell` makes of a cell's value what was expected, what was found and what to do.
    """

    column: Column
    rule: str
    rows: pl.Series
    tell: Callable[[Any], tuple[str, str, str]]

    def faults(self, batch: Batch, table: Table, rows: pl.Series) -> Iterator[Fault]:
        """The faults at these of the rows."""
        for row in rows.to_list():
            words = self.tell(batch.cells[self.column.name][row])
            values = tuple(batch.cells[key][row] for key in table.primary_key)
            yield Fault(table.name, batch.first + row, (self.column.name,), self.rule, *words, values=values)
