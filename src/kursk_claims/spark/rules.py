"""Which rules run on Spark, and their translation."""

from __future__ import annotations

import hashlib
from typing import Any

from kursk_claims.claims.relations import NO_TEXT
from kursk_claims.contract.model import SqlStatement

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
# Rules that it does, each with the beginning of its query's SHA-256: a query of which nobody has seen it is not run.
VERIFIED_QUERIES = """
document-used=a633c08e actor-used=f664067c place-used=ce1190d3 event-used=925bf1a0 retired-id-unused=9d89ddc0
retired-table-known=776a14ff retired-replacement-known=24690ec2 held-anchored=750b7b43 held-published=d2324a69
published-order=17e9c366 published-basis=a71f5066 passage-of-held=6d166e8a passage-order=2ddf5fcc
passage-numbering=fcbd78f2 passage-disposition=7cc2abd0 passage-reason=1e15c596 heading-prominence=2760b8d2
claim-content=1adbe3b8 evidence-document=96d01308 evidence-inside-passage=2a6538c8 evidence-once=90afffe8
cue-with-evidence=5e9fb55c cue-evidence-fits=b67a7538 cue-class-fits=5f0683ba evidence-pointed-at=fc655cf9
quantity-evidence-fits=b296cdfc hedge-with-evidence=b99f41f2 time-with-evidence=b9c96f73
exclusion-inside-passage=3f1f7305 exclusion-no-quantity=2ad9aef5 number-order=64afeb4a hedge-bounds=ecc4ea53
bounds-basis=fc15cefe measure-unit=778fc02a counts-whole=e215a06b surface-value=71413d0a quantity-kind=fbd02a16
measure-once=538861fe chain-contiguous=4d5d4165 chain-present=62b16e73 chain-begins-at-publisher=5c8bfd3c
chain-no-cycle=509a482c report-after-utterance=b1f8da6d specificity-fits=7262207d platform-no-speaker=52cc5981
origin-commits=6038b4a4 relay-uncommitted=92d9b502 quotation-has-speaker=4bcd1ee5 uttered-order=7ccbb17b
uttered-basis=8f759a33 relation-to-other=f34e200c relation-once=1fdcfa26 relation-evidence=485b00bd
relation-evidence-fits=fec4043e denial-same-event=3df60f18 contradiction-of-numbers=92b96468
rounding-of-numbers=44e024f2 occurred-order=91399c6d occurred-basis=5496aa02 as-of-order=c0e14b7c
said-after-start=db3acb77 coordinate-complete=a54b88b8 place-codes-fit=16dcd7a6 measure-has-unit=1ae6dadb
crosscheck-once=6726ba80 crosscheck-after-report=ace926b2 crosscheck-id-not-retired=d0991c1a
"""
NOT_VERIFIED = "nobody has seen yet that Spark answers this query as DuckDB does"


def query_digest(rule: SqlStatement) -> str:
    """What `PROVEN` says of a rule."""
    return f"{rule.name}={hashlib.sha256(rule.sql.encode()).hexdigest()[:8]}"


def skip_unverified_rules(rule: SqlStatement) -> tuple[list[str], bool]:
    """Why a rule is not run, and whether it is."""
    if rule.header.get("needs"):
        return [NO_TEXT], False
    if rule.name in NOT_PORTABLE:
        return [NOT_PORTABLE[rule.name]], False
    return ([], True) if query_digest(rule) in VERIFIED_QUERIES.split() else ([NOT_VERIFIED], False)


def translate_rule(rule: SqlStatement, numbers: set[str]) -> str:
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
