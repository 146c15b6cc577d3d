"""Export to an Excel workbook."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from kursk_claims.database.export.csv_folder import FORMULA_PREFIXES
from kursk_claims.database.export.tables import ExportTable
from kursk_claims.database.render import format_csv_cell
from kursk_claims.errors import WorkspaceError


def write_workbook(tables: Iterator[ExportTable], target: Path) -> None:
    try:
        import xlsxwriter
    except ImportError:
        raise WorkspaceError(
            "a workbook needs XlsxWriter: pip install 'kursk-claims[xlsx]'. The other kinds need nothing."
        ) from None

    content = io.BytesIO()  # on a full disk, XlsxWriter fails in ways of its own
    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True, "in_memory": True}
    with xlsxwriter.Workbook(content, options) as book:
        head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        forms = {"date": book.add_format({"num_format": "yyyy-mm-dd"}), "text": book.add_format({"quote_prefix": True})}
        for each in tables:
            sheet = book.add_worksheet(each.name)
            for at, (name, words) in enumerate(zip(each.columns, each.descriptions, strict=True)):
                sheet.write_string(0, at, name, head)
                if words:
                    sheet.write_comment(0, at, words, {"x_scale": 2})
            for line, row in enumerate(each.rows, start=1):
                for at, value in enumerate(row):
                    _write_cell(sheet, (line, at), value, forms)
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, len(each.rows), max(0, len(each.columns) - 1))
            sheet.autofit(400)
    target.write_bytes(content.getvalue())


def _write_cell(sheet: Any, at: tuple[int, int], value: Any, forms: dict[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(*at, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(*at, value)
    elif isinstance(value, date) and value.year >= 1900:
        sheet.write_datetime(*at, value, forms["date"])
    else:
        text = value if isinstance(value, str) else format_csv_cell(value)
        if sheet.write_string(*at, text, forms["text"] if text.startswith(FORMULA_PREFIXES) else None) == -2:
            raise WorkspaceError(
                f"{sheet.get_name()}, row {at[0]}: a cell of a workbook holds 32767 characters, found {len(text)}."
            )
