"""Write CSV files in canonical form."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from kursk_claims.contract.model import Table
from kursk_claims.errors import FormatError
from kursk_claims.files import read_bytes, write_atomically
from kursk_claims.report.values import count_noun
from kursk_claims.tables.cells import parse_cell
from kursk_claims.tables.csv_reader import MAX_RECORDS_SIZE
from kursk_claims.tables.csv_syntax import BOM, CsvSyntaxError, split_line, split_lines


def format_csv_file(path: Path, table: Table, *, write: bool) -> bool:
    """Return whether a file differs from its canonical form; with `write`, replace it if so.

    Raises `FormatError`; the file is unchanged then.
    """
    try:
        content = read_bytes(path, MAX_RECORDS_SIZE)
        canonical = canonical_csv(content.decode("utf-8"), table).encode("utf-8")
    except OSError as error:
        raise FormatError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else error
        raise FormatError(f"{path}: {reason}; file left unchanged. Run `kursk-claims validate` for details.") from None
    if content == canonical:
        return False
    if write:
        write_atomically(path, canonical)
    return True


def canonical_csv(text: str, table: Table) -> str:
    """Return the text with rows sorted by key, columns in order, minimal quoting, LF and no byte order mark.

    Cells are not changed. Raises `ValueError` if the header or a row does not fit the table.
    """
    lines = split_lines(text.removeprefix(BOM))
    header, *rows = [_split_cells(line, number) for number, line in enumerate(lines, 1)]
    if sorted(header) != sorted(table.column_names):
        raise ValueError("the header does not have the columns of the schema")
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise ValueError(f"line {number} has {count_noun(len(row), 'cell')}, the header has {len(header)}")
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
    """Sort whole numbers by value, all other cells by code point."""
    cell, column = row[table.column_names.index(name)], table.column(name)
    number = parse_cell(cell, column)[0] if column.dtype == "Int32" and cell else None
    return (number if number is not None else 0, cell)
