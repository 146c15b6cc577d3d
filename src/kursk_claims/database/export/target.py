"""Choose an export's format by the name of its target, and write it atomically."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.contract.loader import Contract
from kursk_claims.database.export.csv_folder import write_csv_folder
from kursk_claims.database.export.duckdb_file import write_duckdb
from kursk_claims.database.export.sqlite import write_sqlite
from kursk_claims.database.export.tables import read_all_tables
from kursk_claims.database.export.workbook import write_workbook
from kursk_claims.errors import WorkspaceError
from kursk_claims.files import is_system_file, replace_directory, replace_file, staging_directory
from kursk_claims.workspace import resolve_output

if TYPE_CHECKING:
    import duckdb

# By the ending of the target's name.
EXPORT_FORMATS = {".duckdb": "a DuckDB file", ".sqlite": "a SQLite file", ".xlsx": "a workbook", "": "a folder of CSV files"}


def export_tables(
    connection: duckdb.DuckDBPyConnection, contract: Contract, target: Path, *, replace: bool = False, safe: bool = False
) -> None:
    """Write every table and view to the target, in the format that its name ends with (see `EXPORT_FORMATS`).

    SQLite, workbooks and CSV get the rows of a view. With `safe`, CSV text that a spreadsheet would run as a formula gets an
    apostrophe before it; a workbook always marks such cells as text.
    Raises `WorkspaceError` if the target exists and may not be replaced, or is not an earlier export.
    """
    target = Path(os.path.abspath(target))
    ending = target.suffix.lower()
    if ending not in EXPORT_FORMATS:
        raise WorkspaceError(f"{target}: expected a name that ends in .duckdb, .sqlite or .xlsx, or a folder, found {ending}.")
    if ending == ".duckdb" and ("?" in str(target) or "\\" in target.as_posix()):
        raise WorkspaceError(f"{target}: DuckDB cannot write below a folder with ? or \\ in its name. Choose another folder.")
    _require_replaceable(target, contract, replace=replace)
    target = resolve_output(target)
    with staging_directory(target) as staging:
        new = staging / target.name
        if ending == ".duckdb":
            write_duckdb(connection, contract, new)
        elif ending == ".sqlite":
            write_sqlite(read_all_tables(connection, contract), contract, new)
        elif ending == ".xlsx":
            write_workbook(read_all_tables(connection, contract), new)
        else:
            write_csv_folder(read_all_tables(connection, contract), new, safe=safe)
        (replace_file if ending else replace_directory)(new, target)


def _require_replaceable(target: Path, contract: Contract, *, replace: bool) -> None:
    """Refuse to replace files that this command did not write. Raises `WorkspaceError`."""
    if not os.path.lexists(target):
        return
    is_folder = target.is_dir() and not target.is_symlink()
    if target.is_symlink() or is_folder != (target.suffix == ""):
        raise WorkspaceError(f"{target} is not {EXPORT_FORMATS[target.suffix.lower()]}. Choose another name.")
    names = sorted(path.name for path in target.iterdir() if not is_system_file(path.name)) if is_folder else []
    if not replace and (names or not is_folder):
        raise WorkspaceError(f"{target} exists already. Choose another name, or use --replace.")
    exported = {f"{name}.csv" for name in [*contract.tables, *(view.name for view in contract.views)]}
    for name in names:
        if name not in exported:
            raise WorkspaceError(f"{target} holds {name}, which is not an exported table or view. Choose an empty or new folder.")
