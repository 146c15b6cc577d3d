"""Which rules run on Spark, and their translation."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from kursk_claims.contract.model import SqlStatement

VERIFIED_QUERIES = Path(__file__).with_name("verified.toml")
NOT_VERIFIED = "its query is not verified to give the same result on Spark"


@cache
def load_verified_queries() -> dict[str, dict[str, str]]:
    """Return `verified` (digest by rule) and `not_portable` (reason by rule)."""
    return tomllib.loads(VERIFIED_QUERIES.read_text(encoding="utf-8"))


def query_digest(rule: SqlStatement) -> str:
    """Return the digest by which a rule's query is listed as verified."""
    return hashlib.sha256(rule.sql.encode()).hexdigest()[:8]


def unverified_reason(rule: SqlStatement) -> str:
    """Return why a rule does not run on Spark; empty if it does."""
    known = load_verified_queries()
    if rule.name in known["not_portable"]:
        return known["not_portable"][rule.name]
    return "" if "needs" in rule.header or known["verified"].get(rule.name) == query_digest(rule) else NOT_VERIFIED


def translate_rule(rule: SqlStatement, float_columns: set[str]) -> str:
    """Translate a rule's query to Spark SQL, which has a function `number_text`.

    Two differences are unknown to sqlglot: Spark writes 10000000.0 as 1.0E7, and its floor() returns an integer type that is too
    small for some numbers.
    """
    import sqlglot
    from sqlglot import exp

    def adapt(node: Any) -> Any:
        if isinstance(node, exp.Floor):
            return sqlglot.parse_one(f"({node.this.sql()} - pmod({node.this.sql()}, 1))")
        is_text = isinstance(node.parent, exp.DPipe) or (
            isinstance(node.parent, exp.Cast) and node.parent.is_type("text", "varchar")
        )
        if isinstance(node, exp.Column) and node.name in float_columns and is_text:
            return exp.Anonymous(this="number_text", expressions=[node.copy()])
        return node

    query: str = sqlglot.parse_one(rule.sql, read="duckdb").transform(adapt).sql(dialect="spark")
    return query
