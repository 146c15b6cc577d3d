"""Find out with few queries which checks find nothing: most do, and to plan a query takes longer than to run it on few rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import duckdb

from kursk_claims.checks.duckdb_rules import has_key_columns
from kursk_claims.contract.model import Table

BATCH_SIZE = 20  # checks in one query; planning takes longer than linear in their number


class Probe(NamedTuple):
    """A check, whose query, in parentheses, returns what it finds; with a `table`, its columns must be the key of that table."""

    name: str
    query: str
    table: Table | None = None


def find_satisfied(connection: duckdb.DuckDBPyConnection, probes: Sequence[Probe]) -> set[str]:
    """Return the names of checks that find nothing.

    Any other check may find something or be wrong, or be beside one that is wrong, and is to be run by itself.
    Raises `duckdb.InterruptException`.
    """
    satisfied: set[str] = set()
    for start in range(0, len(probes), BATCH_SIZE):
        try:
            satisfied.update(_find_satisfied_at_once(connection, probes[start : start + BATCH_SIZE]))
        except duckdb.InterruptException:
            raise
        except (duckdb.Error, ValueError, MemoryError):  # run by itself, the check at fault is named
            continue
    return satisfied


def _find_satisfied_at_once(connection: duckdb.DuckDBPyConnection, probes: Sequence[Probe]) -> list[str]:
    """Return the names of the checks that find nothing and have the right columns, which the type of a row shows."""
    rows = [f"(SELECT fault FROM {probe.query} AS fault LIMIT 1)" for probe in probes]
    statements = connection.extract_statements(f"SELECT {', '.join(rows)}")
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        return []
    result = connection.execute(statements[0])
    types = [column[1] for column in result.description or []]
    found = result.fetchall()[0]
    if len(types) != len(probes):
        return []
    return [
        probe.name
        for probe, kind, row in zip(probes, types, found, strict=True)
        if row is None and (probe.table is None or has_key_columns([name for name, _ in kind.children], probe.table))
    ]
