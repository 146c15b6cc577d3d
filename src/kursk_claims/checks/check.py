"""Check CSV and Parquet files and tables in memory, at any size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kursk_claims.checks.duckdb_engine import DuckDBEngine
from kursk_claims.checks.engine import CheckEngine
from kursk_claims.checks.options import DEFAULT_OPTIONS, CheckOptions, Progress, no_progress
from kursk_claims.checks.pipeline import CheckInputs, check_tables
from kursk_claims.contract.loader import Contract
from kursk_claims.database.limits import SqlLimits
from kursk_claims.files import scratch_directory
from kursk_claims.report.model import Report
from kursk_claims.tables.discovery import DiscoveredFiles
from kursk_claims.tables.table_input import TableInput, open_part, open_table_input

OpenEngine = Callable[[CheckInputs, CheckOptions, Path], CheckEngine]


def open_duckdb_engine(inputs: CheckInputs, options: CheckOptions, scratch: Path) -> CheckEngine:
    """Open the engine that checks on this machine."""
    return DuckDBEngine(memory=options.memory, spill=scratch, limits=SqlLimits.of(options.timeout))


def check_files(
    files: DiscoveredFiles,
    contract: Contract,
    options: CheckOptions = DEFAULT_OPTIONS,
    *,
    against: Path | None = None,
    progress: Progress = no_progress,
    open_engine: OpenEngine = open_duckdb_engine,
) -> Report:
    """Check the columns, keys, references and rules of discovered files.

    References may be to rows of the files, or of the release in the folder `against`. Memory does not grow with the rows.
    Raises `ContractError`, and `OperationalError` where there is too little memory or disk.
    """
    with scratch_directory(options.spill) as scratch:
        tables = {
            name: open_table_input(paths, contract.tables[name], scratch, files.names) for name, paths in files.files.items()
        }
        inputs = CheckInputs(tables, _published_files(contract, against), files.findings, files.notes)
        with open_engine(inputs, options, scratch) as engine:
            return check_tables(inputs, contract, engine, limit=options.findings, progress=progress)


def check_frames(
    frames: Mapping[str, Any], contract: Contract, options: CheckOptions = DEFAULT_OPTIONS, *, against: Path | None = None
) -> Report:
    """Check tables in memory by their names: Arrow, polars, pandas, DuckDB, anything with Arrow's C stream interface.

    A value in another type, such as a whole number that pandas keeps as a float beside empty cells, is accepted if no
    information is lost. Raises `InputError` and what `check_files` raises.
    """
    from kursk_claims.tables.frames import read_frame

    with scratch_directory(options.spill) as scratch:
        tables = {}
        for name, data in frames.items():
            table, path = contract.tables[name], scratch / f"{name}-in-memory.parquet"
            read_frame(data, table).write_parquet(path)
            tables[name] = TableInput(table, [open_part(path, table, scratch / name, f"<{name}>")])
        inputs = CheckInputs(tables, _published_files(contract, against))
        with open_duckdb_engine(inputs, options, scratch) as engine:
            return check_tables(inputs, contract, engine, limit=options.findings)


def _published_files(contract: Contract, release: Path | None) -> dict[str, Path]:
    if release is None:
        return {}
    paths = {name: release.absolute() / f"{name}.parquet" for name in contract.tables}
    return {name: path for name, path in paths.items() if path.is_file()}
