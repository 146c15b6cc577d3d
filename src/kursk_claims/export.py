"""A release or the records in one file of another kind, for tools that read no Parquet."""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kursk_claims.contract import Contract, Table
from kursk_claims.database import add_comments, create_views, identifier, quoted
from kursk_claims.query import cell_text
from kursk_claims.workspace import WorkspaceError

if TYPE_CHECKING:
    import duckdb

KINDS = {".duckdb": "DuckDB", ".sqlite": "SQLite", ".xlsx": "a workbook", "": "a folder of CSV"}
STORAGE = "v1.0.0"  # the oldest DuckDB that is promised to read the file, and every one since
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠")  # what makes a spreadsheet take text for a formula
SQLITE_TYPES = {"String": "TEXT", "Date": "TEXT", "Int32": "INTEGER", "Float64": "REAL", "Boolean": "INTEGER"}


@dataclass(frozen=True)
class Rows:
    """A table or view: its columns, their descriptions where there are any, and its rows sorted by key."""

    name: str
    says: str
    columns: list[str]
    descriptions: list[str | None]
    rows: list[tuple[Any, ...]]


def export(
    connection: duckdb.DuckDBPyConnection, contract: Contract, target: Path, *, replace: bool = False, safe: bool = False
) -> None:
    """Write every table and view to `target`, whose ending says what it becomes (see `KINDS`).

    Written beside, then renamed. In SQLite, a workbook and CSV a view is its rows. With `safe`, text in a CSV that a
    spreadsheet would take for a formula gets an apostrophe before it; a workbook marks such cells as text in any case.
    Raises `WorkspaceError` where the target is something else than this would write, or is there and not to be replaced.
    """
    target = Path(os.path.abspath(target))
    kind = target.suffix.lower()
    if kind not in KINDS:
        raise WorkspaceError(f"{target}: expected a name that ends in .duckdb, .sqlite or .xlsx, or a folder's, found {kind}.")
    _refuse(target, contract, replace=replace)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        new = beside / target.name
        if kind == ".duckdb":
            _duckdb(connection, contract, new)
        elif kind == ".sqlite":
            _sqlite(connection, contract, new)
        elif kind == ".xlsx":
            _workbook(_all_rows(connection, contract), new)
        else:
            _folder(_all_rows(connection, contract), new, safe=safe)
        if target.is_dir():
            os.replace(target, beside / "old")
        os.replace(new, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _refuse(target: Path, contract: Contract, *, replace: bool) -> None:
    """Nothing is lost that this command did not write."""
    if not os.path.lexists(target):
        return
    folder = target.is_dir() and not target.is_symlink()
    if folder != (target.suffix == "") or target.is_symlink():
        raise WorkspaceError(f"{target} is something else than {KINDS[target.suffix.lower()]}. Choose another name.")
    inside = sorted(path.name for path in target.iterdir()) if folder else []
    if not replace and (inside or not folder):
        raise WorkspaceError(f"{target} is there already. Choose another name, or say --replace.")
    names = {f"{name}.csv" for name in [*contract.tables, *(view.name for view in contract.views)]}
    foreign = [name for name in inside if name not in names]
    if foreign:
        raise WorkspaceError(f"{target} holds {foreign[0]}, no table or view of this release. Choose an empty or a new folder.")


def _all_rows(connection: duckdb.DuckDBPyConnection, contract: Contract) -> Iterator[Rows]:
    for table in contract.tables.values():
        columns = [column.name for column in table.columns]
        order = ", ".join(identifier(name) for name in table.primary_key)
        rows = connection.execute(f"SELECT * FROM {identifier(table.name)} ORDER BY {order}").fetchall()
        yield Rows(table.name, table.description, columns, [column.description for column in table.columns], rows)
    for view in contract.views:
        answer = connection.execute(f"SELECT * FROM {identifier(view.name)}")
        columns = [column[0] for column in answer.description or []]
        yield Rows(view.name, view.header["says"], columns, [None] * len(columns), answer.fetchall())


def _duckdb(connection: duckdb.DuckDBPyConnection, contract: Contract, target: Path) -> None:
    """Written by a connection of its own, since the one that reads may be shut off from files."""
    import duckdb

    with duckdb.connect() as out:
        out.execute(f"ATTACH {quoted(target)} AS export (STORAGE_VERSION {quoted(STORAGE)}); USE export")
        for table in contract.tables.values():
            order = ", ".join(identifier(name) for name in table.primary_key)
            rows = connection.sql(f"SELECT * FROM {identifier(table.name)} ORDER BY {order}").to_arrow_table()
            out.register("given", rows)
            out.execute(f"CREATE TABLE {identifier(table.name)} AS SELECT * FROM given")
            out.unregister("given")
        create_views(out, contract)
        add_comments(out, contract)
        out.execute("USE memory; DETACH export")


def _sqlite(connection: duckdb.DuckDBPyConnection, contract: Contract, target: Path) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(":memory:")) as out:
        for each in _all_rows(connection, contract):
            table = contract.tables.get(each.name)
            columns = _sqlite_columns(table) if table else ", ".join(identifier(name) for name in each.columns)
            out.execute(f"CREATE TABLE {identifier(each.name)} ({columns})")
            places = ", ".join("?" for _ in each.columns)
            rows = ([_sqlite_value(value) for value in row] for row in each.rows)
            out.executemany(f"INSERT INTO {identifier(each.name)} VALUES ({places})", rows)
        out.commit()
        target.write_bytes(out.serialize())


def _sqlite_columns(table: Table) -> str:
    parts = [
        f"{identifier(column.name)} {SQLITE_TYPES[column.dtype]}{'' if column.nullable else ' NOT NULL'}"
        for column in table.columns
    ]
    parts.append(f"PRIMARY KEY ({', '.join(identifier(name) for name in table.primary_key)})")
    for column in table.columns:
        if column.references is not None:
            other, *key = column.references
            here = identifier(column.name)
            parts.append(f"FOREIGN KEY ({here}) REFERENCES {identifier(other)} ({', '.join(map(identifier, key))})")
    return ", ".join(parts)


def _sqlite_value(value: Any) -> Any:
    """Dates are text in ISO 8601, as SQLite's own functions expect; lists are JSON."""
    return value if value is None or isinstance(value, (bool, int, float, str)) else cell_text(value)


def _folder(tables: Iterator[Rows], target: Path, *, safe: bool) -> None:
    target.mkdir()
    for each in tables:
        with (target / f"{each.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(each.columns)
            writer.writerows([_csv_cell(value, safe) for value in row] for row in each.rows)


def _csv_cell(value: Any, safe: bool) -> str:
    return f"'{value}" if safe and isinstance(value, str) and value.startswith(FORMULA) else cell_text(value)


def _workbook(tables: Iterator[Rows], target: Path) -> None:
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
        text = value if isinstance(value, str) else cell_text(value)
        if sheet.write_string(*at, text, forms["text"] if text.startswith(FORMULA) else None) == -2:
            raise WorkspaceError(
                f"{sheet.get_name()}, row {at[0]}: a cell of a workbook holds 32767 characters, found {len(text)}."
            )
