"""Compare two releases, workspaces or contracts by table, row and cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from kursk_claims.contract.loader import Contract, load_contract, load_workspace_contract
from kursk_claims.database.load import csv_source
from kursk_claims.database.sql import TRUST_ROWS, quote_identifier, scan_parquet_sql
from kursk_claims.errors import RecordsError, WorkspaceError
from kursk_claims.release.contract_diff import LEVELS, Change, contract_changes
from kursk_claims.release.key_ranges import RowSource, read_key_ranges
from kursk_claims.report.values import count_noun
from kursk_claims.workspace import Workspace, reject_unsafe_entries

MAX_CELLS = 1_000_000  # cells that are listed; every row is counted
ROWS_PER_FETCH = 10_000
DIFF_MEMORY = "1500MB"
CHANGE_LEVELS = {"added": "minor", "removed": "major", "changed": "patch"}  # of rows


@dataclass(frozen=True)
class CellChange:
    """A changed cell; an added or removed row is one entry without a column."""

    table: str
    change: str
    key: str
    column: str = ""
    old: str | None = None
    new: str | None = None


@dataclass
class Difference:
    """All differences, those that require the largest step first; `rows` counts rows by table and kind of change."""

    changes: list[Change] = field(default_factory=list)
    cells: list[CellChange] = field(default_factory=list)
    rows: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def step(self) -> str:
        """The version step that the changes require."""
        return max((change.level for change in self.changes), key=LEVELS.index, default="none")


@dataclass(frozen=True)
class Snapshot:
    """One side of a comparison: a contract and the rows of each table that has any."""

    name: str
    contract: Contract
    sources: dict[str, RowSource]


def open_snapshot(folder: Path, name: str) -> Snapshot:
    """Open a workspace, a release, another folder of Parquet with schemas, or schemas alone. Raises `WorkspaceError`."""
    documents = [path.name for pattern in ("*.yaml", "*.sql", "*.parquet") for path in folder.glob(pattern)]
    reject_unsafe_entries(folder, ["dataset", "schemas", *documents])
    records = folder / "dataset" / "records"
    if records.is_dir():
        contract = load_workspace_contract(Workspace(folder))
        return Snapshot(name, contract, {table.name: RowSource(csv_source(records, table)) for table in contract.tables.values()})
    if (folder / "schemas").is_dir():
        contract = load_contract(folder / "schemas")
        files = {table: folder / f"{table}.parquet" for table in contract.tables}
        sources = {table: RowSource(scan_parquet_sql([path]), path) for table, path in files.items() if path.is_file()}
        return Snapshot(name, contract, sources)
    if any(folder.glob("*.yaml")):
        return Snapshot(name, load_contract(folder), {})
    raise WorkspaceError(f"{folder} is not a release, a workspace or a folder of schemas")


def compare_snapshots(old: Snapshot, new: Snapshot) -> Difference:
    """Return the changes from `old` to `new` in contract, rows and cells. Raises `RecordsError`."""
    difference = Difference(list(contract_changes(old.contract, new.contract)))
    with duckdb.connect(config=TRUST_ROWS | {"memory_limit": DIFF_MEMORY, "preserve_insertion_order": False}) as connection:
        for name in new.contract.tables:
            # Rows are matched by key; where the key itself changed, that is the only change reported.
            if name in old.sources and name in new.sources and _has_same_key(old, new, name):
                try:
                    _compare_rows(connection, difference, old, new, name)
                except duckdb.Error as error:
                    problem = str(error).strip().split("\n")[0]
                    raise RecordsError(f"{name}: {problem}. Run `kursk-claims check` to see what is wrong.") from None
    for name, counts in difference.rows.items():
        for change, level in CHANGE_LEVELS.items():
            if counts[change]:
                difference.changes.append(Change(level, name, f"{count_noun(counts[change], 'row')} {change}"))
    difference.changes.sort(key=lambda change: (-LEVELS.index(change.level), change.table, change.what))
    return difference


def _has_same_key(old: Snapshot, new: Snapshot, table: str) -> bool:
    return old.contract.tables[table].primary_key == new.contract.tables[table].primary_key


def _compare_rows(
    connection: duckdb.DuckDBPyConnection, difference: Difference, old: Snapshot, new: Snapshot, table: str
) -> None:
    """Count the rows of a table that differ, and list their cells."""
    counts = difference.rows[table] = dict.fromkeys(CHANGE_LEVELS, 0)
    keys = list(new.contract.tables[table].primary_key)
    before = old.contract.tables[table].column_names
    columns = [name for name in new.contract.tables[table].column_names if name in before and name not in keys]
    for query in _row_queries(connection, keys, columns, old.sources[table], new.sources[table]):
        cursor = connection.execute(query)
        while rows := cursor.fetchmany(ROWS_PER_FETCH):
            for row in rows:
                cells = _cell_changes(table, keys, columns, row)
                counts[cells[0].change] += 1
                if len(difference.cells) < MAX_CELLS:
                    difference.cells.extend(cells)


def _cell_changes(table: str, keys: list[str], columns: list[str], row: tuple[Any, ...]) -> list[CellChange]:
    """Read a row of a query of `_row_queries`."""
    is_added, is_removed, *values = row
    key = ",".join(f"{name}={value}" for name, value in zip(keys, values, strict=False))
    if is_added or is_removed:
        return [CellChange(table, "added" if is_added else "removed", key)]
    pairs = zip(columns, values[len(keys) :: 2], values[len(keys) + 1 :: 2], strict=True)
    return [CellChange(table, "changed", key, name, before, after) for name, before, after in pairs if before != after]


def _row_queries(
    connection: duckdb.DuckDBPyConnection, keys: list[str], columns: list[str], old: RowSource, new: RowSource
) -> Iterator[str]:
    """Yield a query for the rows that differ in each range of keys.

    The queries return whether the row was added, whether it was removed, its key, and each column before and after. They
    compare column by column, since DuckDB's hash() collides.
    """
    match = " AND ".join(f"a.{quote_identifier(key)} = b.{quote_identifier(key)}" for key in keys)
    first = quote_identifier(keys[0])
    pairs = [(f"a.{quote_identifier(name)}", f"b.{quote_identifier(name)}") for name in columns]
    differs = " OR ".join(f"{before} IS DISTINCT FROM {after}" for before, after in pairs) or "false"
    selected = [f"coalesce(a.{quote_identifier(name)}, b.{quote_identifier(name)})::VARCHAR" for name in keys]
    selected += [f"{name}::VARCHAR" for pair in pairs for name in pair]
    order = ", ".join(str(3 + position) for position in range(len(keys)))
    for before, after in read_key_ranges(connection, first, old, new):
        yield (
            f"SELECT a.{first} IS NULL, b.{first} IS NULL, {', '.join(selected)} "
            f"FROM ({before}) a FULL JOIN ({after}) b ON {match} "
            f"WHERE a.{first} IS NULL OR b.{first} IS NULL OR {differs} ORDER BY {order}"
        )
