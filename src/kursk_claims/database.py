"""DuckDB over the records or a release: tables, views and guarded queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from kursk_claims.contract import Contract, Table


class RecordsError(Exception):
    """The records cannot be loaded as they are."""


class QueryError(Exception):
    """A statement is not one that reads, or DuckDB refuses it."""


def quoted(name: str | Path) -> str:
    """A string literal of SQL."""
    return "'" + str(name).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def open_records(
    records: Path, contract: Contract, *, locked: bool = True, memory: int | None = None
) -> duckdb.DuckDBPyConnection:
    """An in-memory database with a table per CSV, typed by the contract, and the views.

    DuckDB reads the files itself, which keeps Arrow out of a query's start-up. The database is locked before the views, which
    may be other people's SQL, are made. Raises `RecordsError`.
    """
    connection = duckdb.connect()
    for table in contract.tables.values():
        order = ", ".join(identifier(name) for name in table.primary_key)
        try:
            connection.execute(
                f"CREATE TABLE {identifier(table.name)} AS SELECT * FROM {csv_source(records, table)} ORDER BY {order}"
            )
        except duckdb.Error as error:
            what = str(error).strip().split("\n")[0]
            raise RecordsError(
                f"{records / f'{table.name}.csv'}: {what}. Run `kursk-claims validate` to see what is wrong."
            ) from None
    if locked:
        guard(connection, memory)
    create_views(connection, contract)
    return connection


def csv_source(records: Path, table: Table) -> str:
    """SQL that reads a table's CSV with the contract's types. Raises `RecordsError`."""
    _check_header(records / f"{table.name}.csv", table)
    types = ", ".join(f"{quoted(column.name)}: {quoted(column.sql_type)}" for column in table.columns)
    return (
        f"read_csv({quoted(records / f'{table.name}.csv')}, columns = {{{types}}}, auto_detect = false, header = true, "
        "delim = ',', quote = '\"', escape = '\"', nullstr = '')"
    )


def _check_header(path: Path, table: Table) -> None:
    """DuckDB takes given columns by position, whatever the header says, and an empty file for a table without rows."""
    try:
        with path.open("rb") as file:
            found = file.readline().removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n")
    except OSError as error:
        raise RecordsError(f"{path}: {error.strerror}. Run `kursk-claims validate` to see what is wrong.") from None
    if found.replace(b'"', b"").decode("utf-8", "replace") != ",".join(table.column_names):
        raise RecordsError(f"{path}:1:1: not the columns of the schema. Run `kursk-claims validate` to see what is wrong.")


def create_views(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Create the contract's views in their order. Raises `ContractError` where one does not run."""
    from kursk_claims.contract import ContractError

    for view in contract.views:
        at = f"{view.path}:{view.line}:1: view {view.name}"
        try:
            if (count := len(connection.extract_statements(view.sql))) != 1:
                raise ContractError(f"{at}: expected one statement, found {count}.")
            connection.execute(view.sql)
        except (duckdb.Error, ValueError) as error:
            raise ContractError(f"{at}: {error}") from None


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert some hundred rows in one statement; `executemany` takes a millisecond for each."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(f"INSERT INTO {identifier(table)} SELECT {', '.join('unnest(?)' for _ in columns)}", columns)


SHUT = (
    "SET autoinstall_known_extensions = false; SET autoload_known_extensions = false; SET allow_persistent_secrets = false; "
    "SET enable_external_access = false; SET python_enable_replacements = false; SET lock_configuration = true"
)


def guard(connection: duckdb.DuckDBPyConnection, memory: int | None = None) -> None:
    """Shut files, network, extensions, secrets and settings, and bound what DuckDB counts as its memory, in bytes.

    A guard rail for other people's SQL, not a security boundary. Files for spilling are off too: DuckDB would let SQL read and
    write in the folder that it keeps for them.
    """
    limit = f"SET memory_limit = '{memory}B'; " if memory is not None else ""
    connection.execute(f"{limit}SET temp_directory = ''; {SHUT}")


def guard_files(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> None:
    """The same, but these files may be read, and the folder for spilling stays."""
    connection.execute(f"SET allowed_paths = [{', '.join(quoted(path) for path in files)}]; {SHUT}")


@contextmanager
def read_only(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """A transaction that refuses to write, which a SELECT can too (`WITH … AS (DELETE …) SELECT …`)."""
    connection.execute("BEGIN TRANSACTION READ ONLY")
    try:
        yield
    finally:
        with suppress(duckdb.TransactionException):  # `EXPLAIN ANALYZE ROLLBACK` has ended it already
            connection.execute("ROLLBACK")


def add_comments(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Put titles and descriptions on tables, views and columns, as SQL comments."""
    for table in contract.tables.values():
        connection.execute(f"COMMENT ON TABLE {identifier(table.name)} IS {quoted(table.description)}")
        for column in table.columns:
            words = column.description + (f" [{column.unit}]" if column.unit else "")
            connection.execute(f"COMMENT ON COLUMN {identifier(table.name)}.{identifier(column.name)} IS {quoted(words)}")
    for view in contract.views:
        connection.execute(f"COMMENT ON VIEW {identifier(view.name)} IS {quoted(view.header['says'])}")
