"""The nearest known name is suggested, quickly whatever the words are."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz, process

from kursk_claims.suggest import MIN_SIMILARITY, did_you_mean, find_nearest


@pytest.mark.parametrize(
    ("word", "known", "nearest"),
    [
        ("affirmd", ["affirmed", "negated"], "affirmed"),
        ("calims", ["events", "claims", "claim_actors"], "claims"),
        ("clm-0011", ["clm-001", "clm-002"], "clm-001"),
        ("zzz", ["affirmed", "negated"], ""),
        ("", ["affirmed"], ""),
        ("claims", [], ""),
        ("a" * 101, ["a" * 101], ""),
    ],
)
def test_the_nearest_word_is_suggested_if_it_is_near(word: str, known: list[str], nearest: str) -> None:
    assert did_you_mean(word, known) == (f" (did you mean {nearest!r}?)" if nearest else "")


def test_many_long_words_are_compared_quickly() -> None:
    known = [f"{number:06d}" + "ab" * 47 for number in range(100_000)]
    for number in range(100):
        did_you_mean(f"x{number:05d}" + "ba" * 47, known)


@given(st.text("abcA", max_size=70), st.lists(st.text("abcA", max_size=70), max_size=6))
def test_the_core_suggests_what_rapidfuzz_does(word: str, known: list[str]) -> None:
    found = process.extractOne(word, known, scorer=fuzz.ratio, processor=str.lower, score_cutoff=MIN_SIMILARITY)
    assert find_nearest(word, known) == (found[0] if found else None)


def test_without_rapidfuzz_names_are_suggested_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    assert did_you_mean("calims", ["events", "claims"]) == " (did you mean 'claims'?)"
    assert did_you_mean("", ["claims"]) == did_you_mean("zzz", ["claims"]) == ""
