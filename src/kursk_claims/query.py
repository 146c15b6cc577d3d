"""Questions in SQL, asked under guard rails, and their answers in the formats that people use."""

from __future__ import annotations

import csv
import io
import math
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from kursk_claims.database import QueryError, read_only
from kursk_claims.findings import json_text, printable, printable_lines

LONGEST = 10**6  # characters of a statement: while DuckDB parses it nothing else runs, 4 s for as many
BATCH = 10_000  # rows fetched at once, between which other threads run
FORMATS = ["table", "csv", "json", "jsonl", "markdown", "parquet"]


@dataclass(frozen=True)
class Answer:
    """Column names and rows."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def check_statement(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The one statement that only reads. Raises `QueryError`."""
    if not sql.isascii() and any("\ud800" <= char <= "\udfff" for char in sql):
        raise QueryError("expected SQL in UTF-8, found bytes that are none.")
    if len(sql) > LONGEST:
        raise QueryError(f"expected a statement of at most {LONGEST} characters, found {len(sql)}.")
    try:
        statements = connection.extract_statements(sql)
        kinds = [statement.type for statement in statements]  # a ValueError for kinds that Python's side does not know
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, ValueError) as error:
        raise QueryError(str(error).strip()) from None
    if not statements:
        raise QueryError("expected one statement, found none. Give it as an argument, or on standard input.")
    if len(statements) > 1:
        raise QueryError(f"expected one statement, found {len(statements)}. Ask them one at a time.")
    if kinds[0] not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        kind = str(kinds[0]).rpartition(".")[2]
        raise QueryError(f"expected a statement that only reads, such as SELECT, found {kind}.")
    return statements[0].query


def ask(connection: duckdb.DuckDBPyConnection, sql: str, *, unsafe: bool = False) -> Answer:
    """The answer to one reading statement. Raises `QueryError` with DuckDB's message and the nearest right name.

    With `unsafe`, of any statements; the answer is that of the last.
    """
    statement = sql if unsafe else check_statement(connection, sql)

    with _reading(connection, unsafe=unsafe):
        cursor = connection.execute(statement)
        rows: list[tuple[Any, ...]] = []
        while batch := cursor.fetchmany(BATCH):
            rows += batch
        return Answer([column[0] for column in cursor.description or []], rows)


@contextmanager
def _reading(connection: duckdb.DuckDBPyConnection, *, unsafe: bool) -> Iterator[None]:
    """A transaction that refuses to write, and DuckDB's errors in words for people. Raises `QueryError`."""
    try:
        with nullcontext() if unsafe else read_only(connection):
            yield
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise QueryError(_with_hint(connection, str(error).strip())) from None


def _with_hint(connection: duckdb.DuckDBPyConnection, message: str) -> str:
    """DuckDB names the nearest table and columns itself; where its table is none of ours, all of ours are named."""
    if "'pytz'" in message:
        return "a time with a time zone cannot be shown. Cast it, as in now()::TIMESTAMP."
    if "Table with name" in message and "does not exist" in message:
        names = [name for (name,) in connection.execute("SELECT table_name FROM information_schema.tables ORDER BY 1").fetchall()]
        hint = re.search(r'\nDid you mean "(.*)"\?', message)
        if hint is None or hint[1] not in names:
            return f"{message.replace(hint[0] if hint else '', '')}\nTables and views: {', '.join(names)}"
    return message


def render(answer: Answer, form: str) -> str:
    """The answer as text in one of `FORMATS` (but parquet)."""
    if form == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(
            [answer.columns, *([cell_text(value) for value in row] for row in answer.rows)]
        )
        return out.getvalue()
    if form in ("json", "jsonl"):
        _unlike(answer.columns)
        rows = [{name: _plain(value) for name, value in zip(answer.columns, row, strict=True)} for row in answer.rows]
        if form == "jsonl":
            return "".join(json_text(row) + "\n" for row in rows)
        return json_text(rows, indent=2) + "\n"
    return _grid(answer, "pipe" if form == "markdown" else "simple")


def write_parquet(connection: duckdb.DuckDBPyConnection, sql: str, *, unsafe: bool = False) -> bytes:
    """The answer as a Parquet file. Raises `QueryError`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    statement = sql if unsafe else check_statement(connection, sql)
    with _reading(connection, unsafe=unsafe):
        relation = connection.sql(statement)
        if relation is None:
            raise QueryError("expected a statement with an answer, for Parquet.")
        table = relation.to_arrow_table()
    _unlike(table.column_names)
    out = pa.BufferOutputStream()
    pq.write_table(table, out, compression="zstd")
    return bytes(out.getvalue())


def _unlike(columns: Sequence[str]) -> None:
    """Formats that name each value hold one of each name. Raises `QueryError`."""
    for name in columns:
        if columns.count(name) > 1:
            raise QueryError(f"this format needs columns with names of their own, found {name!r} twice. Rename one with AS.")


def _plain(value: Any) -> Any:
    """A value in JSON's types; infinities and NaN, which it lacks, become strings."""
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value.hex() if isinstance(value, bytes) else value


def cell_text(value: Any) -> str:
    """A value as the text that a CSV holds."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (list, dict, tuple)):
        return json_text(_plain(value))
    return value.hex() if isinstance(value, bytes) else str(value)


def _grid(answer: Answer, style: str) -> str:
    import tabulate

    tabulate.PRESERVE_WHITESPACE = True
    columns, *rows = [[_shown(cell_text(value), style) for value in row] for row in [tuple(answer.columns), *answer.rows]]
    numbers = (int, float, Decimal, type(None))
    align = ["right" if all(isinstance(each, numbers) for each in cells) else "left" for cells in zip(*answer.rows, strict=True)]
    widths = _widths(columns, rows) if style == "simple" and sys.stdout.isatty() else None
    text = tabulate.tabulate(
        rows, columns, tablefmt=style, colalign=align if rows else None, disable_numparse=True, maxcolwidths=widths
    )
    return f"{text}\n"


def _shown(cell: str, style: str) -> str:
    """The cell as a table can hold it: a pipe ends a Markdown cell, lines stay lines in a plain table."""
    if style == "pipe":
        return printable(cell).replace("|", "\\|")
    return printable_lines(cell)


def _widths(columns: list[str], rows: list[list[str]]) -> list[int | None] | None:
    """Widths at which the table fits the terminal: the widest columns are narrowed until it does."""
    room = shutil.get_terminal_size().columns - 2 * (len(columns) - 1)
    widths = [max(len(line) for row in [columns, *rows] for line in row[at].split("\n")) for at in range(len(columns))]
    if sum(widths) <= room:
        return None
    while sum(widths) > room and max(widths) > 12:
        widths[widths.index(max(widths))] -= 1
    return list(widths)
