"""Check the columns of partitions on Spark's workers, with the functions of the local engine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from kursk_claims.contract.model import Table
from kursk_claims.errors import SparkError
from kursk_claims.report.model import Fault, Faults
from kursk_claims.report.values import format_value

if TYPE_CHECKING:
    import pyarrow as pa

# One row per invalid cell; only the first of a batch are explained. Without a rule, `row` is the number of rows of a batch.
CELLS = "column string, rule string, severity string, row bigint, expected string, found string, fix string, key array<string>"


class ColumnOutcome(NamedTuple):
    """The faults of each check, and by column a frame with the rows (`_row`) of its invalid cells."""

    faults: list[Faults]
    invalid_rows: dict[str, Any]


def check_partitions(rows: Any, table: Table, limit: int, expected_rows: int) -> ColumnOutcome:
    """Check all partitions of a table. Raises `SparkError` if Spark read another number of rows than expected."""
    from pyspark.sql import functions as F
    from pyspark.sql.window import Window

    cells = rows.mapInArrow(partial(_check_batches, table=table, limit=limit), CELLS).cache()
    totals = cells.groupBy("column", "rule", "severity").agg(F.count("*").alias("n"), F.sum("row").alias("rows")).collect()
    read = sum(total["rows"] for total in totals if total["rule"] is None)
    if read != expected_rows:
        raise SparkError(
            f"{table.name}: expected {expected_rows} rows, Spark read {read}. Make sure that every worker sees the same files."
        )
    counts = {(total["column"], total["rule"]): total["n"] for total in totals if total["rule"] is not None}
    if not counts:
        cells.unpersist()
        return ColumnOutcome([], {})
    nth = F.row_number().over(Window.partitionBy("column", "rule").orderBy("row"))
    explained = cells.where("expected IS NOT NULL").withColumn("nth", nth).where(F.col("nth") <= limit).drop("nth").collect()
    faults = []
    for (column, rule), count in counts.items():
        first = [cell for cell in explained if (cell["column"], cell["rule"]) == (column, rule)]
        faults.append(Faults(count, [_fault(table, cell) for cell in sorted(first, key=lambda cell: cell["row"])]))
    columns = {total["column"] for total in totals if total["severity"] == "error"}
    return ColumnOutcome(faults, {column: _rows_of(cells, column) for column in columns})


def _rows_of(cells: Any, column: str) -> Any:
    from pyspark.sql import functions as F

    return cells.where((F.col("column") == column) & (F.col("severity") == "error")).select(F.col("row").alias("_row"))


def _fault(table: Table, cell: Any) -> Fault:
    explanation = cell["expected"], cell["found"], cell["fix"]
    return Fault(table.name, cell["row"], (cell["column"],), cell["rule"], *explanation, cell["severity"], tuple(cell["key"]))


def _check_batches(batches: Iterator[pa.RecordBatch], table: Table, limit: int) -> Iterator[pa.RecordBatch]:
    """Yield the invalid cells of a partition, as described at `CELLS`."""
    import polars as pl
    import pyarrow as pa

    from kursk_claims.checks.columns import find_column_failures, first_failure_per_cell
    from kursk_claims.tables.batch import Batch, ColumnFailure
    from kursk_claims.tables.text_hygiene import find_text_failures
    from kursk_claims.tables.text_quality import find_text_warnings

    texts = [(name, pa.string()) for name in ("column", "rule", "severity", "expected", "found", "fix")]
    schema = pa.schema([*texts[:3], ("row", pa.int64()), *texts[3:], ("key", pa.list_(pa.string()))])
    types: dict[Any, Any] = {column.name: column.type.to_polars() for column in table.columns}

    def to_cells(batch: Batch, failure: ColumnFailure, rows: pl.Series, numbers: pl.Series) -> pa.RecordBatch:
        faults = list(failure.faults(batch, table, rows.head(limit)))
        unexplained = [None] * (len(rows) - len(faults))
        cells = {
            "column": [failure.column.name] * len(rows),
            "rule": [failure.rule] * len(rows),
            "severity": [failure.severity] * len(rows),
            "row": numbers.gather(rows).to_arrow(),
            "expected": [*(fault.expected for fault in faults), *unexplained],
            "found": [*(fault.found for fault in faults), *unexplained],
            "fix": [*(fault.fix for fault in faults), *unexplained],
            "key": [*([format_value(value) for value in fault.values] for fault in faults), *unexplained],
        }
        return pa.RecordBatch.from_pydict(cells, schema)

    for arrow in batches:
        frame = pl.DataFrame(arrow)
        numbers, frame = frame["_row"], frame.drop("_row").cast(types)
        yield pa.RecordBatch.from_pylist([{"row": frame.height}], schema)
        batch = Batch.of(frame)
        failures = chain(find_text_failures(batch, table), find_column_failures(batch, table), find_text_warnings(batch, table))
        for failure, rows in first_failure_per_cell(batch, failures):
            yield to_cells(batch, failure, rows, numbers)
