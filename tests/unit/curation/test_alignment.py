"""Spans of a text are found in a corrected version of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kursk_claims.curation.alignment import Alignment

OLD = "The ferry sank on Monday. Nobody of 12 was hurt. It is gone."
NEW = "The old ferry sank on Tuesday. Nobody of 13 was hurt. New sentence. It is gone."


def moved(words: str, old: str, new: str) -> str:
    start = old.index(words)
    first, last = Alignment(old, new).new_span(start, start + len(words))
    return new[first:last]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ferry", "ferry"),
        ("The ferry", "The old ferry"),
        ("Monday", "Tuesday"),
        ("on Monday.", "on Tuesday."),
        ("12", "13"),
        ("Nobody of 12 was hurt.", "Nobody of 13 was hurt."),
        ("It is gone.", "It is gone."),
    ],
)
def test_words_are_found_in_the_other_version(words: str, expected: str) -> None:
    assert moved(words, OLD, NEW) == expected


def test_removed_words_have_no_place() -> None:
    assert moved("New sentence.", NEW, OLD) == ""
    assert moved("old", NEW, OLD) == ""
    assert moved("Nobody of 13 was hurt.", NEW, OLD) == "Nobody of 12 was hurt."


def test_the_share_of_the_old_text_in_the_new_one() -> None:
    assert Alignment(OLD, OLD).share == 1
    assert Alignment("ab cd", "ef").share == 0


def texts(*tokens: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(tokens), min_size=1, max_size=30).map("".join)


@given(texts("ab", ".", " ", "\n"), texts("cd", ",", "–", "\t"), texts("ef", "!", "?"))
def test_what_stands_around_a_change_keeps_its_words(before: str, after: str, inserted: str) -> None:
    before, after, inserted = f"{before}.", f",{after}", f"!{inserted}!"  # otherwise words would grow together
    old, new = before + after, before + inserted + after
    alignment = Alignment(old, new)
    assert alignment.share == 1
    start, end = alignment.new_span(0, len(before))
    assert new[start:end] == before
    start, end = alignment.new_span(len(before), len(old))
    assert new[start:end] == after
    assert alignment.new_span(0, len(old)) == (0, len(new))
    assert Alignment(new, old).new_span(len(before), len(before + inserted)) == (len(before), len(before))
