"""A CSV file as a part of a table: its rows as Parquet, and where each of its cells stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.checks import Fault
from kursk_claims.contract import Table
from kursk_claims.findings import Finding, Severity
from kursk_claims.records import Read, read_table

if TYPE_CHECKING:
    from kursk_claims.batches import Batch


@dataclass
class CsvPart:
    """A file that was read whole, see `checking.Part`."""

    read: Read
    parquet: Path | None
    texts: bool = False

    @property
    def rows(self) -> int:
        return len(self.read.rows)

    @property
    def findings(self) -> list[Finding]:
        return self.read.findings

    @property
    def whole(self) -> bool:
        return self.read.complete

    @whole.setter
    def whole(self, value: bool) -> None:
        self.read.complete = value

    def batches(self) -> Iterator[Batch]:
        yield batch_of(self.read)

    def locate(self, fault: Fault, row: int) -> Finding:
        return locate(self.read, fault, row)

    def place(self, row: int) -> str:
        return f"line {self.read.numbers[row]}"

    def unreadable(self, error: Exception) -> Finding:
        return Finding(
            "file-unreadable", self.read.file, "a file that can be read", str(error), "Try again.", self.read.table.name
        )


def open_csv(path: Path, table: Table, name: str, parquet: Path) -> CsvPart:
    """Read the file and write its rows to `parquet`."""
    import pyarrow.parquet as pq

    read = read_table(path, table, name)
    pq.write_table(read.arrow(), parquet)
    return CsvPart(read, parquet if read.complete or read.rows else None)


def batch_of(read: Read) -> Batch:
    """The rows that were read, and which of their cells could not be."""
    import polars as pl

    from kursk_claims.batches import Batch

    rows = {number: row for row, number in enumerate(read.numbers)}
    spoiled: dict[str, list[int]] = {}
    for each in read.findings:
        if each.column and each.line:
            spoiled.setdefault(each.column, []).append(rows[each.line])
    batch = Batch.of(pl.DataFrame(read.arrow()))
    batch.spoiled = {column: pl.Series(cells, dtype=pl.UInt32) for column, cells in spoiled.items()}
    return batch


def locate(read: Read, fault: Fault, row: int) -> Finding:
    """A fault as a finding at a cell."""
    severity: Severity = "warning" if fault.severity == "warning" else "error"
    line, position = read.numbers[row], read.position(row, fault.columns[0])
    words = (fault.rule, read.file, fault.expected, fault.found, fault.fix, fault.table)
    return Finding(*words, line, position, ",".join(fault.columns), read.key(row), severity)
