"""Drafts: what `add` makes of them, what it says of faults, and what `next` prints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from kursk_claims.curation.anchors import find_anchor, word_anchor
from support import FICTION, Call, Copy, Outcome

TEXT = FICTION / "article.txt"
HEAD = "document: doc-border-gazette-raid\nclaims:\n"
ITEM = """\
- says: The raid is what everybody has been talking about.
  words: This is what has been said of it since then
  event: evt-brennland-raid
"""


@pytest.fixture
def add(fiction: Copy, call: Call, tmp_path: Path) -> Callable[..., Outcome]:
    """Add a draft to the fiction; whatever the outcome, a fault changes no file."""

    def run(draft: str | bytes, *options: str, head: str = HEAD) -> Outcome:
        path = tmp_path / "draft.yaml"
        path.write_bytes(draft if isinstance(draft, bytes) else (head + draft).encode())
        before = contents(fiction)
        outcome = call("curate", "add", path, "--text", TEXT, "--workspace", fiction.root, *options)
        assert "Traceback" not in outcome.err
        if outcome.code or "--dry-run" in options:
            assert contents(fiction) == before
        return outcome

    return run


def contents(copy: Copy) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (copy.root / "dataset" / "records").glob("*.csv")}


def test_a_short_item_becomes_rows_with_what_follows_from_it(add: Callable[..., Outcome], fiction: Copy) -> None:
    outcome = add(
        ITEM
        + "  by: {who: {name: Jorun Vik, kind: person}, cue: 'is [[what]] has', lemma: say, source: 'of [[it]] since'}\n"
        + "  where: {in: {name: Ostby, kind: town}}\n"
        + "  when: {words: since then}\n"
    )
    assert outcome.code == 0, outcome.err
    (claim,) = [row for row in fiction.rows("claims") if row["claim_id"] == "clm-019"]
    assert (claim["kind"], claim["polarity"], claim["mode"], claim["prominence"]) == ("occurrence", "affirmed", "actual", "body")
    assert (claim["time_surface"], claim["time_basis"]) == ("since then", "relative")
    own, origin = (row for row in fiction.rows("attributions") if row["claim_id"] == "clm-019")
    assert (own["actor_id"], own["commitment"], own["channel"]) == ("act-border-gazette", "uncommitted", "article")
    assert (origin["actor_id"], origin["commitment"], origin["specificity"]) == ("act-jorun-vik", "certain", "named")
    assert {row["actor_id"] for row in fiction.rows("actors")} >= {"act-jorun-vik"}
    assert {row["place_id"] for row in fiction.rows("places")} >= {"plc-ostby"}
    assert "clm-019: filled in: " in outcome.err
    assert "specificity named" in outcome.err
    spans = {row["role"]: row["evidence_id"] for row in fiction.rows("evidence") if row["claim_id"] == "clm-019"}
    assert list(spans) == ["content", "cue", "source", "time"]


def test_the_same_draft_again_changes_nothing_and_an_edited_one_keeps_its_ids(add: Callable[..., Outcome], fiction: Copy) -> None:
    assert add(ITEM).code == 0
    assert add(ITEM).out == "nothing changes\n"
    assert add(ITEM.replace("everybody", "nobody")).out == "claims: 1 changed: clm-019\n"
    assert [row["evidence_id"] for row in fiction.rows("evidence") if row["claim_id"] == "clm-019"] == ["evd-068"]


def test_a_dry_run_prints_and_writes_nothing(add: Callable[..., Outcome]) -> None:
    outcome = add(ITEM, "--dry-run")
    assert (outcome.code, "claims: 1 added: clm-019\n" in outcome.out) == (0, True)


FAULTS: list[tuple[str, str, str]] = [
    (ITEM.replace("says:", "sais:"), ":3:3: ", "unknown key 'sais' (did you mean 'says'?)"),
    (ITEM.replace("says:", "sais:"), ":3:3: ", "says is missing"),
    (ITEM.replace("  event: evt-brennland-raid\n", ""), ":3:3: ", "event is missing"),
    (ITEM.replace("words: This", "note: This"), ":3:3: ", "words: expected words of the text"),
    (ITEM.replace("evt-brennland-raid", "Raid into Brenland"), ":5:3: ", "(did you mean 'Raid into Brennland'?)"),
    (ITEM.replace("since then", "since them"), ":4:3: ", "is not in the text"),
    (ITEM.replace("This is what has been said of it since then", "said"), ":4:3: ", "'said' occurs 4 times"),
    (ITEM + "  passage: psg-099\n", ":6:3: ", "has no passage 'psg-099'"),
    (ITEM + "  kind: ocurrence\n", ":6:3: ", "(did you mean 'occurrence'?)"),
    (ITEM + "  what: {topic: tnak}\n", ":6:10: ", "no code 'tnak' (did you mean 'tank'?)"),
    (
        ITEM + "  what: {tank: topic}\n",
        ":6:3: ",
        "what: expected one of affected, instrument, supplied, topic",
    ),
    (ITEM + "  when: {earliest: 2031-13-01}\n", ":6:20: ", "found '2031-13-01': month must be in 1..12"),
    (ITEM + "  when: {earliest: last week}\n", ":6:10: ", "earliest: expected"),
    (ITEM + "  when: yesterday\n", ":6:3: ", "expected keys such as"),
    (ITEM + "  by: Ilka Marön\n", ":6:3: ", "by: expected keys such as"),
    (ITEM + "  by: [null]\n", ":6:3: ", "by: expected keys such as"),
    (ITEM + "  by: {who: Ilka Maron}\n", ":6:8: ", "none of the actors is called 'Ilka Maron'"),
    (ITEM + "  by: {who: null}\n", ":6:8: ", "who: expected the name or id of one of the actors"),
    (ITEM + "  who: {agent: {kind: person}}\n", ":6:17: ", "expected name and kind of a new row of actors"),
    (ITEM + "  who: {agent: {name: X Y, kind: persn}}\n", ":6:28: ", "no code 'persn' (did you mean 'person'?)"),
    (ITEM + "  number: {words: said}\n", ":6:12: ", "measure is missing"),
    (ITEM + "  relations: {denies: clm-099}\n", ":6:15: ", "no claim 'clm-099'"),
    (ITEM + "  also: {colour: red}\n", ":6:10: ", "unknown key 'colour'"),
    (ITEM + "  also: red\n", ":6:3: ", "expected words by role"),
    (ITEM + "  evidence: 3\n", ":6:3: ", "evidence: expected a list of ids"),
    (ITEM + "  note: [a, b]\n", ":6:3: ", "note: expected a text, found list"),
    (
        ITEM + "  id: clm-001\n" + ITEM.replace("everybody", "nobody") + "  id: clm-001\n",
        ":7:3: ",
        "clm-001 is in the draft twice",
    ),
    (ITEM + "  mode: ongoing\n  mode: actual\n", ":7:3: ", "duplicate key 'mode'"),
]


@pytest.mark.parametrize(("draft", "place", "problem"), FAULTS, ids=[problem for _, _, problem in FAULTS])
def test_a_fault_is_reported_at_its_place(draft: str, place: str, problem: str, add: Callable[..., Outcome]) -> None:
    outcome = add(draft)
    assert outcome.code == 1, outcome.err
    assert any(place in line and problem in line for line in outcome.err.splitlines()), outcome.err


def test_all_faults_are_reported_in_one_run_with_the_places_of_words(add: Callable[..., Outcome]) -> None:
    err = add(ITEM.replace("This is what has been said of it since then", "said") + "  kind: fact\n  colour: red\n").err
    assert [place in err for place in (":4:3: ", ":6:3: ", ":7:3: ")] == [True] * 3
    assert "Ilka Marön [[said]], as the Talmar" in err
    assert "[[double brackets]]" in err


def test_a_value_that_is_left_empty_is_reported_once(add: Callable[..., Outcome]) -> None:
    err = add("- says:\n  words: everybody\n  event:\n  number: {words: said, measure: null}\n").err
    assert (err.count("says"), err.count("event"), err.count("measure")) == (1, 1, 1), err


NO_DRAFT: list[tuple[bytes, str]] = [
    (b"", "expected keys with values"),
    (b"- a\n- b\n", "expected keys with values"),
    (b"document: doc-border-gazette-raid\n", "expected the key claims"),
    (b"document: doc-border-gazette-raid\nclaims: [null]\n", "expected the key claims"),
    (b"claims: []\n", "expected the key document"),
    (b"document: [\n", "not YAML"),
    (b"document: &a x\nclaims: [*a]\n", "anchors and aliases"),
    (b"document: \x00\n", "not YAML"),
    (b"\xff\xfe", "not YAML"),
    (b"[" * 100, "nested"),
]


@pytest.mark.parametrize(("draft", "problem"), NO_DRAFT, ids=[repr(draft[:24]) for draft, _ in NO_DRAFT])
def test_what_is_no_draft_is_refused(draft: bytes, problem: str, add: Callable[..., Outcome]) -> None:
    outcome = add(draft)
    assert (outcome.code, problem in outcome.err) == (1, True), outcome.err


def test_calls_that_cannot_be(fiction: Copy, call: Call, add: Callable[..., Outcome], tmp_path: Path) -> None:
    assert "no document 'doc-nothing' is held" in add(ITEM, head=HEAD.replace("doc-border-gazette-raid", "doc-nothing")).err
    other = tmp_path / "other.txt"
    other.write_text("Something else.\n", encoding="utf-8")
    draft = tmp_path / "draft.yaml"
    draft.write_text(HEAD + ITEM, encoding="utf-8")
    outcome = call("curate", "add", draft, "--text", other, "--workspace", fiction.root)
    assert (outcome.code, "expected the text of doc-border-gazette-raid" in outcome.err) == (2, True)
    for path in (tmp_path / "none.yaml", tmp_path):
        outcome = call("curate", "add", path, "--text", TEXT, "--workspace", fiction.root)
        assert (outcome.code, "expected the file of a draft" in outcome.err) == (2, True)
    outcome = call("curate", "draft", "clm-099", "--text", TEXT, "--workspace", fiction.root)
    assert (outcome.code, "no document, passage or claim 'clm-099'" in outcome.err) == (2, True)


def test_what_the_rules_find_is_reported_at_the_claim(add: Callable[..., Outcome]) -> None:
    outcome = add(ITEM + "  kind: quantity\n")
    assert outcome.code == 1
    assert ":3:3: quantity-kind: " in outcome.err


def test_numbers_in_times_are_excluded_and_others_are_left_to_do(fiction: Copy, call: Call, tmp_path: Path) -> None:
    fiction.write("exclusions", [], list(fiction.rows("exclusions")[0]))
    draft = tmp_path / "draft.yaml"
    options = ("--text", TEXT, "--workspace", fiction.root)
    draft.write_text(call("curate", "draft", "clm-001", *options).out.replace("Stilt Bridge.", "the bridge."), encoding="utf-8")
    outcome = call("curate", "add", draft, *options)
    assert outcome.code == 0, outcome.err
    assert {row["reason"] for row in fiction.rows("exclusions")} == {"time_expression"}


def test_next_prints_the_first_open_sentence(fiction: Copy, call: Call) -> None:
    options = ("--text", TEXT, "--workspace", fiction.root, "--quiet")
    assert call("curate", "next", *options).out == ""
    evidence = [row for row in fiction.rows("evidence") if row["passage_id"] != "psg-006"]
    fiction.write("evidence", evidence)
    fiction.write("exclusions", [], list(fiction.rows("exclusions")[0]))
    fiction.edit("passages", {"passage_id": "psg-006"}, disposition="")
    outcome = call("curate", "next", *options)
    assert outcome.out.startswith("# psg-006, paragraph 3, sentence 3.")
    (item,) = read_items(outcome.out)
    assert item["words"].startswith("Teodor Brask")
    assert item["by"] == [{"who": None, "cue": "said"}]
    assert [each["words"] for each in item["number"]] == ["41", "forty"]


def read_items(draft: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = yaml.safe_load(draft)["claims"]
    return items


TALE = "He said “no”. She said\n“no” too, and he said  no more.\nNo more was said. The 300 left, 3 stayed."


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("She said “no” too", ["She said\n“no” too"]),
        ('He said "no"', ["He said “no”"]),
        ("he [[said]] no more", ["said"]),
        ("He … She said", ["He", "She said"]),
        ("[[3]] stayed", ["3"]),
        ("3", ["3"]),
    ],
)
def test_words_are_found_as_people_copy_them(words: str, found: list[str]) -> None:
    assert [TALE[start:end] for start, end in find_anchor(words, TALE)] == found


def test_every_span_has_words_by_which_it_is_found() -> None:
    for start in range(len(TALE)):
        for end in range(start + 1, min(start + 9, len(TALE)) + 1):
            if TALE[start:end] == TALE[start:end].strip() and is_whole(start, end):
                assert find_anchor(word_anchor([(start, end)], TALE), TALE) == [(start, end)]


def is_whole(start: int, end: int) -> bool:
    return not (start and TALE[start - 1].isalnum() and TALE[start].isalnum()) and not TALE[end - 1 : end + 1].isalnum()
