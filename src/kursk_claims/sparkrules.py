"""Which rules Spark can be asked, and how."""

from __future__ import annotations

from kursk_claims.contract import Statement

NO_TEXT = "it needs a document's text, which only `validate --text` reads"
RECURSIVE = "Spark has no WITH RECURSIVE that ends at what it has seen (UNION)"
PAIRS = "Spark does not look for a pair among a query's pairs, (a, b) IN (SELECT (a, b) …)"
# Rules that Spark does not answer as DuckDB does. The tests plant a fault for each rule and see that these are those that fail.
NOT_PORTABLE = {
    "derivation-acyclic": RECURSIVE,
    "refinement-acyclic": RECURSIVE,
    "actor-acyclic": RECURSIVE,
    "place-acyclic": RECURSIVE,
    "event-acyclic": RECURSIVE,
    "code-defined": PAIRS,
    "codes-complete": PAIRS,
}


def not_portable(rule: Statement) -> tuple[list[str], bool]:
    """Why a rule is not run, and whether it is."""
    if rule.header.get("needs"):
        return [NO_TEXT], False
    if rule.name in NOT_PORTABLE:
        return [NOT_PORTABLE[rule.name]], False
    return [], True


def translated(rule: Statement) -> str:
    """A rule's query in Spark's SQL."""
    import sqlglot

    query: str = sqlglot.transpile(rule.sql, read="duckdb", write="spark")[0]
    return query
