"""The difference of two releases or contracts, by table, row and cell, and the version step that follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from kursk_claims.contract import Column, Contract, Table, read_contract
from kursk_claims.database import csv_source, identifier, quoted
from kursk_claims.workspace import WorkspaceError

LEVELS = ["none", "patch", "minor", "major"]
LISTED = 1_000_000  # cells that are listed; all are counted
RANGE = 1_000_000  # rows that are joined at a time
MEMORY = "1500MB"


@dataclass(frozen=True)
class Change:
    """One difference between two contracts or two sets of rows, and the version step that it demands."""

    level: str
    table: str
    what: str


@dataclass(frozen=True)
class Cell:
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
    cells: list[Cell] = field(default_factory=list)
    rows: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def step(self) -> str:
        return max((change.level for change in self.changes), key=LEVELS.index, default="none")


@dataclass(frozen=True)
class Side:
    """What is compared: a contract and, where there are rows, for each table the SQL that reads it."""

    name: str
    contract: Contract
    sources: dict[str, str]


def open_side(folder: Path, name: str) -> Side:
    """A release, a folder of Parquet with schemas, a workspace, or a folder of schemas alone. Raises `WorkspaceError`."""
    if (folder / "dataset" / "records").is_dir():
        return _records_side(folder / "dataset" / "records", folder / "schemas", name)
    if (folder / "schemas").is_dir():
        contract = read_contract(folder / "schemas")
        files = {table: folder / f"{table}.parquet" for table in contract.tables}
        return Side(name, contract, {table: f"read_parquet({quoted(path)})" for table, path in files.items() if path.is_file()})
    if any(folder.glob("*.yaml")):
        return Side(name, read_contract(folder), {})
    raise WorkspaceError(f"{folder} is neither a release nor a workspace nor a folder of schemas")


def _records_side(records: Path, schemas: Path, name: str) -> Side:
    contract = read_contract(schemas)
    return Side(name, contract, {table.name: csv_source(records, table) for table in contract.tables.values()})


def compare(old: Side, new: Side) -> Difference:
    """What became different from `old` to `new`."""
    difference = Difference(list(contract_changes(old.contract, new.contract)))
    connection = duckdb.connect(config={"memory_limit": MEMORY, "preserve_insertion_order": False})
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
                if len(difference.cells) < LISTED:
                    key = ",".join(f"{name}={value}" for name, value in zip(keys, values, strict=False))
                    pairs = zip(columns, values[len(keys) :: 2], values[len(keys) + 1 :: 2], strict=True)
                    cells = (
                        [(name, was, now) for name, was, now in pairs if was != now]
                        if change == "changed"
                        else [("", None, None)]
                    )
                    difference.cells.extend(Cell(table.name, change, key, *cell) for cell in cells)


def _row_queries(
    connection: duckdb.DuckDBPyConnection, keys: list[str], columns: list[str], sources: tuple[str, str]
) -> Iterator[str]:
    """Queries for the rows that differ, one for each range of keys, so that each join fits into memory."""
    old, new = sources
    first = identifier(keys[0])
    numbered = f"SELECT {first}, row_number() OVER () AS nth FROM {old}"
    cuts = connection.execute(f"SELECT DISTINCT {first} FROM ({numbered}) WHERE nth % {RANGE} = 0 ORDER BY 1").fetchall()
    ranges = zip([None, *(cut for (cut,) in cuts)], [*(cut for (cut,) in cuts), None], strict=True)
    match = " AND ".join(f"a.{identifier(key)} = b.{identifier(key)}" for key in keys)
    differs = " OR ".join(f"a.{identifier(name)} IS DISTINCT FROM b.{identifier(name)}" for name in columns) or "false"
    shown = [f"coalesce(a.{identifier(name)}, b.{identifier(name)})::VARCHAR" for name in keys]
    shown += [f"{side}.{identifier(name)}::VARCHAR" for name in columns for side in "ab"]
    order = ", ".join(str(3 + at) for at in range(len(keys)))
    for low, high in ranges:
        bounds = [f"{first} >= {quoted(low)}"] * (low is not None) + [f"{first} < {quoted(high)}"] * (high is not None)
        part = f"WHERE {' AND '.join(bounds)}" if bounds else ""
        yield (
            f"SELECT a.{first} IS NULL, b.{first} IS NULL, {', '.join(shown)} "
            f"FROM (FROM {old} {part}) a FULL JOIN (FROM {new} {part}) b ON {match} "
            f"WHERE a.{first} IS NULL OR b.{first} IS NULL OR {differs} ORDER BY {order}"
        )


def contract_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Tables, columns, codes, constraints, rules and views that differ, with the step that each demands."""
    for name in old.tables.keys() - new.tables.keys():
        yield Change("major", name, "table removed")
    for name in new.tables.keys() - old.tables.keys():
        yield Change("minor", name, "table added")
    for name in old.tables.keys() & new.tables.keys():
        yield from _table_changes(old.tables[name], new.tables[name])
    yield from _rule_changes(old, new)
    before, after = ({view.name: view for view in contract.views} for contract in (old, new))
    for name in before.keys() - after.keys():
        yield Change("major", name, "view removed")
    for name in after.keys() - before.keys():
        yield Change("minor", name, "view added")
    for name in before.keys() & after.keys():
        if before[name].sql != after[name].sql:
            yield Change("patch", name, "SQL of the view changed")


def _table_changes(old: Table, new: Table) -> Iterator[Change]:
    before, after = ({column.name: column for column in table.columns} for table in (old, new))
    for name in before.keys() - after.keys():
        yield Change("major", new.name, f"column {name} removed")
    for name in after.keys() - before.keys():
        nullable = after[name].nullable
        yield Change(
            "minor" if nullable else "major",
            new.name,
            f"column {name} added" + ("" if nullable else ", and it must have a value"),
        )
    shared = [name for name in new.column_names if name in before]
    if shared != [name for name in old.column_names if name in after]:
        yield Change("major", new.name, "columns in another order")
    if old.primary_key != new.primary_key:
        yield Change("major", new.name, f"key was {', '.join(old.primary_key)}, is {', '.join(new.primary_key)}")
    for name in shared:
        yield from _column_changes(new.name, before[name], after[name])
    if (old.title, old.description) != (new.title, new.description):
        yield Change("patch", new.name, "title or description changed")


def _column_changes(table: str, old: Column, new: Column) -> Iterator[Change]:
    gone = [code for code in old.codes if code not in new.codes]
    come = [code for code in new.codes if code not in old.codes]
    if "isin" in old.checks and "isin" in new.checks:
        if gone:
            yield Change("major", table, f"column {new.name}: codes removed: {', '.join(gone)}")
        if come:
            yield Change("minor", table, f"column {new.name}: codes added: {', '.join(come)}")
    facts = {
        "type": (old.dtype, new.dtype),
        "nullable": (old.nullable, new.nullable),
        "unit": (old.unit, new.unit),
        "references": (old.references, new.references),
    }
    for what, (was, now) in facts.items():
        if was != now:
            yield Change("major", table, f"column {new.name}: {what} was {was}, is {now}")
    for check in sorted(old.checks.keys() | new.checks.keys()):
        was, now = old.checks.get(check), new.checks.get(check)
        if was != now and not (check == "isin" and was and now):
            yield Change("major", table, f"column {new.name}: check {check} was {was}, is {now}")
    if (old.title, old.description, old.metadata.get("missing")) != (new.title, new.description, new.metadata.get("missing")):
        yield Change("patch", table, f"column {new.name}: title or description changed")


def _rule_changes(old: Contract, new: Contract) -> Iterator[Change]:
    before, after = ({rule.name: rule for rule in contract.rules} for contract in (old, new))
    for name in before.keys() - after.keys():
        yield Change("major", before[name].header["table"], f"rule {name} removed")
    for name in after.keys() - before.keys():
        table = after[name].header["table"]
        yield Change("major" if table in old.tables else "minor", table, f"rule {name} added")
    for name in before.keys() & after.keys():
        was, now = before[name], after[name]
        strict = [(rule.sql, rule.header["table"], rule.header["severity"], rule.header.get("needs")) for rule in (was, now)]
        if strict[0] != strict[1]:
            yield Change("major", now.header["table"], f"rule {name} changed")
        elif was.header != now.header:
            yield Change("patch", now.header["table"], f"rule {name}: words changed")
