"""Switch off files, network and settings for SQL that others wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from kursk_claims.database.sql import quote_literal

SANDBOX_SETTINGS = (
    "SET autoinstall_known_extensions = false; SET autoload_known_extensions = false; SET allow_persistent_secrets = false; "
    "SET enable_external_access = false; SET python_enable_replacements = false; SET lock_configuration = true"
)


def sandbox(connection: duckdb.DuckDBPyConnection, memory: int | None = None) -> None:
    """Shut files, network, extensions, secrets and settings, and bound what DuckDB counts as its memory, in bytes.

    A guard rail for other people's SQL, not a security boundary. Files for spilling are off too: DuckDB would let SQL read and
    write in the folder that it keeps for them.
    """
    limit = f"SET memory_limit = '{memory}B'; " if memory is not None else ""
    connection.execute(f"{limit}SET temp_directory = ''; {SANDBOX_SETTINGS}")


def sandbox_with_files(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> None:
    """The same, but these files may be read, and the folder for spilling stays."""
    connection.execute(f"SET allowed_paths = [{', '.join(quote_literal(path) for path in files)}]; {SANDBOX_SETTINGS}")


@contextmanager
def read_only_transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """A transaction that refuses to write, which a SELECT can too (`WITH … AS (DELETE …) SELECT …`)."""
    connection.execute("BEGIN TRANSACTION READ ONLY")
    try:
        yield
    finally:
        with suppress(duckdb.TransactionException):  # `EXPLAIN ANALYZE ROLLBACK` has ended it already
            connection.execute("ROLLBACK")
