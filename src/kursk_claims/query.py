"""Questions in SQL, asked under guard rails, and their answers in the formats that people use."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from dataclasses import dataclass
from typing import Any

import duckdb

from kursk_claims.database import QueryError
from kursk_claims.findings import printable

FORMATS = ["table", "csv", "json", "jsonl", "markdown", "parquet"]


@dataclass(frozen=True)
class Answer:
    """Column names and rows."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def check_statement(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The one statement that only reads. Raises `QueryError`."""
    try:
        statements = connection.extract_statements(sql)
    except (duckdb.Error, ValueError) as error:
        raise QueryError(str(error).strip()) from None
    if len(statements) != 1:
        raise QueryError(f"expected one statement, found {len(statements)}. Ask them one at a time.")
    if statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        kind = str(statements[0].type).rpartition(".")[2]
        raise QueryError(f"expected a statement that only reads, such as SELECT, found {kind}.")
    return statements[0].query


def ask(connection: duckdb.DuckDBPyConnection, sql: str) -> Answer:
    """The answer to one reading statement. Raises `QueryError` with DuckDB's message and the nearest right name."""
    statement = check_statement(connection, sql)
    try:
        cursor = connection.execute(statement)
        return Answer([column[0] for column in cursor.description or []], cursor.fetchall())
    except duckdb.Error as error:
        raise QueryError(_with_hint(connection, str(error).strip())) from None


def _with_hint(connection: duckdb.DuckDBPyConnection, message: str) -> str:
    """DuckDB names near tables and columns itself, unless it has none that is near enough: then all are named."""
    if "does not exist" in message and "Table" in message and "Did you mean" not in message:
        names = [name for (name,) in connection.execute("SELECT table_name FROM information_schema.tables ORDER BY 1").fetchall()]
        return f"{message}\nTables and views: {', '.join(names)}"
    return message


def render(answer: Answer, form: str) -> str:
    """The answer as text in one of `FORMATS` (but parquet)."""
    if form == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(
            [answer.columns, *([_cell(value) for value in row] for row in answer.rows)]
        )
        return out.getvalue()
    if form in ("json", "jsonl"):
        rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        if form == "jsonl":
            return "".join(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)
        return json.dumps(rows, ensure_ascii=False, indent=2, default=str) + "\n"
    return _grid(answer, "pipe" if form == "markdown" else "simple")


def write_parquet(connection: duckdb.DuckDBPyConnection, sql: str) -> bytes:
    """The answer as a Parquet file. Raises `QueryError`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    statement = check_statement(connection, sql)
    try:
        table = connection.sql(statement).to_arrow_table()
    except duckdb.Error as error:
        raise QueryError(_with_hint(connection, str(error).strip())) from None
    out = pa.BufferOutputStream()
    pq.write_table(table, out, compression="zstd")
    return bytes(out.getvalue())


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (list, dict, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _grid(answer: Answer, style: str) -> str:
    from tabulate import tabulate

    rows = [[printable(_cell(value)) for value in row] for row in answer.rows]
    if style == "pipe":
        rows = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    numeric = [
        all(isinstance(row[at], (int, float)) or row[at] is None for row in answer.rows) for at in range(len(answer.columns))
    ]
    align = ["right" if each and answer.rows else "left" for each in numeric]
    widths = _widths(answer.columns, rows) if style == "simple" and sys.stdout.isatty() else None
    text = tabulate(
        rows, answer.columns, tablefmt=style, colalign=align if rows else None, disable_numparse=True, maxcolwidths=widths
    )
    return f"{text}\n"


def _widths(columns: list[str], rows: list[list[str]]) -> list[int | None] | None:
    """Widths at which the table fits the terminal: the widest columns are narrowed until it does."""
    room = shutil.get_terminal_size().columns - 2 * (len(columns) - 1)
    widths = [max([len(name), *(len(row[at]) for row in rows)]) for at, name in enumerate(columns)]
    if sum(widths) <= room:
        return None
    while sum(widths) > room and max(widths) > 12:
        widths[widths.index(max(widths))] -= 1
    return list(widths)
