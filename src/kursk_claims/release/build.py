"""Validate records and write them as Parquet, outside any release."""

from __future__ import annotations

from pathlib import Path

from kursk_claims.checks.validate import Validation, validate_workspace
from kursk_claims.checks.views import check_views
from kursk_claims.contract.loader import Contract
from kursk_claims.database.export.about import About
from kursk_claims.database.limits import SqlLimits, limit_sql, read_within_limits
from kursk_claims.database.views import create_views
from kursk_claims.errors import WorkspaceError
from kursk_claims.files import is_system_file, replace_directory, staging_directory
from kursk_claims.outputs import resolve_output
from kursk_claims.release.metadata.about import describe_records
from kursk_claims.release.parquet_writer import list_written_names, write_tables
from kursk_claims.report.model import Report
from kursk_claims.workspace import Workspace


def build_folder(
    workspace: Workspace, contract: Contract, folder: Path, limits: SqlLimits | None = None
) -> tuple[Report, list[Path]]:
    """Write the tables to a folder, which is replaced as a whole; return the report and the paths.

    Writes nothing if the records have errors. Raises `WorkspaceError` if the folder contains files of another origin.
    """
    folder = resolve_output(folder)
    _reject_foreign_files(folder, contract)
    about, limits = describe_records(workspace), limits or SqlLimits()
    validation = validate_workspace(workspace, contract, limits=limits)
    if validation.report.exit_code:
        return validation.report, []
    with staging_directory(folder) as staging:
        new = staging / folder.name
        new.mkdir()
        build_tables(validation, contract, new, about, limits)
        names = sorted(path.name for path in new.iterdir())
        replace_directory(new, folder)
    return validation.report, [folder / name for name in names]


def build_tables(validation: Validation, contract: Contract, folder: Path, about: About, limits: SqlLimits) -> None:
    """Write every table and view of validated records to the folder.

    Raises `ContractError` if the rows of a view do not fit its schema.
    """
    connection = validation.engine.connection
    with limit_sql(connection, limits):
        create_views(connection, contract.views)
    with read_within_limits(connection, limits):
        check_views(connection, contract)
        write_tables(connection, contract, folder, about.properties())


def _reject_foreign_files(folder: Path, contract: Contract) -> None:
    """Refuse to replace files that this command did not write."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise WorkspaceError(f"{folder} is not a folder. Choose an empty or a new folder.")
    names = {path.name for path in folder.iterdir() if not is_system_file(path.name)}
    foreign = sorted(names - set(list_written_names(contract)))
    if foreign:
        raise WorkspaceError(
            f"{folder} contains {foreign[0]}, which this command did not write. Choose an empty or a new folder."
        )
