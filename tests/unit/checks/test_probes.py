"""Rules that are satisfied when many are probed at a time are those that would find nothing by themselves."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from kursk_claims.checks import probes
from kursk_claims.checks.duckdb_rules import subquery_of
from kursk_claims.checks.probes import Probe, find_satisfied
from kursk_claims.contract.model import SqlStatement
from rule_cases import CONTRACT

QUERIES = {
    "satisfied": "SELECT claim_id FROM claims WHERE false -- the last line",
    "satisfied-with-words": "SELECT claim_id, 'what' AS found FROM claims WHERE false",
    "broken": "SELECT claim_id FROM claims",
    "broken-without-key": "SELECT NULL::VARCHAR AS claim_id FROM claims",
    "other-columns": "SELECT claim_id, polarity FROM claims WHERE false",
    "other-order": "SELECT 'what' AS found, claim_id FROM claims WHERE false",
    "no-key": "SELECT polarity FROM claims WHERE false",
    "no-such-table": "SELECT claim_id FROM nowhere",
    "no-query": "SELEKT claim_id",
    "two-statements": "SELECT claim_id FROM claims WHERE false; SELECT claim_id FROM claims",
    "closes-the-parenthesis": "SELECT claim_id FROM claims WHERE false); DROP TABLE claims; --",
    "another-row": "SELECT claim_id FROM claims WHERE false) AS x LIMIT 1), (SELECT y FROM (SELECT claim_id FROM claims",
}


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE claims AS SELECT 'clm-001' AS claim_id, 'affirmed' AS polarity")
    return connection


def run(connection: duckdb.DuckDBPyConnection, *names: str) -> set[str]:
    rules = [SqlStatement(name, {"table": "claims"}, QUERIES[name], Path("rules.sql"), 1) for name in names]
    return find_satisfied(connection, [Probe(rule.name, subquery_of(rule), CONTRACT.tables["claims"]) for rule in rules])


@pytest.mark.parametrize("name", QUERIES)
def test_only_a_right_rule_that_finds_nothing_is_satisfied(name: str, connection: duckdb.DuckDBPyConnection) -> None:
    satisfied = {name} & {"satisfied", "satisfied-with-words"}
    assert run(connection, name) == satisfied
    others = (
        {"satisfied"}
        if satisfied or name in {"broken", "broken-without-key", "other-columns", "other-order", "no-key"}
        else set()
    )
    assert run(connection, "satisfied", name) == satisfied | others
    assert connection.execute("SELECT count(*) FROM claims").fetchall() == [(1,)]


def test_a_wrong_rule_leaves_other_batches_alone(connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "BATCH_SIZE", 1)
    assert run(connection, *QUERIES) == {"satisfied", "satisfied-with-words"}
