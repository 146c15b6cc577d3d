"""The same records give the same findings in whatever form they come: text, Parquet of any writer, or a table in memory."""

from __future__ import annotations

import csv
import gzip
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kursk_claims
from kursk_claims.report.model import Report
from rule_cases import CONTRACT
from support import FICTION, ROOT, SPARK_PYTHON, Copy

Writer = Callable[[pa.Table, Path, str], None]
CHECKED = ("claims", "quantities", "evidence", "documents", "codes")
CHANGES: dict[str, dict[int, dict[str, str]]] = {
    "claims": {
        0: {"kind": "ocurrence", "note": "NULL"},
        1: {"occurred_earliest": "2031-03-12", "occurred_latest": "2031-03-11"},
        2: {"statement": ""},
        3: {"event_id": "evt-nowhere", "note": "caf\u00c3\u00a9"},
    },
    "quantities": {0: {"value": "71", "low": "-3"}, 1: {"quantity_id": "qty-001", "surface": "many"}},
    "evidence": {0: {"char_start": "-5"}, 1: {"claim_id": "clm-999"}, 2: {"role": "c\u043entent"}},
    "documents": {0: {"language": "English "}, 1: {"held": ""}},
}


def broken_records(folder: Path) -> Copy:
    """Records of a fictional article with many different faults, each in cells that every form can hold."""
    copy = Copy(folder)
    (folder / "dataset" / "records").mkdir(parents=True)
    for name in CHECKED:
        rows = Copy(FICTION).rows(name)
        for number, cells in CHANGES.get(name, {}).items():
            rows[number] |= cells
        copy.write(name, rows)
    return copy


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    copy = broken_records(tmp_path_factory.mktemp("broken"))
    return {name: copy.arrow(CONTRACT.tables[name]) for name in CHECKED}


def text_of(table: pa.Table, separator: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        writer.writerow(["" if cell is None else _cell(cell) for cell in row.values()])
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def write_csv(table: pa.Table, folder: Path, name: str) -> None:
    (folder / f"{name}.csv").write_bytes(text_of(table, ","))


def write_tsv(table: pa.Table, folder: Path, name: str) -> None:
    (folder / f"{name}.tsv").write_bytes(text_of(table, "\t"))


def write_gzip(table: pa.Table, folder: Path, name: str) -> None:
    (folder / f"{name}.csv.gz").write_bytes(gzip.compress(text_of(table, ",")))


def write_zstd(table: pa.Table, folder: Path, name: str) -> None:
    with pa.CompressedOutputStream(str(folder / f"{name}.csv.zst"), "zstd") as out:
        out.write(text_of(table, ","))


def write_pyarrow(table: pa.Table, folder: Path, name: str) -> None:
    pq.write_table(table, folder / f"{name}.parquet")


def write_delta(table: pa.Table, folder: Path, name: str) -> None:
    """Encodings that Arrow cannot read as a dictionary."""
    encodings = {field.name: "DELTA_BYTE_ARRAY" for field in table.schema if pa.types.is_string(field.type)}
    encodings |= {field.name: "DELTA_BINARY_PACKED" for field in table.schema if pa.types.is_int32(field.type)}
    pq.write_table(table, folder / f"{name}.parquet", use_dictionary=False, column_encoding=encodings)


def write_other_types(table: pa.Table, folder: Path, name: str) -> None:
    """What pandas and databases make of the types, without loss; columns without a value get types of their own."""
    wide = {pa.int32(): pa.int64(), pa.date32(): pa.timestamp("ns"), pa.float64(): pa.float32()}

    def convert(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
        if column.null_count == len(column):
            return pa.nulls(len(column), pa.float64())
        return column.dictionary_encode() if pa.types.is_string(column.type) else column.cast(wide.get(column.type, column.type))

    columns = [convert(table[column]) for column in table.column_names]
    pq.write_table(pa.table(columns, table.column_names), folder / f"{name}.parquet")


def write_whole_numbers_as_floats(table: pa.Table, folder: Path, name: str) -> None:
    fields = [field.with_type(pa.float64()) if pa.types.is_int32(field.type) else field for field in table.schema]
    pq.write_table(table.cast(pa.schema(fields)), folder / f"{name}.parquet")


def write_polars(table: pa.Table, folder: Path, name: str) -> None:
    pl.DataFrame(table).write_parquet(folder / f"{name}.parquet")


def write_duckdb(table: pa.Table, folder: Path, name: str) -> None:
    with duckdb.connect() as connection:
        connection.register("rows", table)
        connection.execute(f"COPY rows TO '{folder / f'{name}.parquet'}'")


def write_duckdb_from_csv(table: pa.Table, folder: Path, name: str) -> None:
    """With the types that DuckDB guesses: BIGINT, and VARCHAR for a column without a value."""
    path = folder.parent / f"{name}.csv"
    path.write_bytes(text_of(table, ","))
    with duckdb.connect() as connection:
        connection.execute(f"COPY (FROM read_csv('{path}')) TO '{folder / f'{name}.parquet'}'")


def write_parts(table: pa.Table, folder: Path, name: str) -> None:
    """A folder of parts, as Spark, Dask and DuckDB write it."""
    parts = folder / f"{name}.parquet"
    parts.mkdir()
    (parts / "_SUCCESS").touch()
    for number, start in enumerate(range(0, len(table), 3)):
        pq.write_table(table.slice(start, 3), parts / f"part-{number:05}.snappy.parquet")


WRITERS: tuple[Writer, ...] = (
    *(write_csv, write_tsv, write_gzip, write_zstd, write_pyarrow, write_delta, write_other_types),
    *(write_whole_numbers_as_floats, write_polars, write_duckdb, write_duckdb_from_csv, write_parts),
)


def described(report: Report) -> set[tuple[str, ...]]:
    """What the findings say, without the place of the row."""
    return {
        (each.table, each.rule, each.severity, each.column, each.key, each.expected, each.found.split(", also in")[0])
        for each in report.findings
    }


def check_folder(folder: Path) -> Report:
    return kursk_claims.check(folder, workspace=FICTION, contract=str(ROOT / "schemas"), max_findings=1000)


@pytest.fixture(scope="module")
def expected(tables: dict[str, pa.Table], tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("expected")
    for name, table in tables.items():
        write_pyarrow(table, folder, name)
    report = check_folder(folder)
    rules = {finding.rule for finding in report.findings}
    assert rules >= {
        "allowed-values",
        "required",
        "key",
        "reference",
        "space",
        "missing-as-text",
        "mojibake",
        "minimum",
        "occurred-basis",
    }, rules
    return report


def assert_same(report: Report, expected: Report) -> None:
    assert described(report) == described(expected)
    assert report.counts() == expected.counts()
    assert report.skipped == expected.skipped


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__.removeprefix("write_"))
def test_files(write: Writer, tables: dict[str, pa.Table], expected: Report, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    for name, table in tables.items():
        write(table, folder, name)
    assert_same(check_folder(folder), expected)


@pytest.mark.parametrize(
    "convert", [lambda table: table, pl.DataFrame, lambda table: pl.DataFrame(table).lazy()], ids=["arrow", "polars", "lazy"]
)
def test_tables_in_memory(convert: Callable[[pa.Table], Any], tables: dict[str, pa.Table], expected: Report) -> None:
    frames = {name: convert(table) for name, table in tables.items()}
    assert_same(kursk_claims.check(frames, workspace=FICTION, contract=str(ROOT / "schemas"), max_findings=1000), expected)


def run_script(python: str, script: str, *args: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([python, "-c", script, *map(str, args)], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr


PANDAS = """
import sys, pathlib, pyarrow.parquet as pq
for path in pathlib.Path(sys.argv[1]).glob("*.parquet"):
    frame = pq.read_table(path).to_pandas(date_as_object=False)
    frame.to_parquet(pathlib.Path(sys.argv[2], path.name), index=False)
"""


@pytest.mark.skipif(
    "KURSK_CLAIMS_PANDAS_PYTHON" not in os.environ, reason="KURSK_CLAIMS_PANDAS_PYTHON names no environment with pandas"
)
def test_pandas(tables: dict[str, pa.Table], expected: Report, tmp_path: Path) -> None:
    folders = [tmp_path / "from", tmp_path / "to"]
    for folder in folders:
        folder.mkdir()
    for name, table in tables.items():
        write_pyarrow(table, folders[0], name)
    run_script(os.environ["KURSK_CLAIMS_PANDAS_PYTHON"], PANDAS, *folders)
    assert_same(check_folder(folders[1]), expected)


SPARK = """
import sys, pathlib
from pyspark.sql import SparkSession
session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
for path in pathlib.Path(sys.argv[1]).glob("*.parquet"):
    session.read.parquet(str(path)).write.parquet(str(pathlib.Path(sys.argv[2], path.name)))
"""


@pytest.mark.spark
def test_spark(tables: dict[str, pa.Table], expected: Report, tmp_path: Path) -> None:
    folders = [tmp_path / "from", tmp_path / "to"]
    for folder in folders:
        folder.mkdir()
    for name, table in tables.items():
        write_pyarrow(table, folders[0], name)
    run_script(SPARK_PYTHON or sys.executable, SPARK, *folders)
    assert_same(check_folder(folders[1]), expected)
