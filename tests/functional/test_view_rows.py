"""What the views say, about changed copies of the fictional workspace."""

from __future__ import annotations

from typing import Any

import pytest

import kursk_claims
from support import Copy


def ask(fiction: Copy, sql: str) -> list[tuple[Any, ...]]:
    return kursk_claims.connect(records=True, workspace=fiction.root).execute(sql).fetchall()


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ({"comparator": "eq", "value": "1"}, "1 person"),
        ({"comparator": "eq", "value": "1294", "unit": "km2"}, "1294 km²"),
        ({"comparator": "more_than", "value": "40000", "unit": "t"}, "more than 40000 t"),
        ({"comparator": "less_than", "value": "50"}, "less than 50 people"),
        ({"comparator": "at_most", "value": "300"}, "at most 300 people"),
        ({"comparator": "approx_above", "value": "0.5", "unit": "%"}, "just over 0.5 %"),
        ({"comparator": "between", "value": "", "low": "300", "high": "500"}, "300 to 500 people"),
        ({"comparator": "eq", "value": "3000000", "unit": "EUR"}, "3000000 EUR"),
        ({"comparator": "eq", "value": "7.5", "unit": "%", "change": "decrease"}, "down 7.5 %"),
        ({"comparator": "approx", "value": "7.5", "unit": "%", "change": "increase"}, "up about 7.5 %"),
        ({"comparator": "eq", "value": "-2.1", "unit": "%"}, "-2.1 %"),
        ({"comparator": "vague", "value": "", "surface": "dozens"}, "“dozens” (people)"),
    ],
)
def test_a_number_in_words(fiction: Copy, cells: dict[str, str], text: str) -> None:
    fiction.edit("quantities", {"quantity_id": "qty-005"}, **{"comparator": "at_least", "low": "", **cells})
    assert ask(fiction, "SELECT number FROM numbers WHERE quantity_id = 'qty-005'") == [(text,)]
    assert ask(fiction, "SELECT number FROM said WHERE claim_id = 'clm-006'") == [(text,)]


def test_chains_end_in_the_publisher_and_count_intermediaries(fiction: Copy) -> None:
    chains = ask(fiction, "SELECT chain, own_voice, relays, behind_it, origin_specificity FROM said")
    (publisher,) = ask(fiction, "SELECT DISTINCT name FROM attributions JOIN actors USING (actor_id) WHERE step = 0")
    for chain, own_voice, relays, behind_it, specificity in chains:
        names = chain.split(" → ")
        assert names[-1] == publisher[0]
        assert own_voice == (len(names) == 1)
        assert relays == max(0, len(names) - 2)
        assert behind_it == ("document" if own_voice else specificity)
    assert {own_voice for _, own_voice, *_ in chains} == {True, False}


def test_objects_show_their_effects_and_only_damage_is_damage(fiction: Copy) -> None:
    rows = ask(fiction, "SELECT damaged, effect FROM damage")
    assert rows == [("warehouse", "damaged")]
    fiction.edit("claim_objects", {"object": "warehouse"}, effect="intercepted")
    assert ask(fiction, "FROM damage") == []
    assert ask(fiction, "SELECT objects FROM said WHERE objects LIKE '%warehouse%'") == [
        ("drone (instrument); warehouse (affected, intercepted)",)
    ]


def test_every_relation_is_a_link_with_its_meaning(fiction: Copy) -> None:
    links = ask(fiction, "SELECT claim_id, other_claim_id, relation, relation_definition, statement, other_statement FROM links")
    assert [row[:3] for row in links] == [
        (row["from_claim_id"], row["to_claim_id"], row["relation"]) for row in fiction.rows("claim_relations")
    ]
    statements = {row["claim_id"]: row["statement"] for row in fiction.rows("claims")}
    meanings = {row["code"]: row["definition"] for row in fiction.rows("codes") if row["field"] == "claim_relations.relation"}
    for claim, other, relation, meaning, statement, other_statement in links:
        assert (meaning, statement, other_statement) == (meanings[relation], statements[claim], statements[other])


def test_a_place_has_coordinates_or_a_reason(fiction: Copy) -> None:
    village = next(row for row in fiction.rows("places") if row["latitude"] and row["kind"] not in ("country", "region"))
    where = f"FROM map_places WHERE place_id = '{village['place_id']}'"
    assert ask(fiction, f"SELECT DISTINCT latitude, why_no_point {where}") == [(float(village["latitude"]), None)]
    nothing = {
        name: "" for name in ("latitude", "longitude", "coordinate_precision", "coordinate_source", "ambiguity") if village[name]
    }
    fiction.edit("places", {"place_id": village["place_id"]}, **nothing)
    assert ask(fiction, f"SELECT DISTINCT why_no_point {where}") == [("not verified",)]
    fiction.edit("places", {"place_id": village["place_id"]}, ambiguity="There are two.")
    assert ask(fiction, f"SELECT DISTINCT why_no_point, ambiguity {where}") == [("ambiguous, see ambiguity", "There are two.")]
    assert ask(fiction, "SELECT count(*) FROM map_places") == [(len(fiction.rows("claim_places")),)]
