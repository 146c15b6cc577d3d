"""Anybody's records, in CSV or Parquet, held against the contract, at any size."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from kursk_claims import checks
from kursk_claims.contract import Contract, Statement
from kursk_claims.database import guard_files, identifier, quoted
from kursk_claims.findings import Report
from kursk_claims.given import USUAL, Given, Limits, Progress, open_given, read_columns
from kursk_claims.run import NO_TEXT, Run
from kursk_claims.workspace import Workspace


class CheckError(OSError):
    """The environment does not allow the check to be finished."""


def check(
    paths: Sequence[str],
    contract: Contract,
    limits: Limits = USUAL,
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
    from kursk_claims.inputs import find_inputs

    inputs = find_inputs(paths, contract.tables, table)
    with _scratch(limits.spill) as scratch:
        given = {name: open_given(files, contract.tables[name], scratch) for name, files in inputs.files.items()}
        if spark is None:
            return _check(given, contract, limits, scratch, against, progress, inputs.notes)
        from kursk_claims.sparkengine import check_given

        report = check_given(given, contract, limits, spark, against, progress, inputs.notes)
        report.sort()
        cut(report, limits.findings)
        return report


def check_frames(frames: Mapping[str, Any], contract: Contract, limits: Limits = USUAL, *, against: Path | None = None) -> Report:
    """Check tables in memory by their names: anything with Arrow's C stream interface, so of Arrow, polars, pandas or DuckDB.

    Values that the library keeps in another type, as pandas does with whole numbers beside empty cells, are taken for what
    they are, so long as none is changed by it. Raises `InputError` and what `check` raises.
    """
    from kursk_claims.frames import frame_of
    from kursk_claims.parquetfile import ParquetPart

    with _scratch(limits.spill) as scratch:
        given = {}
        for name, data in frames.items():
            path = scratch / f"{name}.parquet"
            frame_of(data, contract.tables[name]).write_parquet(path)
            given[name] = Given(contract.tables[name])
            given[name].parts.append(ParquetPart.open(path, contract.tables[name], name=f"<{name}>"))
        return _check(given, contract, limits, scratch, against, lambda what, done, total: None, [])


def release_folder(workspace: Workspace, version: str | None) -> Path | None:
    """The folder of a release, each of its files held against the manifest. Raises `ManifestError`."""
    from kursk_claims.manifest import verify
    from kursk_claims.releases import find_release

    if version is None:
        return None
    found = find_release(workspace.builds, version)
    assert found is not None
    verify(*found)
    return found[0]


@contextmanager
def _scratch(spill: Path | None) -> Iterator[Path]:
    """A folder of this run alone, gone when it ends."""
    folder = Path(tempfile.mkdtemp(prefix="kursk-claims-", dir=spill))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check(
    given: dict[str, Given],
    contract: Contract,
    limits: Limits,
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
    run = Run(contract, connection, report, lambda fault: given[fault.table].locate(fault))
    run.limit = max(1, limits.findings)
    run.absent = {name: f"{name} was not given" for name in contract.tables if name not in given}
    try:
        checks.load_contract(run.connection, contract)
        done = 0
        for each in given.values():
            for rows in read_columns(run, each):
                done += rows
                progress("columns", done, sum(part.expected for table in given.values() for part in table.parts))
            _relate(run.connection, each)
        report.rows = sum(each.rows for each in given.values())
        progress("keys, references, rules", done, done)
        _partners(run, against)
        files = [part.parquet for each in given.values() for part in each.parts if part.parquet]
        guard_files(connection, [*files, *(against.glob("*.parquet") if against else ())])
        if "quantities" in given:
            checks.load_surfaces(run.connection)
        run.across([each.table for each in given.values()], _blocked)
    except duckdb.Error as error:
        words = f"could not be finished: {_first_line(error)}"
        raise CheckError(f"{words}. Give it more with --memory, or room with --spill.") from None
    finally:
        connection.close()
    report.sort()
    cut(report, limits.findings)
    return report


def _relate(connection: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Make the table, and `rows of` it, known to DuckDB."""
    name, rows = identifier(given.table.name), identifier(f"rows of {given.table.name}")
    columns = ", ".join(f"{identifier(each.name)}::{each.sql_type} AS {identifier(each.name)}" for each in given.table.columns)
    files = [(str(part.parquet), first) for part, first in zip(given.parts, given.firsts, strict=True) if part.parquet]
    if not files:
        empty = ", ".join(f"NULL::{each.sql_type} AS {identifier(each.name)}" for each in given.table.columns)
        connection.execute(f"CREATE VIEW {name} AS SELECT {empty} WHERE false")
        connection.execute(f"CREATE VIEW {rows} AS SELECT 0::BIGINT AS _row, * FROM {name}")
        return
    paths = f"[{', '.join(quoted(path) for path, _ in files)}]"
    parts = f"(VALUES {', '.join(f'({quoted(path)}, {first})' for path, first in files)}) AS parts(filename, _first)"
    numbered = f"read_parquet({paths}, file_row_number = true, filename = true, hive_partitioning = false)"
    connection.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM read_parquet({paths}, hive_partitioning = false)")
    connection.execute(
        f"CREATE VIEW {rows} AS SELECT file_row_number + _first AS _row, {columns} FROM {numbered} JOIN {parts} USING (filename)"
    )


def _partners(run: Run, against: Path | None) -> None:
    """Make the tables of a release known, under names of their own."""
    for name in run.contract.tables if against else ():
        path = Path(against or "") / f"{name}.parquet"
        if path.is_file():
            run.partners[name] = f"published {name}"
            run.connection.execute(f"CREATE VIEW {identifier(run.partners[name])} AS FROM read_parquet({quoted(path)})")


def _blocked(rule: Statement) -> tuple[list[str], bool]:
    return ([NO_TEXT], False) if rule.header.get("needs") else ([], True)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")


def cut(report: Report, limit: int) -> None:
    """List no more findings than were asked for, and count the others."""
    for finding in report.findings[limit:]:
        report.hidden[finding.severity, finding.table, finding.rule] += 1
    del report.findings[limit:]
