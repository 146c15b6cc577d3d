"""Arrow batches in, findings out: pandera for columns, DuckDB for keys, references and rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from kursk_claims.contract import Column, Contract, ContractError, Statement, Table, nearest, pandera_schema, rule_columns
from kursk_claims.database import identifier, insert_rows
from kursk_claims.records import shown

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True)
class Fault:
    """A failed check at a row of a table: `row` counts from 0 in the order in which the rows were given."""

    table: str
    row: int
    columns: tuple[str, ...]
    rule: str
    expected: str
    found: str
    fix: str
    severity: str = "error"


def column_faults(batch: pyarrow.Table, table: Table) -> Iterator[Fault]:
    """What pandera finds in a batch of a table's rows: types, nullability, codes, patterns, ranges."""
    import pandera.errors
    import polars as pl

    frame = pl.DataFrame(batch)
    try:
        pandera_schema(table, metadata=False).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        for case in errors.failure_cases.iter_rows(named=True):
            column = table.column(case["column"])
            if case["index"] is None:
                raise ContractError(f"{table.path}: {column.name}: {case['check']}: {case['failure_case']}") from None
            name = "not-null" if case["check"] == "not_nullable" else case["check"].partition("(")[0].replace("_", "-")
            value = batch[column.name][case["index"]].as_py()
            yield Fault(table.name, case["index"], (column.name,), name, *_words(column, case["check"], shown(value)))


def _words(column: Column, check: str, found: str) -> tuple[str, str, str]:
    """What was expected, what was found and what to do, for a failed check of a column."""
    meaning = f"{column.title}: {column.description}"
    if check == "not_nullable":
        return "a value", "empty", f"Give the cell a value. {meaning}"
    if check.startswith("isin"):
        return f"one of {', '.join(column.codes)}", f"{found!r}{nearest(found, column.codes)}", "Use a code of the list."
    limits = {"min_value": "from", "max_value": "to", "greater_than_or_equal_to": "from", "less_than_or_equal_to": "to"}
    name = check.partition("(")[0]
    value = column.checks.get(name)
    if name == "str_matches":
        expected = f"text like {column.metadata['example']} ({value})"
    elif isinstance(value, dict):
        what = "a text with a length" if name == "str_length" else "a number"
        expected = " ".join([what, *(f"{limits[key]} {limit}" for key, limit in value.items())])
    else:
        expected = f"a number {limits.get(name, name)} {value}"
    return expected, repr(found), meaning


def key_faults(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[tuple[Fault, int]]:
    """Rows whose key another row has already, each with the row that has it first."""
    keys = ", ".join(identifier(name) for name in table.primary_key)
    query = f"SELECT list(rowid ORDER BY rowid), {keys} FROM {identifier(table.name)} GROUP BY {keys} HAVING count(*) > 1"
    for rows, *key in connection.execute(query).fetchall():
        if None in key:
            continue
        for row in rows[1:]:
            found = ", ".join(shown(part) for part in key)
            yield (
                Fault(
                    table.name,
                    row,
                    table.primary_key,
                    "key",
                    "a key of its own",
                    found,
                    "Remove one of the rows, or give it another key.",
                ),
                rows[0],
            )


def reference_faults(connection: duckdb.DuckDBPyConnection, table: Table, column: Column) -> Iterator[Fault]:
    """Cells that point at a row that is not there."""
    assert column.references is not None
    parent, key = column.references
    name, source, target = identifier(column.name), identifier(table.name), identifier(parent)
    keys = f"SELECT {identifier(key)} FROM {target} WHERE {identifier(key)} IS NOT NULL"
    query = f"SELECT rowid, {name} FROM {source} WHERE {name} IS NOT NULL AND {name} NOT IN ({keys})"  # NULL is not in nothing
    missing = connection.execute(query).fetchall()
    if missing:
        known = [value for (value,) in connection.execute(keys).fetchall()]
        for row, value in missing:
            found = f"{value!r}{nearest(value, known)}"
            yield Fault(
                table.name,
                row,
                (column.name,),
                "reference",
                f"the {key} of a row in {parent}",
                found,
                f"Correct the id, or add its row to {parent}.",
            )


def rule_faults(connection: duckdb.DuckDBPyConnection, rule: Statement, table: Table) -> Iterator[Fault]:
    """The rows of the rule's table whose keys its query returns; a column `found` says what was found.

    Raises `ContractError` where the query does not run.
    """
    result = run_rule(connection, rule, table)
    if not result:
        return
    names = [*table.primary_key]
    wanted = ", ".join(["rowid", *(identifier(name) for name in names), *(identifier(name) for name in rule_columns(rule))])
    rows = {}
    for rowid, *cells in connection.execute(f"SELECT {wanted} FROM {identifier(table.name)} ORDER BY rowid DESC").fetchall():
        rows[tuple(cells[: len(names)])] = (rowid, cells[len(names) :])
    for key, told in result:
        rowid, cells = rows[key]
        found = told or ", ".join(f"{name}={shown(cell)}" for name, cell in zip(rule_columns(rule), cells, strict=True))
        yield Fault(
            table.name,
            rowid,
            tuple(rule_columns(rule)),
            rule.name,
            rule.header["says"],
            found,
            rule.header["fix"],
            rule.header["severity"],
        )


def run_rule(connection: duckdb.DuckDBPyConnection, rule: Statement, table: Table) -> set[tuple[tuple[Any, ...], str]]:
    """The keys that break a rule, each with the words of its `found` column, empty where it has none."""
    at = f"{rule.path}:{rule.line}:1: rule {rule.name}"
    try:
        statements = connection.extract_statements(rule.sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise ContractError(f"{at}: expected exactly one SELECT")
        cursor = connection.execute(rule.sql)
        names = [column[0] for column in cursor.description or []]
        if names not in ([*table.primary_key], [*table.primary_key, "found"]):
            raise ContractError(f"{at}: expected the columns {', '.join(table.primary_key)} (and found), got {', '.join(names)}")
        width = len(table.primary_key)
        return {(row[:width], row[width] if len(row) > width else "") for row in cursor.fetchall()}
    except (duckdb.Error, ValueError) as error:
        raise ContractError(f"{at}: {str(error).strip()}") from None


def load(connection: duckdb.DuckDBPyConnection, contract: Contract, batches: dict[str, pyarrow.Table]) -> None:
    """Put the tables, and the contract itself as `contract_columns` and `contract_codes`, into the database."""
    for name, batch in batches.items():
        connection.register("_batch", batch)
        connection.execute(f"CREATE TABLE {identifier(name)} AS FROM _batch")
        connection.unregister("_batch")
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
    connection.execute(
        "CREATE TABLE contract_columns"
        "(table_name VARCHAR, column_name VARCHAR, type VARCHAR, nullable BOOLEAN, in_key BOOLEAN, unit VARCHAR);"
        "CREATE TABLE contract_codes(field VARCHAR, code VARCHAR)"
    )
    insert_rows(connection, "contract_columns", columns)
    insert_rows(connection, "contract_codes", codes)
