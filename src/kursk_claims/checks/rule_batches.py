"""Find out in a thread, with few queries, which rules hold: DuckDB works while Python imports and polars checks columns."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import duckdb

from kursk_claims.checks.duckdb_rules import has_key_columns, subquery_of
from kursk_claims.contract.model import SqlStatement, Table

BATCH_SIZE = 20  # rules in one query; planning takes longer than linear in their number


class RuleBatches:
    """Rules that are run in a thread, on a connection of its own; `satisfied` has those that find nothing.

    A rule that is not among them may be broken or wrong, or beside one that is wrong, and is to be run by itself.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, rules: Sequence[SqlStatement], tables: Mapping[str, Table]) -> None:
        """Start. `tables` are those of the contract."""
        self.connection = connection
        self.satisfied: set[str] = set()
        self._rules, self._tables = rules, tables
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._interruption: duckdb.InterruptException | None = None
        self._thread.start()

    def wait(self) -> None:
        """Wait for the end. Raises `duckdb.InterruptException` if the connection was interrupted."""
        self._thread.join()
        if self._interruption is not None:
            raise self._interruption

    def stop(self) -> None:
        """Interrupt the queries and wait for the end."""
        while self._thread.is_alive():
            self.connection.interrupt()
            self._thread.join(0.05)

    def _run(self) -> None:
        for start in range(0, len(self._rules), BATCH_SIZE):
            batch = self._rules[start : start + BATCH_SIZE]
            try:
                self.satisfied.update(_find_satisfied_rules(self.connection, batch, self._tables))
            except duckdb.InterruptException as error:
                self._interruption = error
                return
            except (duckdb.Error, ValueError, MemoryError):  # run by itself, the rule at fault is named
                continue


def _find_satisfied_rules(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[SqlStatement], tables: Mapping[str, Table]
) -> list[str]:
    """Return the names of rules that find nothing and have the right columns, which the type of a row shows."""
    rows = [f"(SELECT broken FROM {subquery_of(rule)} AS broken LIMIT 1)" for rule in rules]
    statements = connection.extract_statements(f"SELECT {', '.join(rows)}")
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        return []
    result = connection.execute(statements[0])
    types = [column[1] for column in result.description or []]
    found = result.fetchall()[0]
    if len(types) != len(rules):
        return []
    return [
        rule.name
        for rule, kind, row in zip(rules, types, found, strict=True)
        if row is None and has_key_columns([name for name, _ in kind.children], tables[rule.header["table"]])
    ]
