"""Rows of a table on their way through the checks of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from kursk_claims.findings import Finding


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

    `findings` are what a reader found in them, `spoiled` by column the rows, counted in the batch, of cells at fault.
    """

    height: int
    cells: dict[str, Cells]
    first: int = 0
    spoiled: dict[str, pl.Series] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def of(cls, frame: pl.DataFrame, first: int = 0) -> Batch:
        return cls(frame.height, {each.name: Cells(each) for each in frame}, first)

    def key(self, names: Sequence[str], rows: Sequence[int]) -> pl.DataFrame:
        """The cells of a key at some rows."""
        columns = {name: self.cells[name] for name in names}
        types = {name: cells.values.dtype for name, cells in columns.items()}
        return pl.DataFrame({name: [cells[row] for row in rows] for name, cells in columns.items()}, types)
