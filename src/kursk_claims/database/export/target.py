"""Choose an export's format by the name of its target, and write it atomically."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.contract.loader import Contract
from kursk_claims.database.export.about import ABOUT_TABLE, About, about_table, require_no_table_about
from kursk_claims.database.export.csv_folder import DESCRIPTOR, write_csv_folder
from kursk_claims.database.export.datasette import render_datasette_metadata
from kursk_claims.database.export.duckdb_file import write_duckdb
from kursk_claims.database.export.sqlite import write_sqlite
from kursk_claims.database.export.tables import read_all_tables
from kursk_claims.database.export.workbook import write_workbook
from kursk_claims.errors import WorkspaceError
from kursk_claims.files import is_system_file, replace_directory, staging_directory
from kursk_claims.outputs import is_special, place_file, resolve_output

if TYPE_CHECKING:
    import duckdb

# By the ending of the target's name.
EXPORT_FORMATS = {".duckdb": "a DuckDB file", ".sqlite": "a SQLite file", ".xlsx": "a workbook", "": "a folder of CSV files"}
FILE_ENDING = re.compile(r"\.([a-z]\w*|7z)", re.IGNORECASE)  # unlike the .0 of claims-1.1.0


def find_ending(target: Path) -> str:
    """Return the ending of an export's name, which decides its format; empty for a folder, whose name may have dots."""
    return target.suffix.lower() if FILE_ENDING.fullmatch(target.suffix) else ""


def export_tables(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    about: About,
    target: Path,
    *,
    replace: bool = False,
    safe: bool = False,
    searched: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Write every table and view to the target, in the format that its name ends with (see `EXPORT_FORMATS`).

    The table `about` comes first. `searched` are the columns of each table that SQLite indexes for search; a file for Datasette
    lies beside its database. SQLite, workbooks and CSV get the rows of a view. With `safe`, CSV is for spreadsheets: it
    begins with a byte order mark, and text that a spreadsheet would run as a formula gets an apostrophe before it; a workbook
    always marks such cells as text. Raises `WorkspaceError` if the target exists and may not be replaced, or is not an earlier
    export.
    """
    real = resolve_output(target)
    ending = find_ending(target)
    if ending not in EXPORT_FORMATS:
        raise WorkspaceError(f"{target}: expected a name that ends in .duckdb, .sqlite or .xlsx, or a folder, found {ending}.")
    if ending == ".duckdb" and ("?" in str(real) or "\\" in real.as_posix()):
        raise WorkspaceError(f"{target}: DuckDB cannot write below a folder with ? or \\ in its name. Choose another folder.")
    names = [*contract.tables, *(view.name for view in contract.views)]
    require_no_table_about(names)
    files = None if ending else {DESCRIPTOR, *(f"{name}.csv" for name in [ABOUT_TABLE, *names])}
    beside = f"{real.stem}.metadata.yaml" if ending == ".sqlite" else None
    with stage_export(target, EXPORT_FORMATS[ending], files, replace=replace, beside=beside) as new:
        tables = chain([about_table(about)], read_all_tables(connection, contract))
        if ending == ".duckdb":
            write_duckdb(connection, contract, about, new)
        elif ending == ".sqlite":
            write_sqlite(tables, contract, new, searched)
            metadata = render_datasette_metadata(connection, contract, about, new, real.stem)
            new.with_name(f"{real.stem}.metadata.yaml").write_text(metadata, encoding="utf-8")
        elif ending == ".xlsx":
            write_workbook(tables, contract, about, new)
        else:
            write_csv_folder(tables, contract, about, new, safe=safe)


@contextmanager
def stage_export(
    target: Path, kind: str, files: Collection[str] | None, *, replace: bool, beside: str | None = None
) -> Iterator[Path]:
    """Yield the path at which to write an export, which then replaces the target as a whole.

    `kind` describes the target in messages. `files` are the names that a folder may hold; None means that the target is a file.
    `beside` is the name of a second file, written beside the first and placed beside the target, unless that is a pipe or device.
    Raises `WorkspaceError` if the target exists and may not be replaced, or holds files that no export wrote.
    """
    real = resolve_output(target)
    second = real.with_name(beside) if beside and not is_special(target) else None
    if files is not None or not is_special(target):
        _require_replaceable(real, kind, files, replace=replace)
    if second:
        _require_replaceable(second, "a file", None, replace=replace)
    with staging_directory(real) as staging:
        new = staging / real.name
        yield new
        if second:
            place_file(new.with_name(second.name), second)
        if files is None:
            place_file(new, target)
        else:
            replace_directory(new, real)


def _require_replaceable(target: Path, kind: str, files: Collection[str] | None, *, replace: bool) -> None:
    """Refuse to replace files that this command did not write. Raises `WorkspaceError`."""
    if not target.exists():
        return
    if target.is_dir() != (files is not None):
        raise WorkspaceError(f"{target} is not {kind}. Choose another name.")
    names = [] if files is None else sorted(path.name for path in target.iterdir() if not is_system_file(path.name))
    if not replace and (names or files is None):
        raise WorkspaceError(f"{target} exists already. Choose another name, or use --replace.")
    for name in names:
        if name not in (files or ()):
            raise WorkspaceError(f"{target} holds {name}, which is not part of such an export. Choose an empty or new folder.")
