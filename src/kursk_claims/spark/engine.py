"""The checks on a Spark cluster."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from kursk_claims.checks.engine import MAX_SUGGESTED_KEYS, contract_rows, key_fault, reference_fault, rule_fault
from kursk_claims.checks.run import CheckRun
from kursk_claims.claims.numerals import read_number
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Column, SqlStatement, Table, rule_columns
from kursk_claims.errors import ContractError, SparkError
from kursk_claims.report.model import Fault, Faults, Report, Skipped
from kursk_claims.report.values import format_value
from kursk_claims.spark.rules import skip_unverified_rules, translate_rule
from kursk_claims.tables.csv_blocks import CsvPart

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from kursk_claims.checks.options import CheckOptions, Progress
    from kursk_claims.tables.table_input import InputPart, TableInput


SPARK_SETTINGS = {
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",  # days are those that the file holds
    "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",  # each batch costs pandera a tenth of a second
}
SPARK_TYPES = {"String": "string", "Date": "date", "Int32": "int", "Float64": "double", "Boolean": "boolean"}
# A cell at fault; only the first of a batch come with words. Where there is no rule, `row` is how many rows the batch has.
CELLS = "column string, rule string, row bigint, expected string, found string, fix string, key array<string>"
PARTITION_SIZE = 32 * 2**20  # bytes of Parquet that one task sorts
MAX_CSV_SIZE = 200 * 2**20  # bytes of a table in CSV, which the driver reads alone


@dataclass
class Connection:
    """A session, and by name the relations whose keys may be referred to; `rows` are tables with their rows' numbers."""

    session: Any
    relations: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)
    invalid_cells: list[tuple[str, str, Any]] = field(default_factory=list)  # table, column, rows
    numbers: set[str] = field(default_factory=set)  # columns of floating-point numbers

    def add(self, table: Table, rows: Any) -> None:
        self.rows[table.name] = rows
        self.relations[table.name] = rows.drop("_row")
        self.relations[table.name].createOrReplaceTempView(table.name)

    def unspoiled(self, table: Table, columns: Sequence[str]) -> Any:
        """The table's rows in which no one of the columns is at fault already."""
        cells = [rows for name, column, rows in self.invalid_cells if name == table.name and column in columns]
        rows = self.rows[table.name]
        return rows.join(reduce(lambda one, other: one.union(other), cells), "_row", "left_anti") if cells else rows


def check_inputs_on_spark(
    given: dict[str, TableInput],
    contract: Contract,
    limits: CheckOptions,
    master: str,
    against: Path | None,
    progress: Progress,
    notes: list[str],
) -> Report:
    """Check tables whose files every worker can read under the same path. Raises `SparkError` and `ContractError`."""
    _reject_large_csv(given.values())
    session = open_session(master, sum(_part_size(part) for each in given.values() for part in each.parts))
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    report = Report(tables=len(given), notes=[*notes])
    run = CheckRun(
        contract, Connection(session), report, lambda fault: given[fault.table].locate(fault), engine=sys.modules[__name__]
    )
    run.limit = max(1, limits.findings)
    run.absent = {name: f"{name} was not given" for name in contract.tables if name not in given}
    try:
        load_contract_on_spark(run.connection, contract)
        for each in given.values():
            _read(run, each)
            report.rows += each.rows
            progress("columns", report.rows, sum(part.expected for other in given.values() for part in other.parts))
        _partners(run, against)
        if "quantities" in given:
            load_surfaces_on_spark(run.connection)
        run.across([each.table for each in given.values()], skip_unverified_rules)
    except (PySparkException, Py4JError) as error:
        raise SparkError(f"Spark could not finish: {_first_line(error)}") from None
    finally:
        session.stop()
    return report


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0]


def _reject_large_csv(given: Iterable[TableInput]) -> None:
    for each in given:
        size = sum(_part_size(part) for part in each.parts if not part.texts)
        if size > MAX_CSV_SIZE:
            raise SparkError(
                f"{each.table.name}: expected Parquet, found {size / 2**20:.0f} MB as CSV, which one machine alone reads. "
                "Check it with --engine local, or write it as Parquet."
            )


def _part_size(part: InputPart) -> int:
    path = part.path if isinstance(part, CsvPart) else part.parquet
    return path.stat().st_size if path else 0


def open_session(master: str, size: int = 0) -> Any:
    """A session for files of so many bytes."""
    try:
        import sqlglot  # noqa: F401
        from pyspark.sql import SparkSession
    except ImportError:
        raise SparkError("--engine spark needs Spark: pip install 'kursk-claims[spark]', and Java 17 or later.") from None
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("kursk-claims")
    partitions = max(4 if master.startswith("local") else 200, size // PARTITION_SIZE)
    for key, value in {**SPARK_SETTINGS, "spark.sql.shuffle.partitions": str(partitions)}.items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:  # py4j, pyspark and Java each have their own
        raise SparkError(f"{master}: Spark does not start: {_first_line(error)}. Is Java 17 or later there?") from None
    session.sparkContext.setLogLevel("ERROR")
    logging.getLogger("SQLQueryContextLogger").disabled = True  # it would tell what is told below, in one line of 10 kB
    return session


def _read(run: CheckRun, given: TableInput) -> None:
    """Check the columns of a table and make it known."""
    from kursk_claims.checks.pipeline import check_input_columns

    if any(part.texts for part in given.parts):
        _parquet_columns(run, given)
    else:  # CSV has been read already
        for _ in check_input_columns(run, given):
            pass
        run.connection.add(given.table, _numbered(run.connection.session, given))


def _parquet_columns(run: CheckRun, given: TableInput) -> None:
    from pyspark import StorageLevel
    from pyspark.sql import functions as F
    from pyspark.sql.window import Window

    table = given.table
    for part in given.parts:
        given.begin()
        run.note(part.findings)
        if not part.whole:
            run.unread[table.name] = f"{table.name} could not be read whole"
    rows = _files(run.connection.session, given)
    run.connection.add(table, rows)
    if all(part.parquet is None for part in given.parts):
        run.report.skipped.append(Skipped(f"columns of {table.name}", run.unread[table.name]))
        return
    run.report.rules += sum(1 + len(column.checks) for column in table.columns)
    cells = rows.mapInArrow(partial(_cells, table=table, limit=run.limit), CELLS).persist(StorageLevel.DISK_ONLY)
    seen = cells.groupBy("column", "rule").agg(F.count("*").alias("n"), F.sum("row").alias("rows")).collect()
    read = sum(each["rows"] for each in seen if each["rule"] is None)
    if read != given.rows:
        raise SparkError(f"{table.name}: expected {given.rows} rows, Spark read {read}. Does every worker see the same files?")
    counts = {(each["column"], each["rule"]): each["n"] for each in seen if each["rule"] is not None}
    if not counts:
        cells.unpersist()
        return
    nth = F.row_number().over(Window.partitionBy("column", "rule").orderBy("row"))
    told = cells.where("expected IS NOT NULL").withColumn("nth", nth).where(F.col("nth") <= run.limit).drop("nth").collect()
    for (column, rule), count in counts.items():
        first = sorted((each for each in told if (each["column"], each["rule"]) == (column, rule)), key=lambda each: each["row"])
        run.add(Faults(count, [_fault(table, each) for each in first]))
    for column in {column for column, _ in counts}:
        run.invalid_cells.add((table.name, column))
        found = cells.where((F.col("column") == column) & F.col("rule").isNotNull()).select(F.col("row").alias("_row"))
        run.connection.invalid_cells.append((table.name, column, found))


def _fault(table: Table, cell: Any) -> Fault:
    words = cell["expected"], cell["found"], cell["fix"]
    return Fault(table.name, cell["row"], (cell["column"],), cell["rule"], *words, values=tuple(cell["key"]))


def _cells(batches: Iterator[pa.RecordBatch], table: Table, limit: int) -> Iterator[pa.RecordBatch]:
    """The cells at fault in rows of a partition, by the functions that the local engine calls."""
    import polars as pl
    import pyarrow as pa

    from kursk_claims.checks.columns import find_column_failures, first_failure_per_cell
    from kursk_claims.tables.batch import Batch
    from kursk_claims.tables.text_hygiene import find_text_failures

    kinds = [("column", pa.string()), ("rule", pa.string()), ("row", pa.int64()), ("expected", pa.string())]
    schema = pa.schema([*kinds, ("found", pa.string()), ("fix", pa.string()), ("key", pa.list_(pa.string()))])
    types: dict[Any, Any] = {column.name: getattr(pl, column.dtype) for column in table.columns}
    for arrow in batches:
        frame = pl.DataFrame(arrow)
        numbers, frame = frame["_row"], frame.drop("_row").cast(types)
        yield pa.RecordBatch.from_pylist([{"row": frame.height}], schema)
        batch = Batch.of(frame)
        for failure, rows in first_failure_per_cell(
            batch, chain(find_text_failures(batch, table), find_column_failures(batch, table))
        ):
            faults = list(failure.faults(batch, table, rows.head(limit)))
            words: dict[str, list[Any]] = {
                "expected": [each.expected for each in faults],
                "found": [each.found for each in faults],
                "fix": [each.fix for each in faults],
                "key": [[format_value(value) for value in each.values] for each in faults],
            }
            rest = [None] * (len(rows) - len(faults))
            cells = {
                "column": [failure.column.name] * len(rows),
                "rule": [failure.rule] * len(rows),
                "row": numbers.gather(rows).to_arrow(),
                **{name: [*cells, *rest] for name, cells in words.items()},
            }
            yield pa.RecordBatch.from_pydict(cells, schema)


def _files(session: Any, given: TableInput) -> Any:
    """The rows of a table in Parquet, with their numbers as `_row`.

    Files that hold nothing in a column, not even a type, are read apart: Spark would refuse them.
    """
    from pyspark.sql import functions as F

    groups: dict[frozenset[str], list[tuple[str, int]]] = {}
    for part, first in zip(given.parts, given.firsts, strict=True):
        if part.parquet is not None:
            path = os.path.abspath(part.parquet)  # Spark makes of .. what it means, and leaves links
            groups.setdefault(_untyped(path), []).append((path, first))
    frames = [session.createDataFrame([], _schema(given.table, "_row bigint"))]
    for untyped, files in groups.items():
        columns = [column for column in given.table.columns if column.name not in untyped]
        schema = ", ".join(f"`{column.name}` {SPARK_TYPES[column.dtype]}" for column in columns) or "_none int"
        read = session.read.schema(schema).parquet(*(re.sub(r"([\\*?\[\]{}])", r"\\\1", path) for path, _ in files))
        firsts = dict(files)
        names = [(name, firsts[unquote(re.sub("^file:/+", "/", name))]) for name in read.inputFiles()]
        parts = session.createDataFrame([(_one_slash(name), first) for name, first in names], "_file string, _first bigint")
        cells = [
            F.lit(None).cast(SPARK_TYPES[column.dtype]).alias(column.name) if column.name in untyped else F.col(column.name)
            for column in given.table.columns
        ]
        numbered = read.select("*", F.col("_metadata.file_path").alias("_file"), F.col("_metadata.row_index").alias("_index"))
        numbered = numbered.withColumn("_file", F.regexp_replace("_file", "^file:/+", "file:/")).join(F.broadcast(parts), "_file")
        frames.append(numbered.select((F.col("_first") + F.col("_index")).alias("_row"), *cells))
    return reduce(lambda one, other: one.union(other), frames[1:] or frames)


def _one_slash(name: str) -> str:
    return re.sub("^file:/+", "file:/", name)


def _untyped(path: str) -> frozenset[str]:
    """The columns of a Parquet file of which no type is known, as all their cells are empty."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    return frozenset(field.name for field in pq.read_schema(path) if pa.types.is_null(field.type))


def _schema(table: Table, *before: str) -> str:
    return ", ".join([*before, *(f"`{column.name}` {SPARK_TYPES[column.dtype]}" for column in table.columns)])


def _numbered(session: Any, given: TableInput) -> Any:
    """The rows of a table that the driver has read, with their numbers."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = []
    for part, first in zip(given.parts, given.firsts, strict=True):
        if part.parquet is not None:
            rows = pq.read_table(part.parquet)
            tables.append(rows.add_column(0, "_row", pa.array(range(first, first + len(rows)), pa.int64())))
    return session.createDataFrame(pa.concat_tables(tables) if tables else [], _schema(given.table, "_row bigint"))


def load_contract_on_spark(connection: Connection, contract: Contract) -> None:
    """As `checks.load_contract`; also what the queries of rules expect."""
    columns, codes = contract_rows(contract)
    kinds = "table_name string, column_name string, type string, nullable boolean, in_key boolean, unit string"
    connection.session.createDataFrame(columns, kinds).createOrReplaceTempView("contract_columns")
    connection.session.createDataFrame(codes, "field string, code string").createOrReplaceTempView("contract_codes")
    connection.session.udf.register("number_text", _number_text, "string")
    connection.numbers.update(
        column.name for table in contract.tables.values() for column in table.columns if column.dtype == "Float64"
    )


def _number_text(number: float | None) -> str | None:
    """As DuckDB writes it, which is as Python does."""
    return None if number is None else repr(number)


def load_surfaces_on_spark(connection: Connection) -> None:
    """As `checks.load_surfaces`."""
    quantities = connection.relations["quantities"]
    surfaces = (
        quantities.select("surface").where("surface IS NOT NULL").distinct().mapInArrow(_numbers, "surface string, value double")
    )
    quantities.select("quantity_id", "surface").join(surfaces, "surface").drop("surface").createOrReplaceTempView(
        "surface_values"
    )


def _numbers(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    for batch in batches:
        numbers = [read_number(each) for each in batch.column(0).to_pylist()]
        yield pa.RecordBatch.from_pydict({"surface": batch.column(0), "value": pa.array(numbers, pa.float64())})


def _partners(run: CheckRun, against: Path | None) -> None:
    """Make the keys of a release known, under names of their own."""
    for name in run.contract.tables if against else ():
        path = Path(against or "").absolute() / f"{name}.parquet"
        if path.is_file():
            run.partners[name] = f"published {name}"
            run.connection.relations[run.partners[name]] = run.connection.session.read.parquet(str(path))


def mark_invalid(connection: Connection, table: str, cells: Mapping[str, pl.Series], /) -> None:
    """Note cells at fault, as `checks.spoil`."""
    for column, rows in cells.items():
        numbers = connection.session.createDataFrame([(row,) for row in rows.to_list()], "_row bigint")
        connection.invalid_cells.append((table, column, numbers))


def find_key_faults(
    connection: Connection, table: Table, limit: int, /, *, invalid_cells: Sequence[str], among: pl.DataFrame | None
) -> Faults:
    """Rows whose key another row has already; the keys of all these rows are put among the invalid_cells cells."""
    from pyspark.sql import functions as F

    keys = list(table.primary_key)
    known = connection.rows[table.name].select("_row", *keys).dropna(subset=keys)
    doubled = known.groupBy(*keys).agg(F.count("*").alias("_times"), F.min("_row").alias("_first")).where("_times > 1")
    rows = connection.unspoiled(table, invalid_cells).select("_row", *keys)
    count, first = _count(rows.join(doubled, keys).where("_row > _first").select("_row", "_first", *keys), limit)
    if count:
        twice = known.join(doubled, keys, "left_semi").select("_row")
        connection.invalid_cells.extend((table.name, key, twice) for key in keys)
    return Faults(count, [key_fault(table, *row) for row in first])


def find_reference_faults(
    connection: Connection, table: Table, column: Column, limit: int, /, *, parents: Sequence[str], invalid_cells: Sequence[str]
) -> Faults:
    """Cells that point at a row that is not there. They are put among the invalid_cells cells."""
    from pyspark.sql import functions as F

    assert column.references is not None
    key = column.references[1]
    keys = reduce(
        lambda one, other: one.union(other), (connection.relations[each].select(F.col(key).alias("_value")) for each in parents)
    )
    rows = connection.unspoiled(table, invalid_cells).withColumn("_value", F.col(column.name)).where("_value IS NOT NULL")
    found = rows.join(keys, "_value", "left_anti").select("_row", "_value", *_named(table.primary_key))
    count, first = _count(found, limit)
    if not count:
        return Faults()
    connection.invalid_cells.append((table.name, column.name, found.select("_row")))
    known = [value for (value,) in keys.distinct().orderBy("_value").limit(MAX_SUGGESTED_KEYS).collect()] if first else []
    return Faults(count, [reference_fault(table, column, known, *row) for row in first])


def find_rule_faults(
    connection: Connection, rule: SqlStatement, table: Table, limit: int, /, *, invalid_cells: Sequence[str]
) -> Faults:
    """The rows of the rule's table whose keys its query returns, as Spark understands it."""
    from pyspark.sql import functions as F

    at, keys = f"{rule.path}:{rule.line}:1: rule {rule.name}", list(table.primary_key)
    answer = connection.session.sql(translate_rule(rule, connection.numbers))
    if answer.columns not in (keys, [*keys, "found"]):
        raise ContractError(f"{at}: expected the columns {', '.join(keys)} (and found), got {', '.join(answer.columns)}")
    told = F.col("found") if answer.columns[-1] == "found" else F.lit("")
    broken = answer.select(*keys, told.alias("_told")).distinct().persist()
    if broken.isEmpty():
        return Faults()
    lost = broken.join(connection.relations[table.name].select(*keys), keys, "left_anti").limit(1).collect()
    if lost:
        raise ContractError(f"{at}: expected keys of {table.name}, got {', '.join(map(format_value, lost[0][:-1]))}")
    rows = connection.unspoiled(table, invalid_cells).join(broken, keys)
    count, first = _count(rows.select("_row", "_told", *_named([*keys, *rule_columns(rule)])), limit)
    return Faults(count, [rule_fault(rule, table, *row) for row in first])


def _named(columns: Iterable[str]) -> list[Any]:
    """The columns under names of their own, since one may be asked for twice."""
    from pyspark.sql import functions as F

    return [F.col(name).alias(f"_{number}") for number, name in enumerate(columns)]


def _count(found: Any, limit: int) -> tuple[int, list[Any]]:
    """How many rows there are, the first column being the row's number, and the first of them."""
    from pyspark import StorageLevel
    from pyspark.sql import functions as F

    found.persist(StorageLevel.DISK_ONLY)
    count = found.count()
    if not count or not limit:
        return count, []
    return count, found.orderBy(*(F.col(name).asc_nulls_last() for name in found.columns)).limit(limit).collect()
