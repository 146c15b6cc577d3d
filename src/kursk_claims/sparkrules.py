"""Which rules Spark can be asked, and how."""

from __future__ import annotations

from typing import Any

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


def translated(rule: Statement, numbers: set[str]) -> str:
    """A rule's query in Spark's SQL; `numbers` are columns of floating-point numbers.

    sqlglot does not know two things: Spark writes 10000000.0 as 1.0E7, and its floor() makes an integer, which is too small
    for some numbers. A function `number_text` is expected to be there.
    """
    import sqlglot
    from sqlglot import exp

    def adapted(node: Any) -> Any:
        if isinstance(node, exp.Floor):
            return sqlglot.parse_one(f"({node.this.sql()} - pmod({node.this.sql()}, 1))")
        text = isinstance(node.parent, exp.DPipe) or (
            isinstance(node.parent, exp.Cast) and node.parent.is_type("text", "varchar")
        )
        if isinstance(node, exp.Column) and node.name in numbers and text:
            return exp.Anonymous(this="number_text", expressions=[node.copy()])
        return node

    query: str = sqlglot.parse_one(rule.sql, read="duckdb").transform(adapted).sql(dialect="spark")
    return query
