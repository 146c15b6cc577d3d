"""Read tables in batches and check their columns concurrently."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from kursk_claims.checks.run import CheckRun
from kursk_claims.contract.model import Table
from kursk_claims.report.model import Skipped
from kursk_claims.tables.batch import Batch
from kursk_claims.tables.table_input import InputPart, TableInput

if TYPE_CHECKING:
    from kursk_claims.checks.key_order import KeyOrder
    from kursk_claims.tables.batch import ColumnFailure


WORKERS = 2  # that check batches, besides the threads that read and those of polars: more cost memory


def check_input_columns(run: CheckRun, given: TableInput) -> Iterator[int]:
    """Check the columns of all parts; the rows of each batch that is done."""
    import pyarrow as pa

    table = given.table
    order: KeyOrder | None = None
    for part in given.parts:
        first = given.begin()
        run.note(part.findings)
        if part.parquet is not None:
            try:
                for batch, failures, here in check_batches_concurrently(table, part):
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


def check_batches_concurrently(table: Table, part: InputPart) -> Iterator[tuple[Batch, list[ColumnFailure], KeyOrder]]:
    """Each batch, what its columns' checks found, and the order of its keys; while one is taken, the next are checked."""
    from kursk_claims.checks.columns import find_column_failures
    from kursk_claims.checks.key_order import find_key_order
    from kursk_claims.tables.text_hygiene import find_text_failures

    def work(batch: Batch) -> tuple[Batch, list[ColumnFailure], KeyOrder]:
        texts = find_text_failures(batch, table) if part.texts else ()
        return batch, [*texts, *find_column_failures(batch, table)], find_key_order(batch, table.primary_key)

    with ThreadPoolExecutor(WORKERS) as pool:
        ahead: deque[Future[tuple[Batch, list[ColumnFailure], KeyOrder]]] = deque()
        for batch in (each for each in part.batches() if each.height):
            ahead.append(pool.submit(work, batch))
            if len(ahead) > WORKERS:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
