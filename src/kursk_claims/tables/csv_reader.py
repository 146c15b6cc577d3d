"""Read a whole CSV file as a table."""

from __future__ import annotations

from pathlib import Path

from kursk_claims.contract.model import Table
from kursk_claims.tables.csv_rows import CsvRows, read_rows
from kursk_claims.tables.csv_survey import survey_file
from kursk_claims.tables.csv_syntax import BOM, split_lines
from kursk_claims.tables.header import check_header


def read_csv_table(path: Path, table: Table, name: str) -> CsvRows:
    """Read one table; what is wrong with the file or a cell becomes a finding, nothing is repaired in silence.

    `name` is the file's name in findings. Cells hold no line breaks, so each line is one row, and a quote that is not
    closed spoils its own line only.
    """
    read = CsvRows(table, name)
    survey = survey_file(path, read)
    if survey is None:
        return read
    text = path.read_bytes().decode("utf-8").removeprefix(BOM)
    lines, _ = split_lines(text)
    if check_header(lines[0], read):
        read_rows(lines[1:], read)
    return read
