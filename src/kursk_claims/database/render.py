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
from kursk_claims.escaping import dump_json, escape_lines, escape_markdown


def render_result(result: QueryResult, format: str, *, wrap: bool | None = None) -> str:
    """Render the result as text: table, csv, json, jsonl or markdown.

    A table fits the terminal; `wrap` makes it fit 80 characters, or COLUMNS, also where there is no terminal.
    """
    if format == "csv":
        return _render_csv(result)
    if format in ("json", "jsonl"):
        return _render_json(result, lines=format == "jsonl")
    wrap = sys.stdout.isatty() if wrap is None else wrap
    return _render_grid(result, "pipe" if format == "markdown" else "simple", wrap=wrap)


def _render_csv(result: QueryResult) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows([format_csv_cell(value) for value in row] for row in result.rows)
    return text.getvalue()


def _render_json(result: QueryResult, *, lines: bool) -> str:
    require_unique_names(result.columns)
    names = [dump_json(name) for name in result.columns]
    rows = [[f"{name}: {to_json(value)}" for name, value in zip(names, row, strict=True)] for row in result.rows]
    if lines:
        return "".join(f"{{{', '.join(row)}}}\n" for row in rows)
    objects = ",\n".join("  {\n    " + ",\n    ".join(row) + "\n  }" for row in rows)
    return f"[\n{objects}\n]\n" if rows else "[]\n"


def to_json(value: Any) -> str:
    """Serialize a value as JSON. Decimals keep their digits; infinities and NaN become strings, bytes hexadecimal digits."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{dump_json(format_csv_cell(key))}: {to_json(item)}' for key, item in value.items())}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(to_json, value))}]"
    if isinstance(value, float) and not math.isfinite(value):
        value = str(value)
    return dump_json(value.hex() if isinstance(value, bytes) else value)


def format_csv_cell(value: Any) -> str:
    """Format a value as the text of a CSV cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (list, dict, tuple)):
        return to_json(value)
    return value.hex() if isinstance(value, bytes) else str(value)


def _render_grid(result: QueryResult, style: str, *, wrap: bool) -> str:
    """Render a table in one of tabulate's styles; columns of numbers are right-aligned."""
    import tabulate

    tabulate.PRESERVE_WHITESPACE = True
    columns, *rows = [
        [_escape_grid_cell(format_csv_cell(value), style) for value in row] for row in [tuple(result.columns), *result.rows]
    ]
    numbers = (int, float, Decimal, type(None))
    align = ["right" if all(isinstance(cell, numbers) for cell in cells) else "left" for cells in zip(*result.rows, strict=True)]
    widths = _fit_widths(columns, rows) if style == "simple" and wrap else None
    text = tabulate.tabulate(
        rows, columns, tablefmt=style, colalign=align if rows else None, disable_numparse=True, maxcolwidths=widths
    )
    return f"{text}\n"


def _escape_grid_cell(cell: str, style: str) -> str:
    """Escape a cell for a table: Markdown shows it literally, on one line; a plain table shows its lines."""
    return escape_markdown(cell) if style == "pipe" else escape_lines(cell.split("\n"))


def _fit_widths(columns: list[str], rows: list[list[str]]) -> list[int | None] | None:
    """Return column widths that fit the terminal, narrowing the widest columns first; None if the table fits already."""
    import tabulate

    available = shutil.get_terminal_size().columns - 2 * (len(columns) - 1)
    cells = ([line for row in rows for line in row[index].split("\n")] for index in range(len(columns)))
    widths = [max([len(column) + tabulate.MIN_PADDING, *map(len, lines)]) for column, lines in zip(columns, cells, strict=True)]
    if sum(widths) <= available:
        return None
    while sum(widths) > available and max(widths) > 12:
        widths[widths.index(max(widths))] -= 1
    return list(widths)
