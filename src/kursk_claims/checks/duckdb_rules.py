"""Run the query of a rule in DuckDB."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from kursk_claims.checks.duckdb_relations import create_temp
from kursk_claims.contract.model import SqlStatement, Table
from kursk_claims.database.sql import describe_error, quote_identifier
from kursk_claims.errors import ContractError


def collect_broken_keys(connection: duckdb.DuckDBPyConnection, rule: SqlStatement, table: Table) -> bool:
    """Fill `broken_keys` with each key that breaks a rule and `found_text`; returns whether there are any.

    Most rules find nothing, so the query runs for one row first, which saves two temporary tables.
    """
    result = f"FROM {subquery_of(rule)}"
    try:
        statements = connection.extract_statements(rule.sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise rule_error(rule, "expected exactly one SELECT")
        first = connection.execute(f"{result} LIMIT 1")
        names = [column[0] for column in first.description or []]
        is_broken = bool(first.fetchall())
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, ValueError) as error:
        raise rule_error(rule, *describe_error(error)) from None
    if not has_key_columns(names, table):
        expected = ", ".join(table.primary_key)
        raise rule_error(rule, f"expected the columns {expected} (and found), found {', '.join(names)}")
    if not is_broken:
        return False
    found = "found" if names[-1] == "found" else "''"
    keys = ", ".join(
        f"{quote_identifier(name)}::{table.column(name).type.duckdb} AS {quote_identifier(name)}" for name in table.primary_key
    )
    try:
        create_temp(connection, "broken_keys", f"SELECT DISTINCT {keys}, {found}::VARCHAR AS found_text {result}")
    except duckdb.ConversionException as error:
        problem, *excerpt = describe_error(error)
        raise rule_error(rule, f"expected keys of {table.name}: {problem}", *excerpt) from None
    return True


def subquery_of(rule: SqlStatement) -> str:
    """Return the query of a rule in parentheses; its last line may be a comment."""
    return f"({rule.sql.rstrip().removesuffix(';')}\n)"


def has_key_columns(names: Sequence[str], table: Table) -> bool:
    """Return whether the columns of a rule's query are the key of its table, with or without `found`."""
    return [*names] in ([*table.primary_key], [*table.primary_key, "found"])


def rule_error(rule: SqlStatement, problem: str, *excerpt: str) -> ContractError:
    """Describe a problem with a rule itself, at its place in its file; `excerpt` marks the place in its statement."""
    return ContractError(f"{rule.path}:{rule.line}:1: rule {rule.name}: {problem}", *excerpt)
