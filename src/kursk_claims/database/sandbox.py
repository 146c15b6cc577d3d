"""Block files, the network and settings for SQL from untrusted sources."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from kursk_claims.database.sql import escape_pattern, quote_literal

SANDBOX_SETTINGS = (
    "SET autoinstall_known_extensions = false; SET autoload_known_extensions = false; SET allow_persistent_secrets = false; "
    "SET enable_external_access = false; SET python_enable_replacements = false; SET lock_configuration = true"
)


def sandbox(connection: duckdb.DuckDBPyConnection, memory: int | None = None) -> None:
    """Block files, the network, extensions, secrets and settings on a connection, and limit DuckDB's memory, in bytes.

    Protects against untrusted SQL as a guard rail, not as a security boundary. Spilling to disk is off too, because DuckDB
    would let SQL read and write files in the spill folder.
    """
    limit = f"SET memory_limit = '{memory}B'; " if memory is not None else ""
    connection.execute(f"{limit}SET temp_directory = ''; {SANDBOX_SETTINGS}")


def sandbox_with_files(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> None:
    """Sandbox a connection, but let it read these files and spill to disk."""
    paths = {name for file in files for name in (os.path.realpath(file), escape_pattern(file))}
    connection.execute(f"SET allowed_paths = [{', '.join(map(quote_literal, sorted(paths)))}]; {SANDBOX_SETTINGS}")


def is_sandboxed(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether a connection is sandboxed, which nothing can undo."""
    setting = connection.execute("SELECT current_setting('lock_configuration') AND NOT current_setting('enable_external_access')")
    return bool(setting.fetchall()[0][0])


@contextmanager
def read_only_transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Run the block in a transaction that cannot write; even a SELECT could (`WITH … AS (DELETE …) SELECT …`)."""
    connection.execute("BEGIN TRANSACTION READ ONLY")
    try:
        yield
    finally:
        with suppress(duckdb.TransactionException):  # already ended, by `EXPLAIN ANALYZE ROLLBACK`
            connection.execute("ROLLBACK")
