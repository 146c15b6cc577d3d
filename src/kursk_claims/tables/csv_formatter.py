"""Write CSV files in canonical form."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from kursk_claims.contract.model import Table
from kursk_claims.errors import FormatError
from kursk_claims.files import write_atomically
from kursk_claims.tables.cells import parse_cell
from kursk_claims.tables.csv_syntax import BOM, CsvSyntaxError, split_line, split_lines


def format_csv_file(path: Path, table: Table, *, write: bool) -> bool:
    """Whether the file was not in canonical form; with `write` it is now. Raises `FormatError`."""
    try:
        raw = path.read_bytes()
        text = canonical_csv(raw.decode("utf-8"), table)
    except OSError as error:
        raise FormatError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        what = "not UTF-8" if isinstance(error, UnicodeDecodeError) else error
        raise FormatError(f"{path}: {what}. Left as it is; `kursk-claims validate` says more.") from None
    if raw == text.encode("utf-8"):
        return False
    if write:
        write_atomically(path, text.encode("utf-8"))
    return True


def canonical_csv(text: str, table: Table) -> str:
    """Rows sorted by key, minimal quoting, LF, no byte order mark; cells are not touched.

    Raises `ValueError` where the header or a row does not fit the table.
    """
    lines, _ = split_lines(text.removeprefix(BOM))
    header, *rows = [_split_cells(line, number) for number, line in enumerate(lines, 1)]
    if sorted(header) != sorted(table.column_names):
        raise ValueError("the header does not have the columns of the schema")
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise ValueError(f"line {number} has {len(row)} cells, the header has {len(header)}")
    order = [header.index(name) for name in table.column_names]
    rows = [[row[index] for index in order] for row in rows]
    rows.sort(key=lambda row: ([_sort_key(table, name, row) for name in table.primary_key], row))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([table.column_names, *rows])
    return out.getvalue()


def _split_cells(line: str, number: int) -> list[str]:
    try:
        return [cell for _, cell in split_line(line)]
    except CsvSyntaxError as error:
        raise ValueError(f"line {number} has {error}") from None


def _sort_key(table: Table, name: str, row: list[str]) -> tuple[int, str]:
    """Whole numbers in their own order, all else by code point."""
    cell = row[table.column_names.index(name)]
    number = parse_cell(cell, table.column(name))[0] if table.column(name).dtype == "Int32" and cell else None
    return (number if number is not None else 0, cell)
