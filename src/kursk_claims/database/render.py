"""Render a query result as a table, CSV, JSON or Markdown."""

from __future__ import annotations

import csv
import io
import math
import shutil
import sys
from decimal import Decimal
from typing import Any

from kursk_claims.database.query import QueryResult, require_unique_names
from kursk_claims.escaping import dump_json, escape_unprintable, escape_unprintable_lines

RESULT_FORMATS = ["table", "csv", "json", "jsonl", "markdown", "parquet"]


def render_result(answer: QueryResult, form: str) -> str:
    """The answer as text in one of `FORMATS` (but parquet)."""
    if form == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(
            [answer.columns, *([format_csv_cell(value) for value in row] for row in answer.rows)]
        )
        return out.getvalue()
    if form in ("json", "jsonl"):
        require_unique_names(answer.columns)
        rows = [{name: _to_json_value(value) for name, value in zip(answer.columns, row, strict=True)} for row in answer.rows]
        if form == "jsonl":
            return "".join(dump_json(row) + "\n" for row in rows)
        return dump_json(rows, indent=2) + "\n"
    return _render_grid(answer, "pipe" if form == "markdown" else "simple")


def _to_json_value(value: Any) -> Any:
    """A value in JSON's types; infinities and NaN, which it lacks, become strings."""
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _to_json_value(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_to_json_value(each) for each in value]
    return value.hex() if isinstance(value, bytes) else value


def format_csv_cell(value: Any) -> str:
    """A value as the text that a CSV holds."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (list, dict, tuple)):
        return dump_json(_to_json_value(value))
    return value.hex() if isinstance(value, bytes) else str(value)


def _render_grid(answer: QueryResult, style: str) -> str:
    import tabulate

    tabulate.PRESERVE_WHITESPACE = True
    columns, *rows = [
        [_escape_grid_cell(format_csv_cell(value), style) for value in row] for row in [tuple(answer.columns), *answer.rows]
    ]
    numbers = (int, float, Decimal, type(None))
    align = ["right" if all(isinstance(each, numbers) for each in cells) else "left" for cells in zip(*answer.rows, strict=True)]
    widths = _fit_widths(columns, rows) if style == "simple" and sys.stdout.isatty() else None
    text = tabulate.tabulate(
        rows, columns, tablefmt=style, colalign=align if rows else None, disable_numparse=True, maxcolwidths=widths
    )
    return f"{text}\n"


def _escape_grid_cell(cell: str, style: str) -> str:
    """The cell as a table can hold it: a pipe ends a Markdown cell, lines stay lines in a plain table."""
    if style == "pipe":
        return escape_unprintable(cell).replace("|", "\\|")
    return escape_unprintable_lines(cell)


def _fit_widths(columns: list[str], rows: list[list[str]]) -> list[int | None] | None:
    """Widths at which the table fits the terminal: the widest columns are narrowed until it does."""
    room = shutil.get_terminal_size().columns - 2 * (len(columns) - 1)
    widths = [max(len(line) for row in [columns, *rows] for line in row[at].split("\n")) for at in range(len(columns))]
    if sum(widths) <= room:
        return None
    while sum(widths) > room and max(widths) > 12:
        widths[widths.index(max(widths))] -= 1
    return list(widths)
