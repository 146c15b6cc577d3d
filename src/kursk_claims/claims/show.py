"""Show one claim with everything that the records say about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from kursk_claims.claims.text import HeldDocument, TextCopy
from kursk_claims.errors import QueryError
from kursk_claims.escaping import escape_lines, escape_unprintable
from kursk_claims.suggest import did_you_mean

CHAIN = """
SELECT a.*, x.name, d.kind AS vehicle FROM attributions a JOIN actors x USING (actor_id)
LEFT JOIN documents d ON d.doc_id = a.via_doc_id
WHERE a.claim_id = ? ORDER BY a.step DESC"""
PLACES = """
SELECT c.relation || ' ' || p.name
    || coalesce(' (' || p.latitude || ', ' || p.longitude || ', ' || p.coordinate_precision || ')', '') AS description
FROM claim_places c JOIN places p USING (place_id) WHERE c.claim_id = ? ORDER BY description"""
ACTORS = """
SELECT x.name || ' (' || c.role || ')' AS description FROM claim_actors c JOIN actors x USING (actor_id)
WHERE c.claim_id = ? ORDER BY c.role, description"""
OBJECTS = "SELECT * FROM claim_objects WHERE claim_id = ? ORDER BY role, object"
RELATIONS = """
SELECT r.relation || ' ' || r.to_claim_id || ': ' || s.statement || ' (by the ' || r.stated_by || ')' AS description,
    r.to_claim_id AS other
FROM claim_relations r JOIN said s ON s.claim_id = r.to_claim_id WHERE r.from_claim_id = $1
UNION ALL
SELECT 'of ' || r.from_claim_id || ', which ' || r.relation || ' it: ' || s.statement || ' (by the ' || r.stated_by || ')',
    r.from_claim_id
FROM claim_relations r JOIN said s ON s.claim_id = r.from_claim_id WHERE r.to_claim_id = $1 ORDER BY other"""


NUMBERS = "SELECT * FROM numbers WHERE claim_id = ?"


def show_claim(connection: duckdb.DuckDBPyConnection, claim_id: str) -> str:
    """Return a claim with its chain, numbers, places, event, objects and relations as text. Raises as `find_claim` does."""
    return escape_lines(_claim_lines(connection, find_claim(connection, claim_id)))


def collect_claim(connection: duckdb.DuckDBPyConnection, claim_id: str) -> dict[str, Any]:
    """Return the row of a claim in `said` with the rows that belong to it, by kind. Raises as `find_claim` does."""
    queries = {
        "steps": CHAIN,
        "numbers": NUMBERS,
        "places": "SELECT c.relation, p.* FROM claim_places c JOIN places p USING (place_id) WHERE claim_id = ? ORDER BY ALL",
        "actors": "SELECT c.role, x.* FROM claim_actors c JOIN actors x USING (actor_id) WHERE claim_id = ? ORDER BY ALL",
        "objects": OBJECTS,
        "relations": "SELECT * FROM claim_relations WHERE $1 IN (from_claim_id, to_claim_id) ORDER BY ALL",
    }
    claim = find_claim(connection, claim_id)
    return {"claim": claim} | {kind: _fetch_rows(connection, query, claim_id) for kind, query in queries.items()}


def find_claim(connection: duckdb.DuckDBPyConnection, claim_id: str) -> dict[str, Any]:
    """Return the row of a claim in `said`.

    Raises `QueryError` if there is no such claim, or if it has no chain or event.
    """
    claim_ids = [row[0] for row in connection.execute("SELECT claim_id FROM claims ORDER BY 1").fetchall()]
    if claim_id not in claim_ids:
        available = f"the ids are {claim_ids[0]} to {claim_ids[-1]}" if claim_ids else "there are no claims"
        raise QueryError(f"no claim {claim_id!r}{did_you_mean(claim_id, claim_ids)}; {available}")
    rows = _fetch_rows(connection, "SELECT * FROM said WHERE claim_id = ?", claim_id)
    if not rows:
        raise QueryError(f"{claim_id} has no chain or no event. Run `kursk-claims validate` for details.")
    return rows[0]


def find_document_id(connection: duckdb.DuckDBPyConnection, claim_id: str) -> str:
    """Return the id of the document that carries a claim."""
    return str(_fetch_rows(connection, "SELECT doc_id FROM claims WHERE claim_id = ?", claim_id)[0]["doc_id"])


def highlight_claim(
    connection: duckdb.DuckDBPyConnection, claim_id: str, copy: TextCopy, document: HeldDocument, marks: tuple[str, str]
) -> Iterator[str]:
    """Yield each passage that states the claim, with the claim's own words between two marks."""
    query = "SELECT * FROM evidence WHERE role = 'content' AND claim_id = ? ORDER BY char_start"
    spans: dict[str, list[tuple[int, int]]] = {}
    for row in _fetch_rows(connection, query, claim_id):
        spans.setdefault(row["passage_id"], []).append((row["char_start"], row["char_end"]))
    for passage in document.passages:
        if passage.passage_id not in spans:
            continue
        text = copy.passages.get(passage.passage_id)
        if text is None:
            yield f"{escape_unprintable(passage.passage_id)}: not found in this copy"
            continue
        offsets = [(start - passage.char_start, end - passage.char_start) for start, end in spans[passage.passage_id]]
        yield f"{escape_unprintable(passage.passage_id)}: {_mark_spans(text, offsets, marks)}"


def _claim_lines(connection: duckdb.DuckDBPyConnection, claim: dict[str, Any]) -> Iterator[str]:
    claim_id = claim["claim_id"]
    yield f"{claim_id}  {claim['statement']}"
    yield f"  kind      {claim['kind']}, {claim['polarity']}, {claim['mode']}, in the {claim['prominence']}"
    yield f"  event     {claim['event']}"
    yield f"  where     paragraph {claim['paragraph']}, sentence {claim['sentence']} of {claim['doc_id']}"
    if claim["occurred_earliest"]:
        dates = _format_dates(claim["occurred_earliest"], claim["occurred_latest"])
        yield f"  occurred  {dates} ({claim['time_basis'].replace('_', ' ')})"
    yield "  chain, from the origin to the document"
    for step in _fetch_rows(connection, CHAIN, claim_id):
        yield "    " + _describe_step(step)
    for row in _fetch_rows(connection, NUMBERS, claim_id):
        yield f"  number    {_describe_number(row)}"
    for title, query in (("place", PLACES), ("actor", ACTORS), ("object", OBJECTS), ("relation", RELATIONS)):
        for row in _fetch_rows(connection, query, claim_id):
            yield f"  {title:<9} {_describe_object(row) if title == 'object' else row['description']}"
    if claim["note"]:
        yield f"  note      {claim['note']}"


def _describe_step(step: dict[str, Any]) -> str:
    cue = f" by “{step['cue']}” ({step['cue_class']})" if step["cue"] else ""
    via = f", by the {step['vehicle'].replace('_', ' ')} {step['via_doc_id']}" if step["via_doc_id"] else ""
    uttered = f", said {_format_dates(step['uttered_earliest'], step['uttered_latest'])}" if step["uttered_earliest"] else ""
    quote = f", {step['quote_type']} speech" if step["quote_type"] != "none" else ""
    channel = "" if step["channel"] in ("unknown", "article") else f", {step['channel'].replace('_', ' ')}"
    details = f"{cue}{quote}{channel}{via}{uttered}"
    return f"{step['step']}  {step['name']} [{step['specificity']}], {step['commitment']}{details}"


def _describe_object(row: dict[str, Any]) -> str:
    effect = f", {row['effect']}" if row.get("effect") else ""  # releases before 2.0.0 have no such column
    return f"{row['object']} ({row['role']}{effect}){': ' + row['note'] if row['note'] else ''}"


def _describe_number(row: dict[str, Any]) -> str:
    is_bounded = row["comparator"] not in ("eq", "vague")
    bounds = f", low {_format_bound(row['low'])}, high {_format_bound(row['high'])}" if is_bounded else ""
    return f"{row['number']} ({row['measure']}, {row['comparator']}{bounds}, {row['aggregation']})"


def _mark_spans(text: str, spans: Sequence[tuple[int, int]], marks: tuple[str, str]) -> str:
    """Return the text, escaped, with spans in the order of their starts between two marks."""
    marked, end = "", 0
    for span_start, span_end in spans:
        start = max(span_start, end)
        if start < span_end:
            marked += escape_unprintable(text[end:start]) + marks[0] + escape_unprintable(text[start:span_end]) + marks[1]
            end = span_end
    return marked + escape_unprintable(text[end:])


def _fetch_rows(connection: duckdb.DuckDBPyConnection, query: str, claim_id: str) -> list[dict[str, Any]]:
    cursor = connection.execute(query, [claim_id])
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _format_dates(earliest: object, latest: object) -> str:
    return f"on {earliest}" if earliest == latest else f"between {earliest} and {latest}"


def _format_bound(value: float | None) -> str:
    return "unknown" if value is None else f"{value:g}"
