"""Key, reference and rule checks on a Spark cluster.

Each check caches what it found on the executors; the driver gets counts and the first faults.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kursk_claims.checks.engine import (
    MAX_SUGGESTED_KEYS,
    CheckEngine,
    describe_key_fault,
    describe_reference_faults,
    describe_rule_fault,
    referred_rows,
)
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Column, SqlStatement, Table, rule_columns
from kursk_claims.errors import ContractError, SparkError
from kursk_claims.report.model import Faults
from kursk_claims.spark.columns import check_slices
from kursk_claims.spark.files import read_converted_input, read_parquet_input, read_spark_parquet
from kursk_claims.spark.rules import translate_rule, unverified_reason
from kursk_claims.spark.session import first_line

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from kursk_claims.checks.key_order import KeyOrder
    from kursk_claims.claims.relations import ParsedColumn
    from kursk_claims.tables.table_input import TableInput

RELATION_TYPES = {"VARCHAR": "string", "BOOLEAN": "boolean", "DOUBLE": "double", "INTEGER": "int"}
ARROW_TYPES = {"VARCHAR": "string", "BOOLEAN": "bool", "DOUBLE": "double", "INTEGER": "int32"}
MAX_UNITED_RULES = 30  # rules that one query counts; Spark plans a larger query slowly
MAX_BROADCAST = 100_000  # rows that break a rule and are sent to every worker, to find their numbers
SMALL_TABLE_SIZE = 2**20  # bytes of Parquet that the driver checks before a worker would begin


class SparkEngine(CheckEngine):
    """Checks tables whose files every worker can read under the same path."""

    def __init__(self, session: Any, contract: Contract) -> None:
        super().__init__()
        self._session = session
        self._numbered: dict[str, Any] = {}  # tables with their rows' numbers as _row
        self._published: dict[str, Any] = {}
        self._invalid_rows: list[tuple[str, str, Any]] = []  # table, column, frame of _row
        self._invalid_cells: dict[str, Any] = {}  # by table a frame of column and _row
        self._hits: dict[str, int] = {}  # rows that break a rule, where they have been counted
        self._orders: dict[str, KeyOrder] = {}  # of keys, where it is known
        self._float_columns = {
            column.name for table in contract.tables.values() for column in table.columns if column.dtype == "Float64"
        }
        session.udf.register("number_text", _number_text, "string")

    def close(self) -> None:
        self._session.stop()

    def translate_error(self, error: BaseException) -> None:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        if isinstance(error, (PySparkException, Py4JError)):
            raise SparkError(f"Spark could not finish: {first_line(error)}") from None

    def check_columns(self, table_input: TableInput, limit: int) -> list[Faults] | None:
        """Check Parquet on the workers; CSV, Parquet of other types, and small tables are left to the driver."""
        size = sum(part.size for part in table_input.parts)
        if size <= SMALL_TABLE_SIZE or any(part.is_converted for part in table_input.parts):
            return None
        for _ in table_input.parts:
            table_input.next_part()
        table = table_input.table
        self._numbered[table.name], rows = read_parquet_input(self._session, table_input)
        rows.createOrReplaceTempView(table.name)
        if not table_input.parquet_files():
            return []
        outcome = check_slices(self._session, table_input, limit)
        if outcome.order is not None:
            self._orders[table.name] = outcome.order
        if outcome.invalid_columns:
            self._invalid_cells[table.name] = outcome.invalid_cells
            self.invalid_columns.update((table.name, column) for column in outcome.invalid_columns)
        return outcome.faults

    def add_table(self, table_input: TableInput) -> None:
        if table_input.table.name not in self._numbered:
            self.add_rows(table_input.table, read_converted_input(self._session, table_input))

    def add_rows(self, table: Table, rows: Any) -> None:
        """Make a frame with row numbers (`_row`) known as a table."""
        self._numbered[table.name] = rows
        rows.drop("_row").createOrReplaceTempView(table.name)

    def add_published(self, table: Table, path: Path) -> None:
        self._published[table.name] = read_spark_parquet(self._session, [str(path)])

    def create_relation(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        import pyarrow as pa

        schema = pa.schema([(column, ARROW_TYPES[kind]) for column, kind in columns.items()])
        table = pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows], schema)
        self._session.createDataFrame(table).createOrReplaceTempView(name)

    def create_parsed_column(self, parsed: ParsedColumn) -> list[str]:
        from pyspark.sql import functions as F

        def parse(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            import pyarrow as pa

            for batch in batches:
                pairs = zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
                read = [parsed.parse(*pair) for pair in pairs]
                columns = [pa.array([each and each[index] for each in read], pa.float64()) for index in range(len(names))]
                is_read = pa.array([each is not None for each in read])
                yield pa.RecordBatch.from_arrays([*batch.columns, is_read, *columns], [*batch.schema.names, "is_read", *names])

        names = [*parsed.values]
        rows = self._numbered[parsed.table]
        frames: list[Any] = [self._numbered.get(table, self._published.get(table)) for table, _ in parsed.language_path]
        is_known = all(frame is not None for frame in frames)
        if is_known:
            wanted = {parsed.language, *(name for _, name in parsed.language_path)}
            for frame, (_, column) in zip(frames, parsed.language_path, strict=True):
                added = [name for name in frame.columns if name in wanted and name not in rows.columns]
                rows = rows.join(frame.select(column, *added).dropDuplicates([column]), column, "left")
        language = F.col(parsed.language) if is_known else F.lit(None).cast("string").alias("language")
        column, code = parsed.optional_where or ("", "")
        optional = F.col(column).eqNullSafe(code) if column in self._numbered[parsed.table].columns else F.lit(False)
        texts = rows.select(
            F.col(parsed.key), F.col(parsed.column).alias("text"), language.alias("language"), optional.alias("optional")
        )
        distinct = texts.where("text IS NOT NULL").groupBy("text", "language").agg(F.bool_and("optional").alias("optional"))
        kinds = ", ".join(f"{name} {RELATION_TYPES[kind]}" for name, kind in parsed.values.items())
        schema = f"text string, language string, optional boolean, is_read boolean, {kinds}"
        values = distinct.mapInArrow(parse, schema).cache()
        same = F.expr("texts.text = parsed.text AND texts.language <=> parsed.language")
        read = texts.alias("texts").join(values.where("is_read").alias("parsed"), same)
        read.select(parsed.key, *names).createOrReplaceTempView(parsed.relation.name)
        return sorted({row["text"] for row in values.where("NOT is_read AND NOT optional").collect()})

    def fetch_rows(self, table: Table) -> list[dict[str, Any]]:
        return [row.asDict() for row in self._numbered[table.name].orderBy("_row").drop("_row").collect()]

    def start_sandbox(self) -> None:
        """Do nothing: only queries that were verified beforehand run on Spark."""

    def skip_reason(self, rule: SqlStatement) -> str:
        return unverified_reason(rule)

    def mark_invalid(self, table: Table, cells: Mapping[str, pl.Series]) -> None:
        import pyarrow as pa

        for column, rows in cells.items():
            numbers = self._session.createDataFrame(pa.table({"_row": pa.array(rows.to_list(), pa.int64())}))
            self._mark_rows_invalid(table, [column], numbers)

    def _mark_rows_invalid(self, table: Table, columns: Iterable[str], rows: Any) -> None:
        for column in columns:
            self._invalid_rows.append((table.name, column, rows))
            self.invalid_columns.add((table.name, column))

    def _without_invalid(self, rows: Any, table: Table, columns: Iterable[str]) -> Any:
        """Return the rows, with numbers, without those that have an invalid cell in the columns of a table."""
        from pyspark.sql import functions as F

        names = self.invalid_among(table, columns)
        invalid = [numbers for name, column, numbers in self._invalid_rows if name == table.name and column in names]
        if names and table.name in self._invalid_cells:
            invalid.append(self._invalid_cells[table.name].where(F.col("column").isin(names)).select("_row"))
        return rows.join(reduce(lambda one, other: one.union(other), invalid), "_row", "left_anti") if invalid else rows

    def find_key_faults(self, table: Table, limit: int, candidates: pl.DataFrame | None) -> Faults:
        from pyspark.sql import functions as F
        from pyspark.sql.window import Window

        keys = list(table.primary_key)
        order = self._orders.get(table.name)
        if order is not None and order.is_ascending:
            return Faults()
        if order is not None and order.rest_is_ascending:
            candidates = order.candidates
        complete = self._numbered[table.name].select("_row", *keys).dropna(subset=keys)
        if candidates is not None:
            known = self._session.createDataFrame(candidates.unique().to_arrow())
            complete = complete.join(F.broadcast(known), keys, "left_semi").select("_row", *keys)
        same_key = Window.partitionBy(*keys)
        counted = complete.withColumns({"_first": F.min("_row").over(same_key), "_count": F.count("*").over(same_key)})
        duplicates = counted.where("_count > 1").select("_row", "_first", *keys).cache()
        count, first = _first_rows(self._without_invalid(duplicates.where("_row > _first"), table, keys), limit)
        if count:
            self._mark_rows_invalid(table, keys, duplicates.select("_row"))
        return Faults(count, [describe_key_fault(table, *row) for row in first])

    def find_reference_faults(self, table: Table, column: Column, limit: int) -> Faults:
        from pyspark.sql import functions as F

        parent, key, field = referred_rows(table, column)
        parents = [relations[parent] for relations in (self._numbered, self._published) if parent in relations]
        if field:
            parents = [rows.where(F.col("field") == field) for rows in parents]
        keys = reduce(lambda one, other: one.union(other), (rows.select(F.col(key).alias("_value")) for rows in parents))
        rows = self._numbered[table.name].withColumn("_value", F.col(column.name)).where("_value IS NOT NULL")
        faulty = rows.join(keys, "_value", "left_anti").select("_row", "_value", *_numbered_columns(table.primary_key))
        faulty = self._without_invalid(faulty, table, [column.name])
        count, first = _first_rows(faulty, limit)
        if not count:
            return Faults()
        self._mark_rows_invalid(table, [column.name], faulty.select("_row"))
        suggestions = keys.distinct().orderBy("_value").limit(MAX_SUGGESTED_KEYS).collect() if first else []
        return Faults(count, describe_reference_faults(table, column, [value for (value,) in suggestions], first))

    def probe(self, contract: Contract, rules: Sequence[SqlStatement]) -> None:
        """Count what the rules find; most of them find nothing."""
        for first in range(0, len(rules), MAX_UNITED_RULES):
            united = {rule.name: translate_rule(rule, self._float_columns) for rule in rules[first : first + MAX_UNITED_RULES]}
            union = " UNION ALL ".join(f"SELECT '{name}' AS rule FROM ({query})" for name, query in united.items())
            counts = dict(self._session.sql(f"SELECT rule, count(*) FROM ({union}) GROUP BY rule").collect())
            self._hits.update((name, counts.get(name, 0)) for name in united)

    def find_rule_faults(self, rule: SqlStatement, table: Table, limit: int, columns: Iterable[str]) -> Faults:
        from pyspark.sql import functions as F

        if self._hits.get(rule.name) == 0:
            return Faults()
        keys = list(table.primary_key)
        result = self._session.sql(translate_rule(rule, self._float_columns))
        if result.columns not in (keys, [*keys, "found"]):
            location, expected = f"{rule.path}:{rule.line}:1: rule {rule.name}", ", ".join(keys)
            raise ContractError(f"{location}: expected the columns {expected} (and found), found {', '.join(result.columns)}")
        found = F.col("found") if result.columns[-1] == "found" else F.lit("")
        broken = result.select(*keys, found.alias("_found")).distinct()
        if self._hits.get(rule.name, MAX_BROADCAST) < MAX_BROADCAST:
            broken = F.broadcast(broken)
        rows = self._without_invalid(self._numbered[table.name].join(broken, keys), table, columns)
        count, first = _first_rows(rows.select("_row", "_found", *_numbered_columns([*keys, *rule_columns(rule)])), limit)
        return Faults(count, [describe_rule_fault(rule, table, *row) for row in first])


def _number_text(number: float | None) -> str | None:
    """Write a number as DuckDB and Python do."""
    return None if number is None else repr(number)


def _numbered_columns(columns: Iterable[str]) -> list[Any]:
    """Select columns under numbered names, since one may be selected twice."""
    from pyspark.sql import functions as F

    return [F.col(name).alias(f"_{number}") for number, name in enumerate(columns)]


def _first_rows(rows: Any, limit: int) -> tuple[int, list[Any]]:
    """Return how many rows there are, and the first of them by number; the first column is the number."""
    from pyspark.sql import functions as F

    rows.cache()  # listed, and counted if there are more
    order = [F.col(name).asc_nulls_last() for name in rows.columns]
    listed = rows.orderBy(*order).limit(limit + 1).collect()
    return (len(listed), listed) if len(listed) <= limit else (rows.count(), listed[:limit])
