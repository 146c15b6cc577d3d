"""Parse CSV lines strictly; whatever cannot be parsed becomes a finding."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kursk_claims.contract.model import Table
from kursk_claims.files import open_regular
from kursk_claims.report.values import count_noun
from kursk_claims.tables.cells import parse_cell
from kursk_claims.tables.csv_rows import CsvRows
from kursk_claims.tables.csv_survey import survey_file
from kursk_claims.tables.csv_syntax import BOM, UNCLOSED_QUOTE, CsvSyntaxError, split_line, split_lines
from kursk_claims.tables.header import check_header
from kursk_claims.tables.text_hygiene import find_text_fault

CONFLICT_MARKERS = ("<<<<<<< ", "=======", ">>>>>>> ", "||||||| ")
MAX_ROW_LINES = 20  # lines that are searched for the end of a row with line breaks in a cell
MAX_ROW_LENGTH = 2**16  # characters of these lines
MAX_FINDINGS = 100_000  # of a file that is read into memory; what follows is not read
CHUNK_LINES = 10_000  # lines after which the findings are counted
MAX_RECORDS_SIZE = 2**26  # bytes of such a file


def read_csv_table(path: Path, table: Table, name: str) -> CsvRows:
    """Read a whole file; `name` is the file's name in findings.

    Cells hold no line breaks: each line is one row, so an unclosed quote makes only its own line invalid.
    """
    rows = CsvRows(table, name)
    if survey_file(path, rows, "error") is None:  # releases hold the bytes of records
        return rows
    if path.stat().st_size > MAX_RECORDS_SIZE:
        expected, fix = f"at most {MAX_RECORDS_SIZE // 2**20} MB", "Check large files with `kursk-claims check`."
        rows.add_finding("file-size", expected, f"{path.stat().st_size // 2**20} MB", fix)
        rows.is_complete = False
        return rows
    with open_regular(path) as file:
        header, *lines = split_lines(file.read().decode("utf-8").removeprefix(BOM))
    if check_header(header, rows, lines):
        _parse_until_limit(lines, rows)
    return rows


def _parse_until_limit(lines: Sequence[str], rows: CsvRows) -> None:
    """Add the rows of all lines, unless there are too many findings to go on."""
    index = 0
    while index < len(lines):
        index += parse_lines(lines[index : index + CHUNK_LINES + MAX_ROW_LINES], rows, index + 2, CHUNK_LINES)
        if len(rows.findings) > MAX_FINDINGS:
            found = f"more in {count_noun(index + 1, 'line')}; the rest was not read"
            rows.add_finding("file-unreadable", f"at most {MAX_FINDINGS} findings", found, "Correct these first.", index + 1, 1)
            rows.is_complete = False
            return


def parse_lines(lines: Sequence[str], rows: CsvRows, first_line: int = 2, stop: int | None = None) -> int:
    """Add the rows of some lines to `rows`; returns how many lines they take.

    `first_line` is the number of the first line. No row begins at or after index `stop`, but a row with line breaks in a cell
    may end there.
    """
    index = 0
    stop = len(lines) if stop is None else min(stop, len(lines))
    while index < stop:
        index += _parse_row(lines, index, first_line + index, rows)
    return index


def _parse_row(lines: Sequence[str], index: int, line_number: int, rows: CsvRows) -> int:
    """Add the row that begins at an index to `rows`; returns how many lines it takes."""
    width = len(rows.table.columns)
    try:
        cells = split_line(lines[index], rows.separator)
    except CsvSyntaxError as error:
        line_count = 1
        if str(error) == UNCLOSED_QUOTE:
            line_count = _count_row_lines(lines[index : index + MAX_ROW_LINES], width, rows.separator)
        _add_quoting_finding(error, line_number, line_count, rows)
        return line_count
    texts = [text for _, text in cells]
    if not lines[index]:
        rows.add_finding(
            "row-length", count_noun(width, "cell"), "an empty line", rows.or_format("Remove the line."), line_number, 1
        )
    elif lines[index].startswith(CONFLICT_MARKERS):
        rows.add_finding("merge-conflict", "a row", f"{lines[index]!r}, a mark of Git", "Resolve the merge.", line_number, 1)
        rows.is_complete = False
    elif not any(texts):
        fix = "Remove the row, which a spreadsheet may have left."
        rows.add_finding("empty-row", "a row with values", "a row of empty cells", rows.or_format(fix), line_number, 1)
    elif texts == rows.table.column_names:
        fix = "Remove the line, which may come from another file."
        rows.add_finding("header", "one header, in line 1", "the header again", rows.or_format(fix), line_number, 1)
    elif len(cells) != width and any(texts[width:] or ["too short"]):
        fix = "Give each column one cell, an empty one if there is no value; quote cells that contain a comma."
        rows.add_finding("row-length", count_noun(width, "cell"), count_noun(len(cells), "cell"), fix, line_number, 1)
        rows.is_complete = False
    else:
        if len(cells) > width:
            found = f"{count_noun(len(cells), 'cell')}, of which the last {len(cells) - width} are empty"
            fix = rows.or_format("Remove the empty cells at the end, which a spreadsheet may have left.")
            rows.add_finding("row-length", count_noun(width, "cell"), found, fix, line_number, cells[width][0])
        rows.line_numbers.append(line_number)
        rows.cell_positions.append([position for position, _ in cells[:width]])
        _parse_cells(texts[:width], rows)
    return 1


def _add_quoting_finding(error: CsvSyntaxError, line_number: int, line_count: int, rows: CsvRows) -> None:
    found, fix = str(error), "Quote cells that contain a comma or a quote, and double the quotes inside them."
    if line_count > 1:
        found = f"a cell that continues on line {line_number + line_count - 1}"
        fix = "Write the cell on one line."
    rows.add_finding("quoting", "each quoted cell closed on its line", found, fix, line_number, error.position)
    rows.is_complete = False


def _count_row_lines(lines: Sequence[str], width: int, separator: str) -> int:
    """Return how many lines a row with line breaks in a cell takes; 1 if its quote is never closed."""
    for count in range(2, len(lines) + 1):
        if sum(map(len, lines[:count])) > MAX_ROW_LENGTH:
            return 1
        try:
            if len(split_line("\n".join(lines[:count]), separator)) == width:
                return count
        except CsvSyntaxError as error:
            if str(error) != UNCLOSED_QUOTE:
                return 1
    return 1


def _parse_cells(cells: Sequence[str], rows: CsvRows) -> None:
    values: list[Any] = []
    faults = []
    for column, cell in zip(rows.table.columns, cells, strict=True):
        fault = find_text_fault(cell)
        value: Any = cell or None
        if fault is None and cell:
            value, fault = parse_cell(cell, column)
        # A text with a fault is still a text; other checks of its row may need it.
        values.append(value if fault is None or column.dtype == "String" else None)
        if fault is not None:
            faults.append((fault, column.name))
    rows.rows.append(values)
    for fault, name in faults:  # once the row is complete, because a finding names the row's key
        rows.add_cell_finding(fault, len(rows.rows) - 1, name)
