"""Write CSV files in canonical form."""

from __future__ import annotations

import csv
import errno
import io
from pathlib import Path

from kursk_claims.contract.model import Table
from kursk_claims.errors import FormatError, UsageError
from kursk_claims.files import read_bytes, require_regular, write_atomically
from kursk_claims.outputs import resolve_output
from kursk_claims.report.values import count_noun
from kursk_claims.tables.cells import parse_cell
from kursk_claims.tables.csv_reader import MAX_RECORDS_SIZE
from kursk_claims.tables.csv_rows import FORMATTED_SUFFIXES
from kursk_claims.tables.csv_syntax import BOM, CsvSyntaxError, split_line, split_lines
from kursk_claims.tables.header import SPREADSHEET_NOTE, find_separator, fold_name


def format_csv_file(path: Path, table: Table | None, *, write: bool, advice: str = "", is_named: bool = False) -> bool:
    """Return whether a file differs from its canonical form; with `write`, replace it if so.

    Without a table, only the byte order mark and the line ends are canonical. `advice` says where to read more about a file that
    cannot be formatted. Raises `FormatError`, or `UsageError` for a path that the user names and that is no CSV file to be
    written; the file is unchanged then.
    """
    try:
        target = _require_csv(path) if is_named else path
        content = read_bytes(target, MAX_RECORDS_SIZE)
        text = content.decode("utf-8").removeprefix(BOM)
        separator = "\t" if path.suffix.lower() == ".tsv" else ","
        canonical = unify_lines(text, separator) if table is None else canonical_csv(text, table, separator)
    except OSError as error:
        hint = ". `dos2unix` changes the line ends of larger files" if error.errno == errno.EFBIG else ""
        raise (UsageError if is_named else FormatError)(f"{path}: {error.strerror}{hint}") from None
    except ValueError as error:
        reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else error
        raise FormatError(f"{path}: {reason}; file left unchanged. {advice}".rstrip()) from None
    if content == canonical.encode():
        return False
    if write:
        write_atomically(target, canonical.encode())
    return True


def _require_csv(path: Path) -> Path:
    """Return where a file is written that the user names. Raises `UsageError` unless it is a CSV file within its folder."""
    require_regular(path)
    if path.suffix.lower() not in FORMATTED_SUFFIXES:
        expected = " or ".join(FORMATTED_SUFFIXES)
        found = path.suffix or "no suffix"
        raise UsageError(f"{path}: expected a file that ends in {expected}, found {found}; file left unchanged")
    return resolve_output(path)


def unify_lines(text: str, separator: str = ",") -> str:
    """Return the text with LF at the end of each line. Raises `ValueError` if a cell contains a line break."""
    if not text.strip():
        raise ValueError("the file is empty")
    lines = split_lines(text)
    for number, line in enumerate(lines, 1):
        _split_cells(line, number, separator)
    return "".join(f"{line}\n" for line in lines)


def canonical_csv(text: str, table: Table, separator: str = ",") -> str:
    """Return the text with rows sorted by key, columns in order, minimal quoting, LF and no byte order mark.

    Cells are not changed, but what spreadsheets and joined files leave is removed: see `_read_rows`. Raises `ValueError` if
    the header or a row does not fit the table.
    """
    header, rows = _read_rows(split_lines(text.removeprefix(BOM)), table, separator)
    order = [header.index(name) for name in table.column_names]
    rows = [[row[index] for index in order] for row in rows]
    rows.sort(key=lambda row: ([_sort_key(table, name, row) for name in table.primary_key], row))
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows([table.column_names, *rows])
    return out.getvalue()


def _read_rows(lines: list[str], table: Table, separator: str) -> tuple[list[str], list[list[str]]]:
    """Return the header with the names of the schema, and the rows.

    The separator is that of the header. Left out are Excel's line about it, empty rows, empty cells behind the last column,
    and the header where it comes again.
    """
    first = 1 if SPREADSHEET_NOTE.fullmatch(lines[0]) and len(lines) > 1 else 0
    used = find_separator(lines[first], table.column_names, separator)
    names = {fold_name(name): name for name in table.column_names}
    header, *rows = [_split_cells(line, number, used) for number, line in enumerate(lines[first:], first + 1)]
    fitting = [names.get(fold_name(name), name) for name in header]
    while fitting and not fitting[-1]:
        fitting.pop()
    if sorted(fitting) != sorted(table.column_names):
        raise ValueError("the header does not have the columns of the schema")
    width = len(fitting)
    kept = []
    for number, row in enumerate(rows, first + 2):
        if not any(row) or row == header:
            continue
        if len(row) < width or any(row[width:]):
            raise ValueError(f"line {number} has {count_noun(len(row), 'cell')}, the header has {width}")
        kept.append(row[:width])
    return fitting, kept


def _split_cells(line: str, number: int, separator: str) -> list[str]:
    try:
        return [cell for _, cell in split_line(line, separator)]
    except CsvSyntaxError as error:
        raise ValueError(f"line {number} has {error}") from None


def _sort_key(table: Table, name: str, row: list[str]) -> tuple[int, str]:
    """Sort whole numbers by value, all other cells by code point."""
    cell, column = row[table.column_names.index(name)], table.column(name)
    number = parse_cell(cell, column)[0] if column.dtype == "Int32" and cell else None
    return (number if number is not None else 0, cell)
