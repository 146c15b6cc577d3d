"""Numbers in figures and words are found in a text, in the words of its language."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from kursk_claims.claims.number_words import WORD_LANGUAGES
from kursk_claims.claims.numerals import NUMBER_WORDS, find_numerals
from support import ROOT


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
        ("both of them, a couple of boats, the couple, a  pair", ["both", "a couple", "a  pair"]),
        ("1½ cups, ½ a litre", ["1½", "½"]),
        ("MCMXC and 5 km²", ["5"]),
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


@pytest.mark.parametrize(
    ("words", "language", "surfaces"),
    [
        ("двадцять п'ять мільйонів", "uk", ["двадцять", "п'ять", "мільйонів"]),
        ("п\u2019ятьох із двадцяти, п\u02bcятеро", "uk", ["п\u2019ятьох", "двадцяти", "п\u02bcятеро"]),
        ("один з них, обидва, сотні, півмільйона", "uk", ["обидва", "сотні", "півмільйона"]),
        ("у третьому порту 5 млн тонн", "uk", ["третьому", "5", "млн"]),
        ("двадцати пяти из трёхсот, полтора миллиона", "ru", ["двадцати", "пяти", "трёхсот", "полтора", "миллиона"]),
        ("одна баржа с семью", "ru", []),
        ("cinque o trecento, secondo il porto, un uomo", "it", ["cinque", "trecento"]),
        ("prima di centinaia di navi, il 7,5 per cento", "it", ["centinaia", "7,5"]),
        ("zweiundzwanzig Kähne, ein Hafen, Tausende", "de-AT", ["zweiundzwanzig", "Tausende"]),
        ("quatre-vingts, d'onze, une écluse, dix pour cent", "fr", ["quatre", "vingts", "onze", "dix"]),
        ("dos barcos, ambos, una vez, cientos", "es", ["dos", "ambos", "cientos"]),
        ("cem barcos, segundo o porto", "pt", ["cem"]),
        ("tweeëntwintig, een haven, één, tientallen", "nl", ["tweeëntwintig", "één", "tientallen"]),
        ("pięć statków, 12 łodzi i ½", "pl", ["12", "½"]),
        ("five 5", "und", ["5"]),
        ("five 5", None, ["5"]),
        ("١٢٫٥", "ar", ["١٢٫٥"]),
    ],
)
def test_numerals_of_a_language(words: str, language: str | None, surfaces: list[str]) -> None:
    assert [surface for _, _, surface in find_numerals(words, language)] == surfaces


@given(st.sampled_from(WORD_LANGUAGES), st.integers(2, 999_999))
def test_what_num2words_writes_is_found(language: str, number: int) -> None:
    assert list(find_numerals(num2words(number, lang=language), language))


def test_the_documentation_lists_the_languages() -> None:
    rows = (ROOT / "docs" / "numbers.md").read_text(encoding="utf-8").split("\n## ")[0]
    assert set(re.findall(r" `([a-z]{2})`", rows)) == set(WORD_LANGUAGES)
