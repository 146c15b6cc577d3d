"""Read a table in batches and check their columns concurrently."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from kursk_claims.checks.columns import find_column_failures
from kursk_claims.checks.key_order import KeyOrder, find_key_order
from kursk_claims.checks.run import CheckRun
from kursk_claims.contract.model import Table
from kursk_claims.tables.batch import Batch, ColumnFailure
from kursk_claims.tables.table_input import InputPart, TableInput
from kursk_claims.tables.text_hygiene import find_text_failures
from kursk_claims.tables.text_quality import find_text_warnings

if TYPE_CHECKING:
    from concurrent.futures import Future

WORKERS = 2  # threads that check batches, besides those that read and those of polars; more would need more memory
MIN_ROWS_FOR_THREADS = 5000  # fewer are checked before the threads have started


class CheckedBatch(NamedTuple):
    """A batch with what its column checks found, and how its keys are ordered; a batch of findings alone has no order."""

    batch: Batch
    failures: list[ColumnFailure]
    order: KeyOrder | None


def check_input_columns(run: CheckRun, table_input: TableInput) -> Iterator[int]:
    """Check the columns of a table, where the engine is or here in batches; yields the numbers of finished rows."""
    faults = run.engine.check_columns(table_input, run.limit)
    if faults is None:
        yield from _check_in_batches(run, table_input)
        return
    for part in table_input.parts:
        run.add_findings(part.findings)
        if not part.is_complete:
            run.mark_incomplete(table_input.table)
    for each in faults:
        run.add_faults(each)
    run.count_column_checks(table_input.table, has_rows=table_input.rows > 0)
    yield table_input.rows


def _check_in_batches(run: CheckRun, table_input: TableInput) -> Iterator[int]:
    table = table_input.table
    order: KeyOrder | None = None
    for part in table_input.parts:
        first = table_input.next_part()
        run.add_findings(part.findings)
        if part.parquet is not None or table_input.memory_rows is not None:
            try:
                for batch, failures, batch_order in check_batches_concurrently(table, part):
                    batch.first += first
                    run.add_column_failures(table, batch, failures)
                    if batch_order is not None:
                        order = batch_order if order is None else order.merge(batch_order)
                    yield batch.height
            except _reading_errors() as error:
                run.add_findings([part.unreadable_finding(error)])
                part.parquet, part.is_complete = None, False
        if not part.is_complete:
            run.mark_incomplete(table)
    if order is None or order.is_ascending:
        run.unique_tables.add(table.name)
    elif order.rest_is_ascending:
        run.duplicate_candidates[table.name] = order.candidates
    run.count_column_checks(table, has_rows=table_input.rows > 0)


def _reading_errors() -> tuple[type[Exception], ...]:
    """Return the errors that a damaged file causes; Arrow need not be imported where there are none."""
    import pyarrow as pa

    return pa.ArrowException, OSError, ValueError


def check_batches_concurrently(table: Table, part: InputPart) -> Iterator[CheckedBatch]:
    """Yield the checked batches of a part in order; while one is used, the next ones are checked."""

    def check(batch: Batch) -> CheckedBatch:
        if not batch.height:
            return CheckedBatch(batch, [], None)
        text_failures = find_text_failures(batch, table) if part.needs_text_check else ()
        failures = [*batch.failures, *text_failures, *find_column_failures(batch, table), *find_text_warnings(batch, table)]
        return CheckedBatch(batch, failures, find_key_order(batch, table.primary_key))

    # The rows of a CSV file are not known beforehand: they are checked here, while threads of their own parse the next blocks.
    if part.expected_rows < MIN_ROWS_FOR_THREADS:
        yield from map(check, part.batches())
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(WORKERS) as pool:
        pending: deque[Future[CheckedBatch]] = deque()
        for batch in part.batches():
            if batch.height or batch.findings:
                pending.append(pool.submit(check, batch))
            if len(pending) > WORKERS:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
