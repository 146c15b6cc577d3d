"""Validate the curated records of a workspace, with texts if there are any."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from kursk_claims.checks.duckdb_engine import load_contract_tables, load_tables
from kursk_claims.checks.run import CheckRun
from kursk_claims.checks.texts import load_texts
from kursk_claims.claims.relations import TEXT_RELATIONS
from kursk_claims.claims.surfaces import load_surfaces
from kursk_claims.contract.loader import Contract
from kursk_claims.database.sandbox import sandbox
from kursk_claims.report.model import Fault, Finding, Report, Skipped, finding_at_cell
from kursk_claims.tables.csv_reader import read_csv_table
from kursk_claims.tables.csv_rows import CsvRows, batch_from_rows
from kursk_claims.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow


@dataclass
class Validation:
    """A run's report, and the tables and the database that it was made from."""

    report: Report
    tables: dict[str, pyarrow.Table]
    connection: duckdb.DuckDBPyConnection


def validate_workspace(workspace: Workspace, contract: Contract, copies: Sequence[Path] = ()) -> Validation:
    """Run every check on the workspace's records; `copies` are files with the text of held documents.

    Raises `ContractError` and `text.TextError`; what is wrong with the records is in the report.
    """
    reads = {
        name: read_csv_table(workspace.records / f"{name}.csv", table, _display_path(workspace.records / f"{name}.csv"))
        for name, table in contract.tables.items()
    }
    run = CheckRun(
        contract,
        # Some hundred rows: threads would cost more than they save.
        duckdb.connect(config={"threads": 1}),
        Report(tables=len(reads), rows=sum(len(read.rows) for read in reads.values())),
        lambda fault: _locate(reads, fault),
    )
    batches = {name: read.arrow() for name, read in reads.items()}
    load_tables(run.connection, batches)
    load_contract_tables(run.connection, contract)
    run.connection.execute(TEXT_RELATIONS)
    sandbox(run.connection)
    load_surfaces(run.connection)
    _report_unknown_files(workspace, run)
    for read in reads.values():
        _check_columns(run, read)
    texts = load_texts(run, reads, copies)
    run.across(contract.tables.values(), texts.blocked)
    run.report.sort()
    return Validation(run.report, batches, run.connection)


def _locate(reads: dict[str, CsvRows], fault: Fault) -> Finding:
    read = reads[fault.table]
    if fault.first is not None:
        fault = replace(fault, found=f"{fault.found}, as in line {read.numbers[fault.first]}")
    line, position = read.numbers[fault.row], read.position(fault.row, fault.columns[0])
    return finding_at_cell(fault, read.file, line, position, read.key(fault.row))


def _display_path(path: Path) -> str:
    """The path as seen from here, where it lies below."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def _report_unknown_files(workspace: Workspace, run: CheckRun) -> None:
    from kursk_claims.suggest import did_you_mean

    for path in sorted(workspace.records.glob("*.csv")):
        if path.stem not in run.contract.tables:
            found = f"{path.name}{did_you_mean(path.stem, run.contract.tables)}"
            fix = "Give the file the name of its table, or the table a schema."
            run.report.findings.append(
                Finding("file-unknown", _display_path(path), "the name of a table of the schemas", found, fix)
            )


def _check_columns(run: CheckRun, read: CsvRows) -> None:
    from kursk_claims.checks.columns import find_column_failures

    run.report.findings.extend(read.findings)
    name = read.table.name
    if not read.complete:
        run.unread[name] = f"{name} could not be read whole"
    if not read.complete and not read.rows:
        run.report.skipped.append(Skipped(f"columns of {name}", run.unread[name]))
        return
    batch = batch_from_rows(read)
    run.columns(read.table, batch, find_column_failures(batch, read.table))
    run.report.rules += sum(1 + len(column.checks) for column in read.table.columns)
