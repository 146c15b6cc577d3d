"""Keys, references and rules, checked by DuckDB.

Each check tells how often it failed and the first of its faults, so that a million failures take the room of ten. In DuckDB a
table `x` has beside it `rows of x`, the same with its rows' numbers as `_row`, and `spoiled` lists cells that are at fault
already: what a check finds at one of those would only repeat it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb

from kursk_claims import text
from kursk_claims.contract import Column, Contract, ContractError, Statement, Table, nearest, rule_columns
from kursk_claims.database import identifier, insert_rows, quoted
from kursk_claims.records import shown

if TYPE_CHECKING:
    import polars as pl
    import pyarrow

MOST = 999_999  # faults of one check that are told; DuckDB's min() lists no more
AT_ONCE = 8_000_000  # keys that are grouped at a time: DuckDB does not spill all of what it groups by
KNOWN = 10_000  # keys among which the nearest to a wrong one is looked for
SPOILED = "CREATE TABLE spoiled(table_name VARCHAR, row BIGINT, column_name VARCHAR)"


@dataclass(frozen=True)
class Fault:
    """A failed check at a row of a table: `row` counts from 0 in the order in which the rows were given.

    `values` are the cells of the row's key; `first`, for a key that stands twice, is the row that has it first.
    """

    table: str
    row: int
    columns: tuple[str, ...]
    rule: str
    expected: str
    found: str
    fix: str
    severity: str = "error"
    values: tuple[Any, ...] = ()
    first: int | None = None


@dataclass(frozen=True)
class Faults:
    """How often one check failed, and its first faults by row."""

    count: int = 0
    first: list[Fault] = field(default_factory=list)


def spoil(connection: duckdb.DuckDBPyConnection, table: str, cells: Mapping[str, pl.Series], /) -> None:
    """Note cells at fault, by column their rows, so that no other check reports them again."""
    import polars as pl

    frames = [pl.DataFrame({"row": rows.cast(pl.Int64)}).with_columns(name=pl.lit(name)) for name, rows in cells.items()]
    connection.register("_cells", pl.concat(frames))
    connection.execute("INSERT INTO spoiled SELECT ?, row, name FROM _cells", [table])
    connection.unregister("_cells")


def key_faults(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    limit: int = MOST,
    *,
    spoiled: Sequence[str] = (),
    among: pl.DataFrame | None = None,
) -> Faults:
    """Rows whose key another row has already; the keys of all these rows are put among the spoiled cells.

    `among` are the only keys that may stand twice, where it is known which.
    """
    keys = _list(table.primary_key)
    whole = " AND ".join(f"{identifier(name)} IS NOT NULL" for name in table.primary_key)
    rows = identifier(table.name)
    if among is not None:
        connection.register("_among", among)
        rows += f" SEMI JOIN _among USING ({keys})"
    ((height,),) = connection.execute(f"SELECT count(*) FROM {identifier(table.name)}").fetchall()
    parts = 1 + height // AT_ONCE if among is None else 1
    connection.execute(f"CREATE OR REPLACE TEMP TABLE doubled AS SELECT {keys} FROM {identifier(table.name)} LIMIT 0")
    for part in range(parts):
        here = f"{whole} AND hash({keys}) % {parts} = {part}" if parts > 1 else whole  # equal keys fall into the same part
        connection.execute(f"INSERT INTO doubled SELECT {keys} FROM {rows} WHERE {here} GROUP BY {keys} HAVING count(*) > 1")
    if not connection.execute("SELECT count(*) FROM doubled").fetchall()[0][0]:
        return Faults()
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE twice AS SELECT _row, {keys} FROM {_rows(table)} JOIN doubled USING ({keys})"
    )
    first = f"SELECT {keys}, min(_row) AS first FROM twice GROUP BY {keys}"
    query = f"SELECT _row, first, {keys} FROM twice JOIN ({first}) USING ({keys}) WHERE _row > first"
    count, found = _hits(connection, query + _unspoiled(table, spoiled), limit)
    for name in table.primary_key:
        connection.execute(f"INSERT INTO spoiled SELECT {quoted(table.name)}, _row, {quoted(name)} FROM twice")
    return Faults(count, [key_fault(table, *row) for row in found])


def key_fault(table: Table, row: int, first: int, *key: Any) -> Fault:
    """The fault at a row whose key stands first in another."""
    expected, fix = "a key of its own", "Remove one of the rows, or give it another key."
    return Fault(table.name, row, table.primary_key, "key", expected, _told(key), fix, values=key, first=first)


def reference_faults(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    column: Column,
    limit: int = MOST,
    *,
    parents: Sequence[str] = (),
    spoiled: Sequence[str] = (),
) -> Faults:
    """Cells that point at a row that is not there: in no one of `parents`, or in the table that the contract names.

    They are put among the spoiled cells.
    """
    assert column.references is not None
    parent, key = column.references
    name = identifier(column.name)
    keys = " UNION ALL ".join(f"SELECT {identifier(key)} FROM {identifier(each)}" for each in parents or [parent])
    query = (
        f"SELECT _row, {name} AS value, {_list(table.primary_key)} FROM {_rows(table)} AS r ANTI JOIN ({keys}) AS p ON "
        f"r.{name} = p.{identifier(key)} WHERE {name} IS NOT NULL" + _unspoiled(table, spoiled)
    )
    count, rows = _hits(connection, query, limit)
    if not count:
        return Faults()
    connection.execute(f"INSERT INTO spoiled SELECT {quoted(table.name)}, _row, {quoted(column.name)} FROM hits")
    known = [value for (value,) in connection.execute(f"SELECT DISTINCT * FROM ({keys}) ORDER BY ALL LIMIT {KNOWN}").fetchall()]
    return Faults(count, [reference_fault(table, column, known, *row) for row in rows])


def reference_fault(table: Table, column: Column, known: Sequence[Any], row: int, value: Any, *key: Any) -> Fault:
    """The fault at a cell that points at no row."""
    assert column.references is not None
    parent, name = column.references
    expected, fix = f"the {name} of a row in {parent}", f"Correct the id, or add its row to {parent}."
    found = f"{value!r}{nearest(value, known)}"
    return Fault(table.name, row, (column.name,), "reference", expected, found, fix, values=key)


def rule_faults(
    connection: duckdb.DuckDBPyConnection, rule: Statement, table: Table, limit: int = MOST, *, spoiled: Sequence[str] = ()
) -> Faults:
    """The rows of the rule's table whose keys its query returns; a column `found` says what was found.

    Raises `ContractError` where the query does not run, or returns what is no key of the table.
    """
    if not _run(connection, rule, table):
        return Faults()
    keys, columns = _list(table.primary_key), rule_columns(rule)
    joined = f"SELECT _row, told, {keys}, {_list(columns)} FROM {_rows(table)} JOIN broken USING ({keys})"
    count, rows = _hits(connection, joined, limit, where=_unspoiled(table, spoiled))
    lost = connection.execute(f"FROM broken ANTI JOIN hits USING ({keys}) LIMIT 1").fetchall()
    if lost:
        at = f"{rule.path}:{rule.line}:1: rule {rule.name}"
        raise ContractError(f"{at}: expected keys of {table.name}, got {_told(lost[0][:-1])}")
    return Faults(count, [rule_fault(rule, table, *row) for row in rows])


def rule_fault(rule: Statement, table: Table, row: int, told: str | None, *cells: Any) -> Fault:
    """The fault at a row that breaks a rule; `cells` are those of its key and of the rule's columns."""
    width, columns = len(table.primary_key), rule_columns(rule)
    found = told or ", ".join(f"{name}={shown(cell)}" for name, cell in zip(columns, cells[width:], strict=True))
    says = (rule.header["says"], found, rule.header["fix"], rule.header["severity"])
    return Fault(table.name, row, tuple(columns), rule.name, *says, values=cells[:width])


def run_rule(connection: duckdb.DuckDBPyConnection, rule: Statement, table: Table) -> set[tuple[tuple[Any, ...], str]]:
    """The keys that break a rule, each with the words of its `found` column, empty where it has none."""
    _run(connection, rule, table)
    return {(tuple(key), told) for *key, told in connection.execute("FROM broken").fetchall()}


def _run(connection: duckdb.DuckDBPyConnection, rule: Statement, table: Table) -> bool:
    """Put the keys that break a rule, each once, and `told` into the table `broken`; whether there are any.

    Raises `ContractError` where the rule is none.
    """
    at = f"{rule.path}:{rule.line}:1: rule {rule.name}"
    try:
        statements = connection.extract_statements(rule.sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise ContractError(f"{at}: expected exactly one SELECT")
        connection.execute(f"CREATE OR REPLACE TEMP TABLE answer AS FROM ({rule.sql.rstrip().removesuffix(';')}\n)")
    except (duckdb.Error, ValueError) as error:
        raise ContractError(f"{at}: {str(error).strip()}") from None
    names = [column[0] for column in connection.execute("FROM answer LIMIT 1").description or []]
    if names not in ([*table.primary_key], [*table.primary_key, "found"]):
        raise ContractError(f"{at}: expected the columns {', '.join(table.primary_key)} (and found), got {', '.join(names)}")
    told = "found" if names[-1] == "found" else "''"
    types = {column.name: column.sql_type for column in table.columns}
    keys = ", ".join(f"{identifier(name)}::{types[name]} AS {identifier(name)}" for name in table.primary_key)
    try:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE broken AS SELECT DISTINCT {keys}, {told}::VARCHAR AS told FROM answer")
    except duckdb.ConversionException as error:
        raise ContractError(f"{at}: expected keys of {table.name}: {str(error).strip()}") from None
    return bool(connection.execute("FROM broken LIMIT 1").fetchall())


def _told(values: Sequence[Any]) -> str:
    return ", ".join(map(shown, values))


def _list(names: Sequence[str]) -> str:
    return ", ".join(identifier(name) for name in names)


def _rows(table: Table) -> str:
    return identifier(f"rows of {table.name}")


def _unspoiled(table: Table, columns: Sequence[str]) -> str:
    """A condition that leaves out rows in which one of the columns is at fault already."""
    if not columns:
        return ""
    names = ", ".join(quoted(name) for name in columns)
    cells = f"SELECT row FROM spoiled WHERE table_name = {quoted(table.name)} AND column_name IN ({names})"
    return f" AND _row NOT IN ({cells})"


def _hits(connection: duckdb.DuckDBPyConnection, query: str, limit: int, *, where: str = "") -> tuple[int, list[tuple[Any, ...]]]:
    """Put the rows that a query gives into the table `hits`; how many they are, and the first of them by their numbers."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE hits AS {query}")
    found = f"FROM hits WHERE true{where}"
    ((count,),) = connection.execute(f"SELECT count(*) {found}").fetchall()
    return count, connection.execute(f"{found} ORDER BY ALL LIMIT {limit}").fetchall() if count and limit else []


def load(connection: duckdb.DuckDBPyConnection, batches: dict[str, pyarrow.Table]) -> None:
    """Put tables into the database, each with the numbers of its rows beside it."""
    for name, batch in batches.items():
        connection.register("_batch", batch)
        connection.execute(f"CREATE TABLE {identifier(name)} AS FROM _batch")
        connection.execute(f"CREATE VIEW {identifier(f'rows of {name}')} AS SELECT rowid AS _row, * FROM {identifier(name)}")
        connection.unregister("_batch")


def contract_rows(contract: Contract) -> tuple[list[tuple[Any, ...]], list[tuple[str, str]]]:
    """The rows of `contract_columns` and of `contract_codes`."""
    columns = [
        (table.name, column.name, column.sql_type, column.nullable, column.name in table.primary_key, column.unit)
        for table in contract.tables.values()
        for column in table.columns
    ]
    codes = [
        (f"{table.name}.{column.name}", code)
        for table in contract.tables.values()
        for column in table.columns
        for code in column.codes
    ]
    return columns, codes


def load_contract(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Put the contract itself, which rules read, into the database as `contract_columns` and `contract_codes`."""
    columns, codes = contract_rows(contract)
    connection.execute(
        "CREATE TABLE contract_columns"
        "(table_name VARCHAR, column_name VARCHAR, type VARCHAR, nullable BOOLEAN, in_key BOOLEAN, unit VARCHAR);"
        f"CREATE TABLE contract_codes(field VARCHAR, code VARCHAR); {SPOILED}"
    )
    insert_rows(connection, "contract_columns", columns)
    insert_rows(connection, "contract_codes", codes)


def load_surfaces(connection: duckdb.DuckDBPyConnection) -> None:
    """Read the numbers out of the surfaces of quantities."""
    surfaces = connection.execute("SELECT DISTINCT surface FROM quantities WHERE surface IS NOT NULL").fetchall()
    connection.execute("CREATE TABLE read_surfaces(surface VARCHAR, value DOUBLE)")
    insert_rows(connection, "read_surfaces", [(surface, text.read_number(surface)) for (surface,) in surfaces])
    connection.execute(
        "CREATE VIEW surface_values AS SELECT quantity_id, read_surfaces.value FROM quantities JOIN read_surfaces USING (surface)"
    )
