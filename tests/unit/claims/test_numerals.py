"""Numbers in figures and words are found in English text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kursk_claims.claims.numerals import NUMBER_WORDS, find_numerals


@pytest.mark.parametrize(
    ("words", "surfaces"),
    [
        ("1,294 of 3.5 million", ["1,294", "3.5", "million"]),
        ("It was 41.", ["41"]),
        ("In 2031, 11 came", ["2031", "11"]),
        ("Three days ago, in the second round", ["Three", "second"]),
        ("the eleventh and the twenty-first", ["eleventh", "twenty", "first"]),
        ("F-16s and the T9", ["16", "9"]),
        ("some forty, no fewer than a dozen", ["forty", "dozen"]),
        ("one of them", ["one"]),
        ("someone, nobody, none, alone, tent, often, weight", []),
        ("", []),
    ],
)
def test_numerals(words: str, surfaces: list[str]) -> None:
    assert [surface for _, _, surface in find_numerals(words)] == surfaces


@given(st.lists(st.sampled_from([*NUMBER_WORDS, "7", "1,200", "men", "ö", ",", "-", "(", "."]), max_size=12))
def test_numerals_stand_where_they_say(tokens: list[str]) -> None:
    words = " ".join(tokens)
    found = list(find_numerals(words))
    assert [words[start:end] for start, end, _ in found] == [surface for _, _, surface in found]
    assert [surface for _, _, surface in found] == [each for each in tokens if each in (*NUMBER_WORDS, "7", "1,200")]
