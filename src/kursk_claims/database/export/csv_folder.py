"""Export to a folder of CSV files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kursk_claims.database.export.tables import ExportTable
from kursk_claims.database.render import format_csv_cell

FORMULA_PREFIXES = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "|",
    "＝",
    "＋",
    "－",
    "＠",
)  # what makes a spreadsheet take text for a formula


def write_csv_folder(tables: Iterator[ExportTable], target: Path, *, safe: bool) -> None:
    target.mkdir()
    for each in tables:
        with (target / f"{each.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(each.columns)
            writer.writerows([_csv_cell(value, safe) for value in row] for row in each.rows)


def _csv_cell(value: Any, safe: bool) -> str:
    return f"'{value}" if safe and isinstance(value, str) and value.startswith(FORMULA_PREFIXES) else format_csv_cell(value)
