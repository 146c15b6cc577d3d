"""Show one claim with everything the records say about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb

from kursk_claims.claims.text import HeldDocument, TextCopy
from kursk_claims.errors import QueryError
from kursk_claims.escaping import escape_unprintable, escape_unprintable_lines
from kursk_claims.suggest import did_you_mean


def show_claim(connection: duckdb.DuckDBPyConnection, claim_id: str) -> str:
    """The claim, its chain from origin to article, numbers, places, event, objects and relations, as text.

    Raises `QueryError` where there is no such claim.
    """
    known = [claim for (claim,) in connection.execute("SELECT claim_id FROM claims ORDER BY 1").fetchall()]
    if claim_id not in known:
        hint = f"there are {known[0]} to {known[-1]}" if known else "there are none"
        raise QueryError(f"no claim {claim_id!r}{did_you_mean(claim_id, known)}; {hint}")
    found = _fetch_rows(connection, "SELECT * FROM said WHERE claim_id = ?", claim_id)
    if not found:
        raise QueryError(f"{claim_id} has no chain or no event. Run `kursk-claims validate` to see what is wrong.")
    return escape_unprintable_lines("\n".join(_claim_lines(connection, found[0])))


def _claim_lines(connection: duckdb.DuckDBPyConnection, claim: dict[str, Any]) -> Iterator[str]:
    claim_id = claim["claim_id"]
    yield f"{claim_id}  {claim['statement']}"
    yield f"  kind      {claim['kind']}, {claim['polarity']}, {claim['mode']}, in the {claim['prominence']}"
    yield f"  event     {claim['event']}"
    yield f"  where     paragraph {claim['paragraph']}, sentence {claim['sentence']} of {claim['doc_id']}"
    if claim["occurred_earliest"]:
        when = _format_dates(claim["occurred_earliest"], claim["occurred_latest"])
        yield f"  occurred  {when} ({claim['time_basis'].replace('_', ' ')})"
    yield "  chain, from the origin to the document"
    for step in _fetch_rows(connection, CHAIN, claim_id):
        yield "    " + _describe_step(step)
    for row in _fetch_rows(connection, "SELECT * FROM numbers WHERE claim_id = ?", claim_id):
        bounds = f", low {_format_bound(row['low'])}, high {_format_bound(row['high'])}" if row["comparator"] != "eq" else ""
        yield f"  number    {row['number']} ({row['measure']}, {row['comparator']}{bounds}, {row['aggregation']})"
    for title, query in (("place", PLACES), ("actor", ACTORS), ("object", OBJECTS)):
        for row in _fetch_rows(connection, query, claim_id):
            yield f"  {title:<9} {row['words']}"
    for row in _fetch_rows(connection, RELATIONS, claim_id):
        yield f"  relation  {row['words']}"
    if claim["note"]:
        yield f"  note      {claim['note']}"


CHAIN = """
SELECT a.*, x.name, d.kind AS vehicle FROM attributions a JOIN actors x USING (actor_id)
LEFT JOIN documents d ON d.doc_id = a.via_doc_id
WHERE a.claim_id = ? ORDER BY a.step DESC"""
PLACES = """
SELECT c.relation || ' ' || p.name
    || coalesce(' (' || p.latitude || ', ' || p.longitude || ', ' || p.coordinate_precision || ')', '') AS words
FROM claim_places c JOIN places p USING (place_id) WHERE c.claim_id = ? ORDER BY words"""
ACTORS = """
SELECT x.name || ' (' || c.role || ')' AS words FROM claim_actors c JOIN actors x USING (actor_id)
WHERE c.claim_id = ? ORDER BY c.role, words"""
OBJECTS = """
SELECT object || ' (' || role || ')' || coalesce(': ' || note, '') AS words FROM claim_objects
WHERE claim_id = ? ORDER BY role, words"""
RELATIONS = """
SELECT r.relation || ' ' || r.to_claim_id || ': ' || s.statement || ' (by the ' || r.stated_by || ')' AS words,
    r.to_claim_id AS other
FROM claim_relations r JOIN said s ON s.claim_id = r.to_claim_id WHERE r.from_claim_id = $1
UNION ALL
SELECT 'of ' || r.from_claim_id || ', which ' || r.relation || ' it: ' || s.statement || ' (by the ' || r.stated_by || ')',
    r.from_claim_id
FROM claim_relations r JOIN said s ON s.claim_id = r.from_claim_id WHERE r.to_claim_id = $1 ORDER BY other"""


def _describe_step(step: dict[str, Any]) -> str:
    cue = f" by “{step['cue']}” ({step['cue_class']})" if step["cue"] else ""
    via = f", by the {step['vehicle'].replace('_', ' ')} {step['via_doc_id']}" if step["via_doc_id"] else ""
    when = f", said {_format_dates(step['uttered_earliest'], step['uttered_latest'])}" if step["uttered_earliest"] else ""
    quote = f", {step['quote_type']} speech" if step["quote_type"] != "none" else ""
    channel = "" if step["channel"] in ("unknown", "article") else f", {step['channel'].replace('_', ' ')}"
    return f"{step['step']}  {step['name']} [{step['specificity']}], {step['commitment']}{cue}{quote}{channel}{via}{when}"


def words_in_text(
    connection: duckdb.DuckDBPyConnection, claim_id: str, copy: TextCopy, held: HeldDocument, mark: tuple[str, str]
) -> Iterator[str]:
    """Each passage that the claim's content lies in, its words between the two marks."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for row in _fetch_rows(
        connection, "SELECT * FROM evidence WHERE role = 'content' AND claim_id = ? ORDER BY char_start", claim_id
    ):
        spans.setdefault(row["passage_id"], []).append((row["char_start"], row["char_end"]))
    for passage in held.passages:
        if passage.passage_id not in spans:
            continue
        words = copy.found.get(passage.passage_id)
        if words is None:
            yield f"{passage.passage_id}: not found in this copy"
            continue
        for start, end in reversed(spans[passage.passage_id]):
            a, b = start - passage.char_start, end - passage.char_start
            words = f"{words[:a]}\0{words[a:b]}\1{words[b:]}"
        yield f"{passage.passage_id}: " + escape_unprintable(words).replace("\\u0000", mark[0]).replace("\\u0001", mark[1])


def _fetch_rows(connection: duckdb.DuckDBPyConnection, query: str, claim_id: str) -> list[dict[str, Any]]:
    cursor = connection.execute(query, [claim_id])
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _format_dates(earliest: object, latest: object) -> str:
    return f"on {earliest}" if earliest == latest else f"between {earliest} and {latest}"


def _format_bound(value: float | None) -> str:
    return "unknown" if value is None else f"{value:g}"
