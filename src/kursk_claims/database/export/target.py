"""Choose the kind of an export by its name, and write it atomically."""

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
from kursk_claims.files import replace_directory, replace_file, staging_directory

if TYPE_CHECKING:
    import duckdb


EXPORT_KINDS = {".duckdb": "DuckDB", ".sqlite": "SQLite", ".xlsx": "a workbook", "": "a folder of CSV"}


def export_tables(
    connection: duckdb.DuckDBPyConnection, contract: Contract, target: Path, *, replace: bool = False, safe: bool = False
) -> None:
    """Write every table and view to `target`, whose ending says what it becomes (see `KINDS`).

    Written beside, then renamed. In SQLite, a workbook and CSV a view is its rows. With `safe`, text in a CSV that a
    spreadsheet would take for a formula gets an apostrophe before it; a workbook marks such cells as text in any case.
    Raises `WorkspaceError` where the target is something else than this would write, or is there and not to be replaced.
    """
    target = Path(os.path.abspath(target))
    kind = target.suffix.lower()
    if kind not in EXPORT_KINDS:
        raise WorkspaceError(f"{target}: expected a name that ends in .duckdb, .sqlite or .xlsx, or a folder's, found {kind}.")
    _reject_unsafe_target(target, contract, replace=replace)
    with staging_directory(target) as staging:
        new = staging / target.name
        if kind == ".duckdb":
            write_duckdb(connection, contract, new)
        elif kind == ".sqlite":
            write_sqlite(connection, contract, new)
        elif kind == ".xlsx":
            write_workbook(read_all_tables(connection, contract), new)
        else:
            write_csv_folder(read_all_tables(connection, contract), new, safe=safe)
        (replace_file if kind else replace_directory)(new, target)


def _reject_unsafe_target(target: Path, contract: Contract, *, replace: bool) -> None:
    """Nothing is lost that this command did not write."""
    if not os.path.lexists(target):
        return
    folder = target.is_dir() and not target.is_symlink()
    if folder != (target.suffix == "") or target.is_symlink():
        raise WorkspaceError(f"{target} is something else than {EXPORT_KINDS[target.suffix.lower()]}. Choose another name.")
    inside = sorted(path.name for path in target.iterdir()) if folder else []
    if not replace and (inside or not folder):
        raise WorkspaceError(f"{target} is there already. Choose another name, or say --replace.")
    names = {f"{name}.csv" for name in [*contract.tables, *(view.name for view in contract.views)]}
    foreign = [name for name in inside if name not in names]
    if foreign:
        raise WorkspaceError(f"{target} holds {foreign[0]}, no table or view of this release. Choose an empty or a new folder.")
