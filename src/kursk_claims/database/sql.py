"""Quote SQL, read files, insert rows and describe errors."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

MAX_ROWS = 2**63 - 1
TRUST_ROWS: dict[str, Any] = {"disabled_optimizers": "statistics_propagation"}  # DuckDB answers from rows, not from statistics


def quote_literal(value: str | Path) -> str:
    """Return the value as an SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def quote_identifier(name: str) -> str:
    """Return the name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def describe_error(error: Exception) -> list[str]:
    """Return DuckDB's message as one line, followed by the two that mark the place in the statement, if it has them."""
    message = str(error).strip()
    excerpt = re.search(r"\n\n(LINE \d+: [^\n]*)\n( *\^+)$", message)
    problem = message[: excerpt.start()] if excerpt else message
    return [" ".join(problem.split()), *(excerpt.groups() if excerpt else ())]


def read_parquet_sql(paths: Sequence[Path], *, numbered: bool = False) -> str:
    """Return the SQL that reads Parquet files; with `numbered`, also the columns `_file` and `file_row_number`.

    DuckDB takes paths for patterns, and folders named `column=value` for the values of that column; neither happens here.
    """
    options = ", filename = '_file', file_row_number = true" if numbered else ""
    patterns = ", ".join(quote_literal(escape_pattern(path)) for path in paths)
    return f"read_parquet([{patterns}], hive_partitioning = false, union_by_name = false{options})"


def scan_parquet_sql(paths: Sequence[Path], *, numbered: bool = False, rows: range | None = None) -> str:
    """Return the SQL that reads the rows of Parquet files without relying on their statistics, on a connection with `TRUST_ROWS`.

    A file's statistics may lie, and DuckDB would skip the rows that they deny. It pushes no filter below a LIMIT. With the
    numbers of some `rows`, only row groups that have these are read: their position is no statistic.
    """
    where = "" if rows is None else f" WHERE file_row_number >= {rows.start} AND file_row_number < {rows.stop}"
    return f"(FROM {read_parquet_sql(paths, numbered=numbered or rows is not None)}{where} LIMIT {MAX_ROWS})"


def read_csv_sql(path: Path, types: Mapping[str, str]) -> str:
    """Return the SQL that reads a CSV file with these columns and types; nothing is detected."""
    columns = ", ".join(f"{quote_literal(name)}: {quote_literal(kind)}" for name, kind in types.items())
    return (
        f"read_csv({quote_literal(escape_pattern(path))}, columns = {{{columns}}}, auto_detect = false, header = true, "
        "delim = ',', quote = '\"', escape = '\"', nullstr = '', compression = 'none', hive_partitioning = false, "
        "union_by_name = false)"
    )


def escape_pattern(path: Path) -> str:
    """Return a path as a pattern that matches only that path; it is absolute, so that a name such as `s3:` is no address."""
    return re.sub(r"[*?\[]", r"[\g<0>]", os.path.realpath(path))


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows in one statement; `executemany` would take a millisecond per row."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(f"INSERT INTO {quote_identifier(table)} SELECT {', '.join('unnest(?)' for _ in columns)}", columns)
