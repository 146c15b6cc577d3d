"""`show` prints everything that the records say about a claim."""

from __future__ import annotations

import pytest

from kursk_claims.claims.text import read_canonical_text
from kursk_claims.contract.loader import load_contract
from kursk_claims.workspace import find_workspace
from support import FICTION, ROOT, Call, Copy

CONTRACT = load_contract(find_workspace(ROOT).schemas)
LINES = ["kind", "event", "occurred", "number", "place", "actor", "object", "relation", "note"]


def some_claims() -> list[str]:
    """A claim with a number, ends of a relation, a chain of three steps, one with objects, one with a time."""
    copy = Copy(ROOT)
    relation = copy.rows("claim_relations")[0]
    return sorted(
        {
            copy.rows("quantities")[0]["claim_id"],
            relation["from_claim_id"],
            relation["to_claim_id"],
            next(row["claim_id"] for row in copy.rows("attributions") if row["step"] == "2"),
            next(row["claim_id"] for row in copy.rows("claim_objects") if row["role"] == "affected"),
            next(row["claim_id"] for row in copy.rows("claims") if row["occurred_earliest"]),
        }
    )


@pytest.mark.parametrize("claim_id", some_claims())
def test_show_prints_everything_about_a_claim(claim_id: str, call: Call, records: Copy) -> None:
    def named(table: str, key: str) -> dict[str, str]:
        return {row[key]: row.get("name") or row["label"] for row in records.rows(table)}

    actors, where, events = named("actors", "actor_id"), named("places", "place_id"), named("events", "event_id")
    mine = {name: [row for row in records.rows(name) if row.get("claim_id") == claim_id] for name in CONTRACT.tables}
    claim = mine["claims"][0]
    outcome = call("show", claim_id, "--workspace", records.root)
    assert outcome.code == 0
    first, *lines = outcome.out.splitlines()
    assert first == f"{claim_id}  {claim['statement']}"
    told = {name: [line[12:] for line in lines if line.startswith(f"  {name:<9} ")] for name in LINES}
    assert told["kind"] == [f"{claim['kind']}, {claim['polarity']}, {claim['mode']}, in the {claim['prominence']}"]
    assert told["event"] == [events[claim["event_id"]]]
    assert told["note"] == ([claim["note"]] if claim["note"] else [])
    assert [claim["occurred_earliest"] in line for line in told["occurred"]] == [True] * bool(claim["occurred_earliest"])
    steps = [line.strip() for line in lines if line.startswith("    ")]
    assert len(steps) == len(mine["attributions"])
    for line, step in zip(steps, reversed(mine["attributions"]), strict=True):
        assert line.startswith(f"{step['step']}  {actors[step['actor_id']]} [{step['specificity']}], {step['commitment']}")
        assert not step["cue"] or f"by “{step['cue']}” ({step['cue_class']})" in line
        assert step["via_doc_id"] in line
        assert step["uttered_earliest"] in line
    assert len(told["number"]) == len(mine["quantities"])
    for line, row in zip(told["number"], mine["quantities"], strict=True):
        assert f"({row['measure']}, {row['comparator']}" in line
        assert row["value"] in line
        assert row["aggregation"] in line
    assert sorted(told["actor"]) == sorted(f"{actors[row['actor_id']]} ({row['role']})" for row in mine["claim_actors"])
    assert sorted(line.split(" (")[0] for line in told["place"]) == sorted(
        f"{row['relation']} {where[row['place_id']]}" for row in mine["claim_places"]
    )
    assert [line.split(")")[0] + ")" for line in told["object"]] == [
        f"{row['object']} ({row['role']}{row['effect'] and ', ' + row['effect']})"
        for row in sorted(mine["claim_objects"], key=lambda row: (row["role"], row["object"]))
    ]
    relations = [row for row in records.rows("claim_relations") if claim_id in (row["from_claim_id"], row["to_claim_id"])]
    assert len(told["relation"]) == len(relations)
    for row in relations:
        other = row["to_claim_id"] if row["from_claim_id"] == claim_id else row["from_claim_id"]
        assert any(row["relation"] in line and f"{other}" in line for line in told["relation"])


def test_show_quotes_the_text(call: Call) -> None:
    copy = Copy(FICTION)
    text = read_canonical_text(copy.text)
    for row in [each for each in copy.rows("evidence") if each["role"] == "content"][:3]:
        outcome = call("show", row["claim_id"], "--text", copy.text, "--workspace", FICTION)
        assert outcome.code == 0
        assert f"[[{text[int(row['char_start']) : int(row['char_end'])]}]]" in outcome.out
        assert f"  {row['passage_id']}: " in outcome.out


@pytest.mark.parametrize(("claim_id", "hint"), [("cm-001", " (did you mean 'clm-001'?)"), ("nonsense", ""), ("\udcff", "")])
def test_show_an_unknown_claim(claim_id: str, hint: str, call: Call, records: Copy) -> None:
    outcome = call("show", claim_id, "--workspace", records.root)
    ids = sorted(row["claim_id"] for row in records.rows("claims"))
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.endswith(f"kursk-claims: no claim {claim_id!r}{hint}; the ids are {ids[0]} to {ids[-1]}\n")


def test_show_a_claim_without_a_chain(call: Call, real: Copy) -> None:
    real.remove("attributions", {"claim_id": "clm-001"})
    outcome = call("show", "clm-001", "--workspace", real.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert "clm-001 has no chain or no event. Run `kursk-claims validate`" in outcome.err
