"""A table to check: its files, and where each row is."""

from __future__ import annotations

import bisect
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from kursk_claims.contract.model import Table
from kursk_claims.report.model import Fault, Finding
from kursk_claims.tables.batch import Batch


class InputPart(Protocol):
    """One file's rows: as Parquet for DuckDB, in batches for pandera, and where each of them stands.

    It is not `whole` when rows, or all of it (no `parquet`), could not be
    read. `texts` is true where nobody has looked yet at what any text must be.
    """

    parquet: Path | None
    whole: bool
    texts: bool

    @property
    def rows(self) -> int:
        """How many, once all are read."""

    @property
    def expected(self) -> int:
        """How many there may be, so far as is known."""

    @property
    def findings(self) -> list[Finding]:
        """What is wrong with the file as such."""

    def batches(self) -> Iterator[Batch]:
        """The rows, with the contract's types."""

    def locate(self, fault: Fault, row: int) -> Finding:
        """A fault at a row, counted from 0, as a finding."""

    def place(self, row: int) -> str:
        """A row in words."""

    def unreadable(self, error: Exception) -> Finding:
        """What became of a file that broke off while it was read."""


@dataclass
class TableInput:
    """A table that is to be checked: its parts and the number of each part's first row."""

    table: Table
    parts: list[InputPart] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many, once all are read."""
        return sum(part.rows for part in self.parts)

    def begin(self) -> int:
        """Go on to the next part; the number of its first row."""
        self.firsts.append(sum(part.rows for part in self.parts[: len(self.firsts)]))
        return self.firsts[-1]

    def locate(self, fault: Fault) -> Finding:
        part, row = self._part(fault.row)
        if fault.first is not None:
            other, first = self._part(fault.first)
            place = other.place(first) + ("" if other is part else f" of {other.parquet}")
            fault = replace(fault, found=f"{fault.found}, as in {place}")
        return part.locate(fault, row)

    def _part(self, row: int) -> tuple[InputPart, int]:
        at = bisect.bisect_right(self.firsts, row) - 1
        return self.parts[at], row - self.firsts[at]


def open_table_input(files: Sequence[Path], table: Table, scratch: Path) -> TableInput:
    from kursk_claims.tables.csv_blocks import CsvPart
    from kursk_claims.tables.parquet_reader import ParquetPart

    given = TableInput(table)
    for number, path in enumerate(files):
        name = os.path.relpath(path) if path.absolute().is_relative_to(Path.cwd()) else str(path)
        if path.suffix.lower() == ".csv":
            given.parts.append(CsvPart.open(path, table, name, scratch / f"{table.name}-{number}.parquet"))
        else:
            given.parts.append(ParquetPart.open(path, table, name))
    return given
