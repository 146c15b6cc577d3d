"""What is given to be checked: tables in parts, each read in batches whose columns are checked while the next are read."""

from __future__ import annotations

import bisect
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kursk_claims import checks
from kursk_claims.batches import Batch
from kursk_claims.contract import Table
from kursk_claims.findings import Finding, Skipped
from kursk_claims.run import Run

if TYPE_CHECKING:
    from kursk_claims.columns import Failure, KeyOrder

WORKERS = 2  # that check batches, besides the threads that read and those of polars: more cost memory


@dataclass(frozen=True)
class Limits:
    """How much is told and used.

    findings: how many of each check are listed, and how many in all; memory: bytes for DuckDB, as it writes them; spill:
    the folder for what does not fit, and for CSV on its way.
    """

    findings: int = 100
    memory: str = "400MB"
    spill: Path | None = None


USUAL = Limits()


Progress = Callable[[str, int, int], None]  # what is done, rows done, rows in all


class Part(Protocol):
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

    def locate(self, fault: checks.Fault, row: int) -> Finding:
        """A fault at a row, counted from 0, as a finding."""

    def place(self, row: int) -> str:
        """A row in words."""

    def unreadable(self, error: Exception) -> Finding:
        """What became of a file that broke off while it was read."""


@dataclass
class Given:
    """A table that is to be checked: its parts and the number of each part's first row."""

    table: Table
    parts: list[Part] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many, once all are read."""
        return sum(part.rows for part in self.parts)

    def begin(self) -> int:
        """Go on to the next part; the number of its first row."""
        self.firsts.append(sum(part.rows for part in self.parts[: len(self.firsts)]))
        return self.firsts[-1]

    def locate(self, fault: checks.Fault) -> Finding:
        part, row = self._part(fault.row)
        if fault.first is not None:
            other, first = self._part(fault.first)
            place = other.place(first) + ("" if other is part else f" of {other.parquet}")
            fault = replace(fault, found=f"{fault.found}, as in {place}")
        return part.locate(fault, row)

    def _part(self, row: int) -> tuple[Part, int]:
        at = bisect.bisect_right(self.firsts, row) - 1
        return self.parts[at], row - self.firsts[at]


def open_given(files: Sequence[Path], table: Table, scratch: Path) -> Given:
    from kursk_claims.csvfile import CsvPart
    from kursk_claims.parquetfile import ParquetPart

    given = Given(table)
    for number, path in enumerate(files):
        name = os.path.relpath(path) if path.absolute().is_relative_to(Path.cwd()) else str(path)
        if path.suffix.lower() == ".csv":
            given.parts.append(CsvPart.open(path, table, name, scratch / f"{table.name}-{number}.parquet"))
        else:
            given.parts.append(ParquetPart.open(path, table, name))
    return given


def read_columns(run: Run, given: Given) -> Iterator[int]:
    """Check the columns of all parts; the rows of each batch that is done."""
    import pyarrow as pa

    table = given.table
    order: KeyOrder | None = None
    for part in given.parts:
        first = given.begin()
        run.note(part.findings)
        if part.parquet is not None:
            try:
                for batch, failures, here in _ahead(table, part):
                    batch.first += first
                    run.columns(table, batch, failures)
                    order = here if order is None else order.then(here)
                    yield batch.height
            except (pa.ArrowException, OSError) as error:
                run.note([part.unreadable(error)])
                part.parquet, part.whole = None, False
        if not part.whole:
            run.unread[table.name] = f"{table.name} could not be read whole"
    if order is None or order.ascends:
        run.unique.add(table.name)
    elif order.others_ascend:
        run.odd[table.name] = order.odd
    if table.name in run.unread and not any(part.rows for part in given.parts if part.parquet):
        run.report.skipped.append(Skipped(f"columns of {table.name}", run.unread[table.name]))
    else:
        run.report.rules += sum(1 + len(column.checks) for column in table.columns)


def _ahead(table: Table, part: Part) -> Iterator[tuple[Batch, list[Failure], KeyOrder]]:
    """Each batch, what its columns' checks found, and the order of its keys; while one is taken, the next are checked."""
    from kursk_claims.columns import column_failures, key_order, text_failures

    def work(batch: Batch) -> tuple[Batch, list[Failure], KeyOrder]:
        texts = text_failures(batch, table) if part.texts else ()
        return batch, [*texts, *column_failures(batch, table)], key_order(batch, table.primary_key)

    with ThreadPoolExecutor(WORKERS) as pool:
        ahead: deque[Future[tuple[Batch, list[Failure], KeyOrder]]] = deque()
        for batch in (each for each in part.batches() if each.height):
            ahead.append(pool.submit(work, batch))
            if len(ahead) > WORKERS:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
