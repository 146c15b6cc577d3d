"""Export to a folder of CSV files."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kursk_claims.database.export.tables import FORMULA_PREFIXES, ExportTable
from kursk_claims.database.render import format_csv_cell


def write_csv_folder(tables: Iterable[ExportTable], target: Path, *, safe: bool) -> None:
    """Write one CSV file per table.

    `safe` is for spreadsheets: it puts an apostrophe before text that they would run as a formula, and begins each file with a
    byte order mark, without which Excel does not read it as UTF-8.
    """
    target.mkdir()
    for table in tables:
        with (target / f"{table.name}.csv").open("w", encoding="utf-8-sig" if safe else "utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(table.columns)
            writer.writerows([_format_cell(value, safe=safe) for value in row] for row in table.rows)


def _format_cell(value: Any, *, safe: bool) -> str:
    is_formula = isinstance(value, str) and value.startswith(FORMULA_PREFIXES)
    return f"'{value}" if safe and is_formula else format_csv_cell(value)
