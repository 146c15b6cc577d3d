"""Check CSV and Parquet files and tables in memory, at any size."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from kursk_claims.checks.duckdb_engine import create_file_views, load_contract_tables
from kursk_claims.checks.options import DEFAULT_OPTIONS, CheckOptions, Progress
from kursk_claims.checks.pipeline import check_input_columns
from kursk_claims.checks.run import CheckRun
from kursk_claims.claims.relations import NO_TEXT
from kursk_claims.claims.surfaces import load_surfaces
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import SqlStatement
from kursk_claims.database.sandbox import sandbox_with_files
from kursk_claims.database.sql import quote_identifier, quote_literal
from kursk_claims.errors import CheckError
from kursk_claims.report.model import Report
from kursk_claims.tables.table_input import TableInput, open_table_input
from kursk_claims.workspace import Workspace


def check_files(
    paths: Sequence[str],
    contract: Contract,
    limits: CheckOptions = DEFAULT_OPTIONS,
    *,
    table: str | None = None,
    against: Path | None = None,
    progress: Progress = lambda what, done, total: None,
    spark: str | None = None,
) -> Report:
    """Check the columns, keys, references and rules of what the paths mean (see `inputs.find_inputs`).

    References are looked for among what is given, and in the release in the folder `against`. Memory does not grow with the
    rows. `spark`, the address of a Spark master, hands the work to Spark. Raises `InputError`, `ContractError`, `CheckError`
    where there is too little room, and `SparkError`.
    """
    from kursk_claims.tables.discovery import discover_files

    inputs = discover_files(paths, contract.tables, table)
    with _scratch_folder(limits.spill) as scratch:
        given = {name: open_table_input(files, contract.tables[name], scratch) for name, files in inputs.files.items()}
        if spark is None:
            return _check_inputs(given, contract, limits, scratch, against, progress, inputs.notes)
        from kursk_claims.spark.engine import check_inputs_on_spark

        report = check_inputs_on_spark(given, contract, limits, spark, against, progress, inputs.notes)
        report.sort()
        limit_findings(report, limits.findings)
        return report


def check_frames(
    frames: Mapping[str, Any], contract: Contract, limits: CheckOptions = DEFAULT_OPTIONS, *, against: Path | None = None
) -> Report:
    """Check tables in memory by their names: anything with Arrow's C stream interface, so of Arrow, polars, pandas or DuckDB.

    Values that the library keeps in another type, as pandas does with whole numbers beside empty cells, are taken for what
    they are, so long as none is changed by it. Raises `InputError` and what `check` raises.
    """
    from kursk_claims.tables.frames import convert_frame
    from kursk_claims.tables.parquet_reader import ParquetPart

    with _scratch_folder(limits.spill) as scratch:
        given = {}
        for name, data in frames.items():
            path = scratch / f"{name}.parquet"
            convert_frame(data, contract.tables[name]).write_parquet(path)
            given[name] = TableInput(contract.tables[name])
            given[name].parts.append(ParquetPart.open(path, contract.tables[name], name=f"<{name}>"))
        return _check_inputs(given, contract, limits, scratch, against, lambda what, done, total: None, [])


def release_folder(workspace: Workspace, version: str | None) -> Path | None:
    """The folder of a release, each of its files held against the manifest. Raises `ManifestError`."""
    from kursk_claims.release.digests import verify_files
    from kursk_claims.release.index import find_release

    if version is None:
        return None
    found = find_release(workspace.builds, version)
    assert found is not None
    verify_files(*found)
    return found[0]


@contextmanager
def _scratch_folder(spill: Path | None) -> Iterator[Path]:
    """A folder of this run alone, gone when it ends."""
    folder = Path(tempfile.mkdtemp(prefix="kursk-claims-", dir=spill))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check_inputs(
    given: dict[str, TableInput],
    contract: Contract,
    limits: CheckOptions,
    scratch: Path,
    against: Path | None,
    progress: Progress,
    notes: list[str],
) -> Report:
    report = Report(tables=len(given), notes=[*notes])
    config: dict[str, Any] = {
        "memory_limit": limits.memory,
        "temp_directory": str(scratch / "spill"),
        "preserve_insertion_order": "false",
    }
    try:
        connection = duckdb.connect(config=config)
    except duckdb.Error as error:
        raise CheckError(f"--memory {limits.memory}: {_first_line(error)}. Expected a size such as 400MB or 2GB.") from None
    run = CheckRun(contract, connection, report, lambda fault: given[fault.table].locate(fault))
    run.limit = max(1, limits.findings)
    run.absent = {name: f"{name} was not given" for name in contract.tables if name not in given}
    try:
        load_contract_tables(run.connection, contract)
        done = 0
        for each in given.values():
            for rows in check_input_columns(run, each):
                done += rows
                progress("columns", done, sum(part.expected for table in given.values() for part in table.parts))
            create_file_views(run.connection, each)
        report.rows = sum(each.rows for each in given.values())
        progress("keys, references, rules", done, done)
        _load_published_tables(run, against)
        files = [part.parquet for each in given.values() for part in each.parts if part.parquet]
        sandbox_with_files(connection, [*files, *(against.glob("*.parquet") if against else ())])
        if "quantities" in given:
            load_surfaces(run.connection)
        run.across([each.table for each in given.values()], _skip_text_rules)
    except duckdb.Error as error:
        words = f"could not be finished: {_first_line(error)}"
        raise CheckError(f"{words}. Give it more with --memory, or room with --spill.") from None
    finally:
        connection.close()
    report.sort()
    limit_findings(report, limits.findings)
    return report


def _load_published_tables(run: CheckRun, against: Path | None) -> None:
    """Make the tables of a release known, under names of their own."""
    for name in run.contract.tables if against else ():
        path = Path(against or "") / f"{name}.parquet"
        if path.is_file():
            run.partners[name] = f"published {name}"
            run.connection.execute(
                f"CREATE VIEW {quote_identifier(run.partners[name])} AS FROM read_parquet({quote_literal(path)})"
            )


def _skip_text_rules(rule: SqlStatement) -> tuple[list[str], bool]:
    return ([NO_TEXT], False) if rule.header.get("needs") else ([], True)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")


def limit_findings(report: Report, limit: int) -> None:
    """List no more findings than were asked for, and count the others."""
    for finding in report.findings[limit:]:
        report.hidden[finding.severity, finding.table, finding.rule] += 1
    del report.findings[limit:]
