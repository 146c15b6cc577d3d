"""Words are located in a text: in the passages of a held document, or anywhere in another text."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from kursk_claims.claims.locate import LocatedSpan, find_places, load_held_documents, restore_text
from kursk_claims.claims.text import match_document, read_canonical_text, text_digest
from kursk_claims.contract.loader import load_contract
from kursk_claims.workspace import find_workspace
from support import FICTION

WORKSPACE = find_workspace(FICTION)
ARTICLE = read_canonical_text(FICTION / "article.txt")
DOCUMENTS = load_held_documents(WORKSPACE.records, load_contract(WORKSPACE.schemas))
HELD = DOCUMENTS[0]
WORDS = {passage.passage_id: ARTICLE[passage.char_start : passage.char_end] for passage in HELD.passages}


@given(st.data())
def test_words_are_located_with_their_digest(data: st.DataObject) -> None:
    passage = data.draw(st.sampled_from(HELD.passages))
    start = data.draw(st.integers(passage.char_start, passage.char_end - 1))
    end = data.draw(st.integers(start + 1, passage.char_end))
    words = ARTICLE[start:end]
    spans = [span for place in find_places(words, ARTICLE, HELD) for span in place.spans]
    sha256 = hashlib.sha256(words.encode()).hexdigest()
    assert LocatedSpan(HELD.doc_id, passage.passage_id, start, end, sha256) in spans
    assert {ARTICLE[place.start : place.end] for place in find_places(words, ARTICLE, HELD)} == {words}


@given(st.text(alphabet="ab ö\U0001f5fa", min_size=1, max_size=40), st.data())
def test_every_place_in_a_text_that_is_not_held_is_found(words: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    part = words[start : data.draw(st.integers(start + 1, len(words)))]
    places = find_places(part, words)
    assert [place.start for place in places] == [index for index in range(len(words)) if words[index:].startswith(part)]
    assert {place.spans for place in places} == {
        (LocatedSpan("", "", place.start, place.end, text_digest(part)),) for place in places
    }


def test_words_of_another_copy_have_the_offsets_of_the_records() -> None:
    other = ARTICLE.replace(" ", " \n") + "A footer."
    copy = match_document(other, DOCUMENTS, "copy")
    for passage_id, words in WORDS.items():
        [place] = find_places(words, restore_text(copy, HELD), HELD)
        [span] = place.spans
        assert (span.passage_id, span.sha256) == (passage_id, text_digest(words))
        assert ARTICLE[span.char_start : span.char_end] == words


def test_no_words_have_no_place() -> None:
    assert find_places("", ARTICLE) == []
