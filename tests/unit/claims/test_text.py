"""Copies of a held document are recognised and aligned, whatever their white space and surroundings."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kursk_claims.claims.locate import load_held_documents
from kursk_claims.claims.text import (
    HeldDocument,
    Passage,
    align_passages,
    canonicalize,
    match_document,
    read_canonical_text,
    text_digest,
)
from kursk_claims.contract.loader import load_contract
from kursk_claims.errors import TextError
from kursk_claims.report.model import Report
from kursk_claims.workspace import find_workspace
from support import FICTION, Copy

CONTRACT = load_contract(find_workspace(FICTION).schemas)
ARTICLE = read_canonical_text(FICTION / "article.txt")
DOCUMENTS = load_held_documents(find_workspace(FICTION).records, CONTRACT)
HELD = DOCUMENTS[0]
WORDS = {each.passage_id: ARTICLE[each.char_start : each.char_end] for each in HELD.passages}
DOCUMENT_RULES = {rule.name for rule in CONTRACT.rules if rule.header.get("needs") == "document"}

# What a saved page puts around the text.
MENU, ADVERTISEMENT, FOOTER = "Home  |  World  |  Sport\n\n", "\n\nRead also: 7 ways to cook rice.", "\n\n© Border Gazette\n"

SAME_TEXT = {
    "carriage returns and line feeds": ARTICLE.replace("\n", "\r\n").encode(),
    "carriage returns": ARTICLE.replace("\n", "\r").encode(),
    "byte order mark": b"\xef\xbb\xbf" + ARTICLE.encode(),
    "decomposed letters": unicodedata.normalize("NFD", ARTICLE).encode(),
}
OTHER_COPIES = {
    "double spaces": ARTICLE.replace(" ", "  "),
    "no-break spaces": ARTICLE.replace(" ", "\u00a0"),
    "wrapped lines": ARTICLE.replace(" ", "\n"),
    "wrapped lines with carriage returns": ARTICLE.replace(" ", "\r\n"),
    "tabs": ARTICLE.replace(" ", "\t").replace("\n\n", "\n\n\t"),
    "one line": ARTICLE.replace("\n\n", " "),
    "no final line feed": ARTICLE.removesuffix("\n"),
    "a menu before it": MENU + ARTICLE,
    "an advertisement in it": ARTICLE.replace("\n\n", ADVERTISEMENT + "\n\n", 3),
    "a footer behind it": ARTICLE + FOOTER,
    "all of these": MENU + ARTICLE.replace("\n\n", ADVERTISEMENT + "\r\n\r\n").replace(" ", " \u00a0") + FOOTER,
}
COPIES_THAT_COVER_THE_OTHERS = ["one line", "all of these"]


@pytest.fixture
def fiction(fiction: Copy) -> Copy:
    """The fictional workspace with the rules that need a text."""
    fiction.keep_rules(*(rule.name for rule in CONTRACT.rules if "needs" in rule.header))
    return fiction


def validate(fiction: Copy, changed: str | bytes) -> Report:
    """Validate the fictional records with another copy of their text."""
    fiction.text.write_bytes(changed if isinstance(changed, bytes) else changed.encode())
    return fiction.validate(fiction.text)


@pytest.mark.parametrize("name", SAME_TEXT)
def test_other_bytes_of_the_same_canonical_text_are_checked_in_full(name: str, fiction: Copy) -> None:
    assert SAME_TEXT[name] != ARTICLE.encode()
    report = validate(fiction, SAME_TEXT[name])
    assert report.findings == []
    assert report.skipped == []


@pytest.mark.parametrize(
    "name",
    [name if name in COPIES_THAT_COVER_THE_OTHERS else pytest.param(name, marks=pytest.mark.slow) for name in OTHER_COPIES],
)
def test_another_copy_is_checked_by_its_passages(name: str, fiction: Copy) -> None:
    report = validate(fiction, OTHER_COPIES[name])
    assert report.findings == []
    assert {each.rule for each in report.skipped} == DOCUMENT_RULES
    assert f"{len(WORDS)} of {len(WORDS)} passages found" in report.notes[0]


@pytest.mark.parametrize(
    ("passage", "word", "other"),
    [
        ("psg-002", "soldiers", "riders"),  # the passage has an expression of time and exclusions
        ("psg-005", "area", "zone"),  # quantities
        ("psg-007", "stop", "halt"),  # a heading
        ("psg-009", "parliament", "journalists"),  # two expressions of time and a relation's evidence
        ("psg-013", "failure", "success"),  # the last
    ],
)
def test_a_changed_word_is_one_finding_at_its_passage(passage: str, word: str, other: str, fiction: Copy) -> None:
    assert WORDS[passage].count(word) == 1
    report = validate(fiction, ARTICLE.replace(WORDS[passage], WORDS[passage].replace(word, other)))
    assert [(each.rule, each.key, each.found) for each in report.findings] == [
        ("passage-digest", f"passage_id={passage}", "no such words in this copy")
    ]
    assert {each.rule for each in report.skipped} == DOCUMENT_RULES
    assert f"not found: {passage}" in report.notes[0]


def test_each_document_is_checked_by_its_own_copy(fiction: Copy) -> None:
    words = "The harvest was good."
    sha256 = text_digest(words)
    fiction.add(
        "documents",
        doc_id="doc-second",
        kind="news_article",
        publisher_id="act-norhal-wire",
        language="en",
        date_basis="unknown",
        held="true",
        text_sha256=sha256,
        text_length=str(len(words)),
    )
    passage = {"passage_id": "psg-second", "doc_id": "doc-second", "paragraph": "1", "sentence": "1", "disposition": "heading"}
    fiction.add("passages", **passage, char_start="0", char_end=str(len(words)), sha256=sha256)
    second = fiction.root / "second.txt"
    second.write_text(f"{MENU}{words}{FOOTER}", encoding="utf-8")

    report = fiction.validate(fiction.text)
    assert report.findings == []
    assert {each.reason for each in report.skipped} == {"the text of doc-second is missing; add it with --text"}
    report = fiction.validate(fiction.text, second)
    assert report.findings == []
    assert {each.reason for each in report.skipped} == {"the copy of doc-second differs from the text that was coded"}
    assert {each.rule for each in report.skipped} == DOCUMENT_RULES


def test_an_unrelated_text_is_refused(fiction: Copy) -> None:
    with pytest.raises(TextError, match=rf"expected the text of a held document \({HELD.doc_id}\), found none of its passages"):
        validate(fiction, "Rice is cooked in twice its volume of water.\n")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TextError, match=r"nowhere\.txt: cannot be read: No such file"):
        read_canonical_text(tmp_path / "nowhere.txt")
    latin = tmp_path / "latin.txt"
    latin.write_bytes("Marön".encode("latin-1"))
    with pytest.raises(TextError, match=r"latin\.txt: expected UTF-8, found byte 0xf6 at byte 3"):
        read_canonical_text(latin)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]) | st.sampled_from("\r\n e\u0301")))
def test_canonical_text_stays_as_it_is(words: str) -> None:
    words = words.lstrip("\ufeff")
    once = canonicalize(b"\xef\xbb\xbf" + words.encode())
    assert canonicalize(once.encode()) == once == canonicalize(words.encode())
    assert "\r" not in once
    assert unicodedata.is_normalized("NFC", once)


SPACE = st.text(alphabet=" \n\t\r\u00a0\u2003", min_size=1, max_size=4)


@given(st.data())
def test_every_passage_is_found_under_any_spacing_and_furniture(data: st.DataObject) -> None:
    furniture = st.none() | st.text(max_size=30)
    parts = []
    for words in WORDS.values():
        parts.append(data.draw(furniture) or "")
        parts.append("".join(data.draw(SPACE) if part == " " else part for part in re.split("( )", words)))
    parts.append(data.draw(furniture) or "")
    assert align_passages(data.draw(SPACE).join(parts), HELD.passages) == WORDS


@given(st.lists(st.lists(st.sampled_from(["a", "aa", "b.", "“b”", "ö"]), min_size=1, max_size=4), min_size=1, max_size=6), SPACE)
def test_passages_that_repeat_words_are_all_found(sentences: list[list[str]], space: str) -> None:
    passages, at = [], 0
    for number, sentence in enumerate(sentences):
        words = " ".join(sentence)
        passages.append(Passage(f"psg-{number}", at, at + len(words), text_digest(words)))
        at += len(words) + 1
    copy = space.join(space.join(sentence) for sentence in sentences)
    assert align_passages(copy, passages) == {f"psg-{number}": " ".join(words) for number, words in enumerate(sentences)}


def test_passages_that_touch_are_both_found() -> None:
    words = ["They left at noon", "The rest stayed."]
    passages = [
        Passage("psg-1", 0, 17, text_digest(words[0])),
        Passage("psg-2", 17, 33, text_digest(words[1])),
    ]
    assert align_passages("They  left at noonThe rest\nstayed.", passages) == {"psg-1": words[0], "psg-2": words[1]}


def test_the_document_with_the_most_passages_is_meant() -> None:
    other = HeldDocument("doc-other", text_digest("x"), 1, (HELD.passages[0],))
    assert match_document(ARTICLE + FOOTER, [other, HELD], "copy").doc_id == HELD.doc_id
