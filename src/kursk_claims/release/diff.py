"""Compare two releases or contracts by table, row and cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from kursk_claims.contract.loader import Contract, load_contract
from kursk_claims.contract.model import Table
from kursk_claims.database.load import csv_source
from kursk_claims.database.sql import quote_identifier, quote_literal
from kursk_claims.errors import WorkspaceError
from kursk_claims.release.contract_diff import LEVELS, Change, contract_changes

MAX_CELLS = 1_000_000  # cells that are listed; all are counted
ROWS_PER_JOIN = 1_000_000  # rows that are joined at a time
DIFF_MEMORY = "1500MB"


@dataclass(frozen=True)
class CellChange:
    """A cell that differs; for a row that is new or gone, one entry with no column."""

    table: str
    change: str
    key: str
    column: str = ""
    old: str | None = None
    new: str | None = None


@dataclass
class Difference:
    """All that differs, most demanding first; `rows` counts added, removed and changed rows by table."""

    changes: list[Change] = field(default_factory=list)
    cells: list[CellChange] = field(default_factory=list)
    rows: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def step(self) -> str:
        return max((change.level for change in self.changes), key=LEVELS.index, default="none")


@dataclass(frozen=True)
class Snapshot:
    """What is compared: a contract and, where there are rows, for each table the SQL that reads it."""

    name: str
    contract: Contract
    sources: dict[str, str]


def open_snapshot(folder: Path, name: str) -> Snapshot:
    """A release, a folder of Parquet with schemas, a workspace, or a folder of schemas alone. Raises `WorkspaceError`."""
    if (folder / "dataset" / "records").is_dir():
        return _records_snapshot(folder / "dataset" / "records", folder / "schemas", name)
    if (folder / "schemas").is_dir():
        contract = load_contract(folder / "schemas")
        files = {table: folder / f"{table}.parquet" for table in contract.tables}
        return Snapshot(
            name, contract, {table: f"read_parquet({quote_literal(path)})" for table, path in files.items() if path.is_file()}
        )
    if any(folder.glob("*.yaml")):
        return Snapshot(name, load_contract(folder), {})
    raise WorkspaceError(f"{folder} is neither a release nor a workspace nor a folder of schemas")


def _records_snapshot(records: Path, schemas: Path, name: str) -> Snapshot:
    contract = load_contract(schemas)
    return Snapshot(name, contract, {table.name: csv_source(records, table) for table in contract.tables.values()})


def compare_snapshots(old: Snapshot, new: Snapshot) -> Difference:
    """What became different from `old` to `new`."""
    difference = Difference(list(contract_changes(old.contract, new.contract)))
    connection = duckdb.connect(config={"memory_limit": DIFF_MEMORY, "preserve_insertion_order": False})
    for name, table in new.contract.tables.items():
        if name in old.sources and name in new.sources:
            _compare_rows(connection, difference, (old.contract.tables[name], table), (old.sources[name], new.sources[name]))
    for name, counts in difference.rows.items():
        steps = (("added", "minor"), ("removed", "major"), ("changed", "patch"))
        difference.changes.extend(Change(level, name, f"{counts[word]} rows {word}") for word, level in steps if counts[word])
    difference.changes.sort(key=lambda change: (-LEVELS.index(change.level), change.table, change.what))
    return difference


def _compare_rows(
    connection: duckdb.DuckDBPyConnection, difference: Difference, tables: tuple[Table, Table], sources: tuple[str, str]
) -> None:
    """Count and list the rows that differ. They meet by key and are compared column by column: DuckDB's hash() collides."""
    before, table = tables
    if before.primary_key != table.primary_key:
        return  # which rows are the same cannot be told; the change of the key is reported by itself
    counts = difference.rows[table.name] = {"added": 0, "removed": 0, "changed": 0}
    keys = list(table.primary_key)
    columns = [name for name in table.column_names if name in before.column_names and name not in keys]
    for query in _row_queries(connection, keys, columns, sources):
        cursor = connection.execute(query)
        while rows := cursor.fetchmany(10_000):
            for is_new, is_gone, *values in rows:
                change = "added" if is_new else "removed" if is_gone else "changed"
                counts[change] += 1
                if len(difference.cells) < MAX_CELLS:
                    key = ",".join(f"{name}={value}" for name, value in zip(keys, values, strict=False))
                    pairs = zip(columns, values[len(keys) :: 2], values[len(keys) + 1 :: 2], strict=True)
                    cells = (
                        [(name, was, now) for name, was, now in pairs if was != now]
                        if change == "changed"
                        else [("", None, None)]
                    )
                    difference.cells.extend(CellChange(table.name, change, key, *cell) for cell in cells)


def _row_queries(
    connection: duckdb.DuckDBPyConnection, keys: list[str], columns: list[str], sources: tuple[str, str]
) -> Iterator[str]:
    """Queries for the rows that differ, one for each range of keys, so that each join fits into memory."""
    old, new = sources
    first = quote_identifier(keys[0])
    numbered = f"SELECT {first}, row_number() OVER () AS nth FROM {old}"
    cuts = connection.execute(f"SELECT DISTINCT {first} FROM ({numbered}) WHERE nth % {ROWS_PER_JOIN} = 0 ORDER BY 1").fetchall()
    ranges = zip([None, *(cut for (cut,) in cuts)], [*(cut for (cut,) in cuts), None], strict=True)
    match = " AND ".join(f"a.{quote_identifier(key)} = b.{quote_identifier(key)}" for key in keys)
    differs = (
        " OR ".join(f"a.{quote_identifier(name)} IS DISTINCT FROM b.{quote_identifier(name)}" for name in columns) or "false"
    )
    shown = [f"coalesce(a.{quote_identifier(name)}, b.{quote_identifier(name)})::VARCHAR" for name in keys]
    shown += [f"{side}.{quote_identifier(name)}::VARCHAR" for name in columns for side in "ab"]
    order = ", ".join(str(3 + at) for at in range(len(keys)))
    for low, high in ranges:
        bounds = [f"{first} >= {quote_literal(low)}"] * (low is not None) + [f"{first} < {quote_literal(high)}"] * (
            high is not None
        )
        part = f"WHERE {' AND '.join(bounds)}" if bounds else ""
        yield (
            f"SELECT a.{first} IS NULL, b.{first} IS NULL, {', '.join(shown)} "
            f"FROM (FROM {old} {part}) a FULL JOIN (FROM {new} {part}) b ON {match} "
            f"WHERE a.{first} IS NULL OR b.{first} IS NULL OR {differs} ORDER BY {order}"
        )
