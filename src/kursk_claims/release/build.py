"""Validate records and write them as Parquet, outside any release."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from kursk_claims.checks.validate import validate_workspace
from kursk_claims.contract.loader import Contract
from kursk_claims.database.load import create_views
from kursk_claims.errors import WorkspaceError
from kursk_claims.release.parquet_writer import write_tables
from kursk_claims.report.model import Report
from kursk_claims.workspace import Workspace


def build_folder(workspace: Workspace, contract: Contract, folder: Path) -> tuple[Report, list[Path]]:
    """Validate, write beside, then rename; with errors in the records nothing is written.

    Returns the report and the files. `folder` is replaced as a whole; raises `WorkspaceError` when it holds anything else.
    """
    _reject_foreign_files(folder, contract)
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        report = build_tables(workspace, contract, beside)
        if report.exit_code:
            return report, []
        names = sorted(path.name for path in beside.iterdir())
        beside.chmod(0o755)
        _replace(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return report, [folder / name for name in names]


def _reject_foreign_files(folder: Path, contract: Contract) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise WorkspaceError(f"{folder} is a file. Choose an empty or a new folder.")
    names = [*contract.tables, *(view.name for view in contract.views)]
    foreign = sorted({each.name for each in folder.iterdir()} - {"places.geoparquet", *(f"{name}.parquet" for name in names)})
    if foreign:
        raise WorkspaceError(f"{folder} holds {foreign[0]}, which this command did not write. Choose an empty or a new folder.")


def build_tables(workspace: Workspace, contract: Contract, folder: Path) -> Report:
    """Validate and, unless there are errors, write every table and view into the folder."""
    validation = validate_workspace(workspace, contract)
    if not validation.report.exit_code:
        create_views(validation.engine.connection, contract)
        write_tables(validation.engine.connection, contract, folder)
    return validation.report


def _replace(new: Path, folder: Path) -> None:
    """Rename `new` to `folder`; what stood there is moved away first, since a full folder cannot be renamed over."""
    if folder.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
        os.replace(folder, old / folder.name)
        os.replace(new, folder)
        shutil.rmtree(old)
    else:
        os.replace(new, folder)
