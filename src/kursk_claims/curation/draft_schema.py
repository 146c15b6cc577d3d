"""The JSON Schema of drafts, by which editors complete and check them."""

from __future__ import annotations

from typing import Any

from kursk_claims.contract.loader import Contract
from kursk_claims.curation.draft_fields import CLAIM, NUMBER, RELATION, STEP, THING, UTTERED, WHEN, Field
from kursk_claims.curation.draft_rows import ROLES
from kursk_claims.curation.names import NAMES, list_codes
from kursk_claims.curation.record_tables import RecordTables

WORDS = {"type": ["string", "null"], "description": "Words of the text; … joins pieces, [[double brackets]] mark what is meant."}


def make_draft_schema(tables: RecordTables, contract: Contract) -> dict[str, Any]:
    """Return the schema of drafts for a workspace, with its codes and the names of its actors, places and events."""

    def cells(table: str, fields: list[Field]) -> dict[str, Any]:
        return {each.key: _cell(tables, contract, table, each.column) for each in fields}

    def pairs(table: str, column: str, value: Any, others: dict[str, Any]) -> dict[str, Any]:
        codes = contract.tables[table].column(column).codes
        return _one_or_more(_mapping(dict.fromkeys(codes, value) | others))

    actor, place, event = (_reference(tables, contract, table) for table in ("actors", "places", "events"))
    thing = _cell(tables, contract, "claim_objects", "object")
    step = cells("attributions", STEP) | {"who": actor, "cue": WORDS, "source": WORDS}
    step["when"] = _mapping(cells("attributions", UTTERED) | {"words": WORDS})
    number = cells("quantities", NUMBER) | {"id": {"type": "string"}, "words": WORDS, "hedge": WORDS}
    claim = cells("claims", CLAIM) | {
        "id": {"type": "string"},
        "words": WORDS,
        "passage": {"type": "string"},
        "evidence": {"type": "array", "items": {"type": "string"}},
        "event": event,
        "by": _one_or_more(_mapping(step)),
        "number": _one_or_more(_mapping(number)),
        "where": pairs("claim_places", "relation", place, {"words": WORDS}),
        "who": pairs("claim_actors", "role", actor, {}),
        "what": pairs("claim_objects", "role", thing, cells("claim_objects", THING)),
        "when": _mapping(cells("claims", WHEN) | {"words": WORDS}),
        "relations": pairs(
            "claim_relations", "relation", {"type": "string"}, cells("claim_relations", RELATION) | {"words": WORDS}
        ),
        "also": _mapping({role: {"anyOf": [WORDS, {"type": "array", "items": WORDS}]} for role in ROLES}),
    }
    items = _mapping(claim) | {"required": ["says", "words", "event"]}
    properties = {"document": {"type": "string"}, "claims": {"type": "array", "items": items}}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Draft of claims"} | (
        _mapping(properties) | {"required": ["document", "claims"]}
    )


def _mapping(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _one_or_more(item: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [item, {"type": "array", "items": item}, {"type": "null"}]}


def _cell(tables: RecordTables, contract: Contract, table: str, column: str) -> dict[str, Any]:
    described = contract.tables[table].column(column)
    codes = list_codes(tables, f"{table}.{column}") if described.code_list else described.codes
    kinds = {"enum": [*codes, None]} if codes else {"type": ["string", "number", "null"]}
    return {**kinds, "description": described.description}


def _reference(tables: RecordTables, contract: Contract, table: str) -> dict[str, Any]:
    """Return the schema of a name or id of a row, or of a mapping that makes a new row."""
    examples = [row[NAMES[table][0]] for row in tables.rows(table)]
    columns = {name: {"type": ["string", "number", "null"]} for name in (*contract.tables[table].column_names, "id")}
    return {"anyOf": [{"type": ["string", "null"], "examples": examples}, _mapping(columns)]}
