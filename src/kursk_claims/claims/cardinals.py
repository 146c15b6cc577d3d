"""Read numbers in words. text2num reads seven languages; what num2words writes is inverted for Ukrainian and Russian."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from kursk_claims.claims.number_words import load_words

INVERTED = ("uk", "ru")  # languages whose words num2words writes
MAX_WORD = 80  # letters; German writes any number below a million as one word
ENDING = r"(?:\.|st|nd|rd|th|er|re|e|ème|de|ste|º|ª|°)?"  # of ordinals, as text2num returns them
SPELLED = ("de", "es", "it", "nl")  # languages of which text2num does not read all numbers
THOUSAND = {"de": "tausend", "it": "mila|mille", "nl": "duizend"}  # within a word
CASES = {
    "uk": ("nominative", "genitive", "dative", "accusative", "instrumental", "locative"),
    "ru": ("n", "g", "d", "a", "i", "p"),
}
# num2words writes Ukrainian ordinals in the nominative only.
UKRAINIAN_ENDINGS = {
    "ий": "ий ого ому им ім а ої ій у ою е і их ими".split(),
    "ій": "ій ього ьому ім я ьої ю ьою є і іх іми".split(),
}


def read_cardinal(words: str, language: str) -> int | None:
    """Return the value of number words of one of the `WORD_LANGUAGES`; also of ordinals, where text2num reads them."""
    if not re.search(r"[^\W\d]", words) or re.search(r"\d", words):
        return None
    if language in INVERTED:
        return _read_inverted(_fold(words).split(), _vocabulary(language))
    from text_to_num import alpha2digit

    try:
        match = re.fullmatch(rf"(\d+){ENDING}", alpha2digit(words, language, threshold=0))
    except ValueError:
        match = None
    return int(match[1]) if match else _read_spelled(_unaccented(words.lower()), language)


def is_number_word(word: str, language: str) -> bool:
    """Return whether a single word is a number or an ordinal."""
    if len(word) > MAX_WORD:
        return False
    if language not in INVERTED:
        return read_cardinal(word, language) is not None
    word, vocabulary = _fold(word), _vocabulary(language)
    return word in vocabulary.units or word in vocabulary.scales or word in vocabulary.ordinals


def _read_spelled(word: str, language: str) -> int | None:
    """Return the value of a number below a million as num2words spells it; text2num lacks some, such as "centottantuno"."""
    if language not in SPELLED:
        return None
    spelled = _spelled(language)
    if word in spelled or language not in THOUSAND:
        return spelled.get(word)
    match = re.fullmatch(rf"(.*?)(?:{THOUSAND[language]})(.*)", word)
    if not match or any(part and part not in spelled for part in match.groups()):
        return None
    thousands, rest = match.groups()
    return (spelled[thousands] if thousands else 1) * 1000 + (spelled[rest] if rest else 0)


@lru_cache
def _spelled(language: str) -> dict[str, int]:
    from num2words import num2words

    return {_unaccented(num2words(number, lang=language)): number for number in range(1000)}


def _unaccented(word: str) -> str:
    """Return Italian words without the accent that only the last part of a number has."""
    return word.replace("tré", "tre")


def _fold(words: str) -> str:
    """Return words in lower case; Russian mostly leaves out the dots of ё."""
    return words.casefold().replace("ё", "е")


class Vocabulary(NamedTuple):
    """Words below a thousand and words for powers of a thousand, with their values.

    `single` are those powers that stand for one by themselves: `тисяча` is 1000, while `тисячі` are thousands.
    """

    units: dict[str, int]
    scales: dict[str, int]
    single: set[str]
    ordinals: set[str]


@lru_cache
def _vocabulary(language: str) -> Vocabulary:
    from num2words import num2words

    def write(number: int, **form: str) -> str:
        return _fold(num2words(number, lang=language, **form))

    round_numbers = [*range(20), *range(20, 100, 10), *range(100, 1000, 100)]
    units = dict(load_words(language).cardinals)
    scales: dict[str, int] = {}
    single, plural = set(), set()
    for case in CASES[language]:
        for gender in ("m", "f", "feminine") if language == "uk" else ("m", "f", "n"):
            units.update((write(number, case=case, gender=gender), number) for number in round_numbers)
        for power in (10**3, 10**6, 10**9, 10**12):
            forms = [write(count * power, case=case).split()[-1] for count in (1, 2, 5)]
            scales.update(dict.fromkeys(forms, power))
            single.add(forms[0])
            plural.update(forms[1:])
    ordinals = {*map(_fold, _write_ordinals(language, [*round_numbers[1:], 10**3, 10**6, 10**9]))}
    return Vocabulary(units, scales, single - plural, ordinals)


def _write_ordinals(language: str, numbers: Sequence[int]) -> Iterator[str]:
    from num2words import num2words

    for number in numbers:
        if language == "uk":
            word = num2words(number, lang="uk", to="ordinal")
            yield from (word[:-2] + ending for ending in UKRAINIAN_ENDINGS[word[-2:]])
            continue
        for case in CASES["ru"]:
            yield from (num2words(number, lang="ru", to="ordinal", case=case, gender=gender) for gender in "mfn")
            yield num2words(number, lang="ru", to="ordinal", case=case, plural=True)


def _read_inverted(words: Sequence[str], vocabulary: Vocabulary) -> int | None:
    """Add up groups such as "двісті сорок п'ять тисяч": hundreds, tens, units and a power of a thousand, in falling order."""
    total, group, last_scale = 0, 0, 10**15
    smallest = 1000  # unit of the word before, within a group
    for word in words:
        if (scale := vocabulary.scales.get(word)) is not None:
            if scale >= last_scale or (smallest == 1000 and word not in vocabulary.single):
                return None
            total += (group if smallest < 1000 else 1) * scale
            group, smallest, last_scale = 0, 1000, scale
        elif (number := vocabulary.units.get(word)) is not None and (number or words == [word]):
            unit = 100 if number >= 100 else 10 if number >= 10 else 1
            if unit >= smallest:
                return None
            group, smallest = group + number, 1 if number < 20 else unit
        else:
            return None
    return total + group if words else None
