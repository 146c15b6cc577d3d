"""Check the columns of Parquet files on Spark's workers, with the functions of the local engine."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from kursk_claims.contract.model import Table
from kursk_claims.errors import SparkError
from kursk_claims.report.model import Fault, Faults
from kursk_claims.report.values import format_value
from kursk_claims.spark.slices import RowGroup, list_row_groups, read_slice, split_row_groups

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from kursk_claims.checks.key_order import KeyOrder
    from kursk_claims.tables.batch import Batch, ColumnFailure
    from kursk_claims.tables.table_input import TableInput

# One row per invalid cell; only the first of a batch are explained. The last row of a slice has only its summary.
CELLS = (
    "column string, rule string, severity string, row bigint, expected string, found string, fix string, key array<string>, "
    "summary binary"
)
SLICES_PER_CORE = 3  # so that no core waits long for the last slice
SLICE_SIZE = 256 * 2**20  # bytes in memory
MAX_CANDIDATES = 10_000  # keys out of order that a slice sends to the driver


@dataclass
class SliceSummary:
    """What the driver gets to know about a slice: counts by column, rule and severity, and the order of its keys, if known."""

    rows: int = 0
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    order: KeyOrder | None = None


class ColumnOutcome(NamedTuple):
    """The faults of each check, the columns with invalid cells, a frame of these cells (`column`, `_row`), the keys' order."""

    faults: list[Faults]
    invalid_columns: set[str]
    invalid_cells: Any
    order: KeyOrder | None


def check_slices(session: Any, table_input: TableInput, limit: int) -> ColumnOutcome:
    """Check all row groups of a table's files. Raises `SparkError` if the workers read another number of rows."""
    from pyspark.sql import functions as F
    from pyspark.sql.window import Window

    table = table_input.table
    groups = [*list_row_groups(table_input)]
    count = max(SLICES_PER_CORE * session.sparkContext.defaultParallelism, sum(group.size for group in groups) // SLICE_SIZE)
    slices = split_row_groups(groups, count)
    numbers = session.range(0, len(slices), 1, len(slices))
    cells = numbers.mapInArrow(partial(_check_batches, slices=slices, table=table, limit=limit), CELLS).cache()
    collected = cells.where("summary IS NOT NULL").select("row", "summary").collect()
    summaries: list[SliceSummary] = [pickle.loads(summary) for _, summary in sorted(collected)]
    read = sum(summary.rows for summary in summaries)
    if read != table_input.rows:
        raise SparkError(
            f"{table.name}: expected {table_input.rows} rows, Spark read {read}. Make sure that every worker sees the same files."
        )
    counts = sum((summary.counts for summary in summaries), Counter[tuple[str, str, str]]())
    order = _merge_orders([summary.order for summary in summaries])
    if not counts:
        cells.unpersist()
        return ColumnOutcome([], set(), None, order)
    nth = F.row_number().over(Window.partitionBy("column", "rule").orderBy("row"))
    explained = cells.where("expected IS NOT NULL").drop("summary").withColumn("nth", nth).where(F.col("nth") <= limit).collect()
    first: dict[tuple[str, str], list[Any]] = {}
    for cell in sorted(explained, key=lambda cell: cell["row"]):
        first.setdefault((cell["column"], cell["rule"]), []).append(cell)
    faults = [
        Faults(total, [_fault(table, cell) for cell in first.get((column, rule), ())])
        for (column, rule, _), total in counts.items()
    ]
    invalid = cells.where("severity = 'error'").select("column", F.col("row").alias("_row"))
    return ColumnOutcome(faults, {column for column, _, severity in counts if severity == "error"}, invalid, order)


def _merge_orders(orders: Sequence[KeyOrder | None]) -> KeyOrder | None:
    """Return the order of all rows, None if that of some slice is not known."""
    merged: KeyOrder | None = None
    for order in orders:
        if order is None:
            return None
        merged = order if merged is None else merged.merge(order)
    return merged


def _fault(table: Table, cell: Any) -> Fault:
    explanation = cell["expected"], cell["found"], cell["fix"]
    return Fault(table.name, cell["row"], (cell["column"],), cell["rule"], *explanation, cell["severity"], tuple(cell["key"]))


def _check_batches(
    batches: Iterator[pa.RecordBatch], slices: list[list[RowGroup]], table: Table, limit: int
) -> Iterator[pa.RecordBatch]:
    """Yield the invalid cells of the slices with the numbers in the batches, as described at `CELLS`."""
    for batch in batches:
        for number in batch.column(0).to_pylist():
            yield from _check_slice(number, slices[number], table, limit)


def _check_slice(number: int, groups: list[RowGroup], table: Table, limit: int) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    from kursk_claims.checks.columns import find_column_failures, first_failure_per_cell
    from kursk_claims.checks.key_order import find_key_order
    from kursk_claims.tables.text_hygiene import find_text_failures
    from kursk_claims.tables.text_quality import find_text_warnings

    summary, orders = SliceSummary(), []
    for batch in read_slice(groups, table):
        summary.rows += batch.height
        failures = chain(
            batch.failures,
            find_text_failures(batch, table),
            find_column_failures(batch, table),
            find_text_warnings(batch, table),
        )
        for failure, rows in first_failure_per_cell(batch, failures):
            summary.counts[failure.column.name, failure.rule, failure.severity] += len(rows)
            yield _describe_cells(batch, table, failure, rows, limit)
        orders.append(find_key_order(batch, table.primary_key))
    order = _merge_orders(orders)
    if order is not None and (order.is_ascending or (order.rest_is_ascending and order.candidates.height <= MAX_CANDIDATES)):
        summary.order = order
    yield pa.RecordBatch.from_pylist([{"row": number, "summary": pickle.dumps(summary)}], _cells_schema())


def _describe_cells(batch: Batch, table: Table, failure: ColumnFailure, rows: pl.Series, limit: int) -> pa.RecordBatch:
    """Return the invalid cells of a failure, of which the first are explained."""
    import polars as pl
    import pyarrow as pa

    faults = [*failure.faults(batch, table, rows.head(limit))]
    unexplained = [None] * (len(rows) - len(faults))
    cells = {
        "column": [failure.column.name] * len(rows),
        "rule": [failure.rule] * len(rows),
        "severity": [failure.severity] * len(rows),
        "row": (rows.cast(pl.Int64) + batch.first).to_arrow(),
        "expected": [*(fault.expected for fault in faults), *unexplained],
        "found": [*(fault.found for fault in faults), *unexplained],
        "fix": [*(fault.fix for fault in faults), *unexplained],
        "key": [*([format_value(value) for value in fault.values] for fault in faults), *unexplained],
        "summary": [None] * len(rows),
    }
    return pa.RecordBatch.from_pydict(cells, _cells_schema())


def _cells_schema() -> pa.Schema:
    import pyarrow as pa

    texts = [(name, pa.string()) for name in ("column", "rule", "severity", "expected", "found", "fix")]
    return pa.schema([*texts[:3], ("row", pa.int64()), *texts[3:], ("key", pa.list_(pa.string())), ("summary", pa.binary())])
