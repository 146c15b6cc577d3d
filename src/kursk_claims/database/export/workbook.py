"""Export to an Excel workbook."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from kursk_claims.contract.loader import Contract
from kursk_claims.database.export.about import About
from kursk_claims.database.export.tables import FORMULA_PREFIXES, ExportTable
from kursk_claims.database.render import format_csv_cell
from kursk_claims.errors import WorkspaceError

# Keep text as text, and write infinities and NaN as errors instead of failing.
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True, "in_memory": True}
COLUMNS_SHEET = "(columns)"  # in brackets, which the name of a table cannot have
MAX_PROPERTY = 255  # characters; the sheet `about` has all of them
CELL_TOO_LONG = -2  # the status that XlsxWriter returns for it


def write_workbook(tables: Iterable[ExportTable], contract: Contract, about: About, target: Path) -> None:
    """Write one sheet per table, a sheet that explains the columns, and the properties of the document.

    The header has the descriptions as comments. Raises `WorkspaceError` if a text is too long for a cell.
    """
    import xlsxwriter

    content = io.BytesIO()  # XlsxWriter reports a full disk in many different ways
    with xlsxwriter.Workbook(content, OPTIONS) as workbook:
        header = workbook.add_format({"bold": True, "bottom": 1, "valign": "top"})
        formats = {
            "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
            "formula": workbook.add_format({"quote_prefix": True}),
        }
        _set_properties(workbook, about)
        for table in tables:
            _write_sheet(workbook.add_worksheet(table.name), table, header, formats)
        _write_sheet(workbook.add_worksheet(COLUMNS_SHEET), _list_columns(contract), header, formats)
    target.write_bytes(content.getvalue())


def _list_columns(contract: Contract) -> ExportTable:
    """Return a row for each column that a schema describes."""
    names = ["table", "column", "title", "description", "type", "unit", "allowed values", "empty means", "example"]
    rows = [
        (
            *(table.name, column.name, column.title, column.description, column.type.logical, column.unit),
            ", ".join(map(str, column.codes)) or None,
            column.metadata["missing"] if column.nullable else None,
            str(column.metadata["example"]),
        )
        for table in [*contract.tables.values(), *contract.view_schemas.values()]
        for column in table.columns
    ]
    return ExportTable(COLUMNS_SHEET, names, [None] * len(names), list(rows))


def _set_properties(workbook: Any, about: About) -> None:
    """Set the properties that Excel shows of a file: at most 255 characters each."""
    values = {"title": about.title, "author": "; ".join(about.authors), "comments": about.caveat or ""}
    workbook.set_properties({name: value[:MAX_PROPERTY] for name, value in values.items()})
    for name in ("version", "license", "license_url", "citation"):
        if value := about.properties().get(name):
            workbook.set_custom_property(name, value[:MAX_PROPERTY], "text")


def _write_sheet(sheet: Any, table: ExportTable, header: Any, formats: dict[str, Any]) -> None:
    for column, (name, description) in enumerate(zip(table.columns, table.descriptions, strict=True)):
        sheet.write_string(0, column, name, header)
        if description:
            sheet.write_comment(0, column, description, {"x_scale": 2})
    for row, values in enumerate(table.rows, start=1):
        for column, value in enumerate(values):
            _write_cell(sheet, row, column, value, formats)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table.rows), max(0, len(table.columns) - 1))
    sheet.autofit(400)


def _write_cell(sheet: Any, row: int, column: int, value: Any, formats: dict[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value)
    elif isinstance(value, date) and value.year >= 1900:  # Excel knows no earlier dates
        sheet.write_datetime(row, column, value, formats["date"])
    else:
        text = value if isinstance(value, str) else format_csv_cell(value)
        cell_format = formats["formula"] if text.startswith(FORMULA_PREFIXES) else None
        if sheet.write_string(row, column, text, cell_format) == CELL_TOO_LONG:
            raise WorkspaceError(
                f"{sheet.get_name()}, row {row}: expected at most 32767 characters in a cell of a workbook, found {len(text)}. "
                "Export to another format."
            )
