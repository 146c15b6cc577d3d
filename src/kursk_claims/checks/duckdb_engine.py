"""Key, reference and rule checks in DuckDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import duckdb

from kursk_claims.checks.engine import MAX_FAULTS, MAX_SUGGESTED_KEYS, contract_rows, key_fault, reference_fault, rule_fault
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Column, SqlStatement, Table, rule_columns
from kursk_claims.database.sql import insert_rows, quote_identifier, quote_literal
from kursk_claims.errors import ContractError
from kursk_claims.report.model import Faults
from kursk_claims.report.values import format_values
from kursk_claims.tables.table_input import TableInput

if TYPE_CHECKING:
    import polars as pl
    import pyarrow


KEYS_PER_GROUPING = 8_000_000  # keys that are grouped at a time: DuckDB does not spill all of what it groups by
INVALID_CELLS_TABLE = "CREATE TABLE invalid_cells(table_name VARCHAR, row BIGINT, column_name VARCHAR)"


def mark_invalid(connection: duckdb.DuckDBPyConnection, table: str, cells: Mapping[str, pl.Series], /) -> None:
    """Note cells at fault, by column their rows, so that no other check reports them again."""
    import polars as pl

    frames = [pl.DataFrame({"row": rows.cast(pl.Int64)}).with_columns(name=pl.lit(name)) for name, rows in cells.items()]
    connection.register("_cells", pl.concat(frames))
    connection.execute("INSERT INTO invalid_cells SELECT ?, row, name FROM _cells", [table])
    connection.unregister("_cells")


def find_key_faults(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    limit: int = MAX_FAULTS,
    *,
    invalid_cells: Sequence[str] = (),
    among: pl.DataFrame | None = None,
) -> Faults:
    """Rows whose key another row has already; the keys of all these rows are put among the invalid_cells cells.

    `among` are the only keys that may stand twice, where it is known which.
    """
    keys = _column_list(table.primary_key)
    whole = " AND ".join(f"{quote_identifier(name)} IS NOT NULL" for name in table.primary_key)
    rows = quote_identifier(table.name)
    if among is not None:
        connection.register("_among", among)
        rows += f" SEMI JOIN _among USING ({keys})"
    ((height,),) = connection.execute(f"SELECT count(*) FROM {quote_identifier(table.name)}").fetchall()
    parts = 1 + height // KEYS_PER_GROUPING if among is None else 1
    connection.execute(f"CREATE OR REPLACE TEMP TABLE doubled AS SELECT {keys} FROM {quote_identifier(table.name)} LIMIT 0")
    for part in range(parts):
        here = f"{whole} AND hash({keys}) % {parts} = {part}" if parts > 1 else whole  # equal keys fall into the same part
        connection.execute(f"INSERT INTO doubled SELECT {keys} FROM {rows} WHERE {here} GROUP BY {keys} HAVING count(*) > 1")
    if not connection.execute("SELECT count(*) FROM doubled").fetchall()[0][0]:
        return Faults()
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE twice AS SELECT _row, {keys} FROM {_numbered_rows(table)} JOIN doubled USING ({keys})"
    )
    first = f"SELECT {keys}, min(_row) AS first FROM twice GROUP BY {keys}"
    query = f"SELECT _row, first, {keys} FROM twice JOIN ({first}) USING ({keys}) WHERE _row > first"
    count, found = _collect_hits(connection, query + _only_valid_cells(table, invalid_cells), limit)
    for name in table.primary_key:
        connection.execute(
            f"INSERT INTO invalid_cells SELECT {quote_literal(table.name)}, _row, {quote_literal(name)} FROM twice"
        )
    return Faults(count, [key_fault(table, *row) for row in found])


def find_reference_faults(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    column: Column,
    limit: int = MAX_FAULTS,
    *,
    parents: Sequence[str] = (),
    invalid_cells: Sequence[str] = (),
) -> Faults:
    """Cells that point at a row that is not there: in no one of `parents`, or in the table that the contract names.

    They are put among the invalid_cells cells.
    """
    assert column.references is not None
    parent, key = column.references
    name = quote_identifier(column.name)
    keys = " UNION ALL ".join(f"SELECT {quote_identifier(key)} FROM {quote_identifier(each)}" for each in parents or [parent])
    query = (
        f"SELECT _row, {name} AS value, {_column_list(table.primary_key)} FROM {_numbered_rows(table)} AS r ANTI JOIN ({keys}) AS p ON "
        f"r.{name} = p.{quote_identifier(key)} WHERE {name} IS NOT NULL" + _only_valid_cells(table, invalid_cells)
    )
    count, rows = _collect_hits(connection, query, limit)
    if not count:
        return Faults()
    connection.execute(
        f"INSERT INTO invalid_cells SELECT {quote_literal(table.name)}, _row, {quote_literal(column.name)} FROM hits"
    )
    known = [
        value
        for (value,) in connection.execute(f"SELECT DISTINCT * FROM ({keys}) ORDER BY ALL LIMIT {MAX_SUGGESTED_KEYS}").fetchall()
    ]
    return Faults(count, [reference_fault(table, column, known, *row) for row in rows])


def find_rule_faults(
    connection: duckdb.DuckDBPyConnection,
    rule: SqlStatement,
    table: Table,
    limit: int = MAX_FAULTS,
    *,
    invalid_cells: Sequence[str] = (),
) -> Faults:
    """The rows of the rule's table whose keys its query returns; a column `found` says what was found.

    Raises `ContractError` where the query does not run, or returns what is no key of the table.
    """
    if not _collect_broken_keys(connection, rule, table):
        return Faults()
    keys, columns = _column_list(table.primary_key), rule_columns(rule)
    joined = f"SELECT _row, told, {keys}, {_column_list(columns)} FROM {_numbered_rows(table)} JOIN broken USING ({keys})"
    count, rows = _collect_hits(connection, joined, limit, where=_only_valid_cells(table, invalid_cells))
    lost = connection.execute(f"FROM broken ANTI JOIN hits USING ({keys}) LIMIT 1").fetchall()
    if lost:
        at = f"{rule.path}:{rule.line}:1: rule {rule.name}"
        raise ContractError(f"{at}: expected keys of {table.name}, got {format_values(lost[0][:-1])}")
    return Faults(count, [rule_fault(rule, table, *row) for row in rows])


def run_rule(connection: duckdb.DuckDBPyConnection, rule: SqlStatement, table: Table) -> set[tuple[tuple[Any, ...], str]]:
    """The keys that break a rule, each with the words of its `found` column, empty where it has none."""
    _collect_broken_keys(connection, rule, table)
    return {(tuple(key), told) for *key, told in connection.execute("FROM broken").fetchall()}


def _collect_broken_keys(connection: duckdb.DuckDBPyConnection, rule: SqlStatement, table: Table) -> bool:
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
    keys = ", ".join(f"{quote_identifier(name)}::{types[name]} AS {quote_identifier(name)}" for name in table.primary_key)
    try:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE broken AS SELECT DISTINCT {keys}, {told}::VARCHAR AS told FROM answer")
    except duckdb.ConversionException as error:
        raise ContractError(f"{at}: expected keys of {table.name}: {str(error).strip()}") from None
    return bool(connection.execute("FROM broken LIMIT 1").fetchall())


def _column_list(names: Sequence[str]) -> str:
    return ", ".join(quote_identifier(name) for name in names)


def _numbered_rows(table: Table) -> str:
    return quote_identifier(f"rows of {table.name}")


def _only_valid_cells(table: Table, columns: Sequence[str]) -> str:
    """A condition that leaves out rows in which one of the columns is at fault already."""
    if not columns:
        return ""
    names = ", ".join(quote_literal(name) for name in columns)
    cells = f"SELECT row FROM invalid_cells WHERE table_name = {quote_literal(table.name)} AND column_name IN ({names})"
    return f" AND _row NOT IN ({cells})"


def _collect_hits(
    connection: duckdb.DuckDBPyConnection, query: str, limit: int, *, where: str = ""
) -> tuple[int, list[tuple[Any, ...]]]:
    """Put the rows that a query gives into the table `hits`; how many they are, and the first of them by their numbers."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE hits AS {query}")
    found = f"FROM hits WHERE true{where}"
    ((count,),) = connection.execute(f"SELECT count(*) {found}").fetchall()
    return count, connection.execute(f"{found} ORDER BY ALL LIMIT {limit}").fetchall() if count and limit else []


def load_tables(connection: duckdb.DuckDBPyConnection, batches: dict[str, pyarrow.Table]) -> None:
    """Put tables into the database, each with the numbers of its rows beside it."""
    for name, batch in batches.items():
        connection.register("_batch", batch)
        connection.execute(f"CREATE TABLE {quote_identifier(name)} AS FROM _batch")
        connection.execute(
            f"CREATE VIEW {quote_identifier(f'rows of {name}')} AS SELECT rowid AS _row, * FROM {quote_identifier(name)}"
        )
        connection.unregister("_batch")


def load_contract_tables(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Put the contract itself, which rules read, into the database as `contract_columns` and `contract_codes`."""
    columns, codes = contract_rows(contract)
    connection.execute(
        "CREATE TABLE contract_columns"
        "(table_name VARCHAR, column_name VARCHAR, type VARCHAR, nullable BOOLEAN, in_key BOOLEAN, unit VARCHAR);"
        f"CREATE TABLE contract_codes(field VARCHAR, code VARCHAR); {INVALID_CELLS_TABLE}"
    )
    insert_rows(connection, "contract_columns", columns)
    insert_rows(connection, "contract_codes", codes)


def create_file_views(connection: duckdb.DuckDBPyConnection, given: TableInput) -> None:
    """Make the table, and `rows of` it, known to DuckDB."""
    name, rows = quote_identifier(given.table.name), quote_identifier(f"rows of {given.table.name}")
    columns = ", ".join(
        f"{quote_identifier(each.name)}::{each.sql_type} AS {quote_identifier(each.name)}" for each in given.table.columns
    )
    files = [(str(part.parquet), first) for part, first in zip(given.parts, given.firsts, strict=True) if part.parquet]
    if not files:
        empty = ", ".join(f"NULL::{each.sql_type} AS {quote_identifier(each.name)}" for each in given.table.columns)
        connection.execute(f"CREATE VIEW {name} AS SELECT {empty} WHERE false")
        connection.execute(f"CREATE VIEW {rows} AS SELECT 0::BIGINT AS _row, * FROM {name}")
        return
    paths = f"[{', '.join(quote_literal(path) for path, _ in files)}]"
    parts = f"(VALUES {', '.join(f'({quote_literal(path)}, {first})' for path, first in files)}) AS parts(filename, _first)"
    numbered = f"read_parquet({paths}, file_row_number = true, filename = true, hive_partitioning = false)"
    connection.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM read_parquet({paths}, hive_partitioning = false)")
    connection.execute(
        f"CREATE VIEW {rows} AS SELECT file_row_number + _first AS _row, {columns} FROM {numbered} JOIN {parts} USING (filename)"
    )
