"""Find numbers in a text, in figures and in the words of its language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from kursk_claims.claims.cardinals import is_number_word
from kursk_claims.claims.number_format import FRACTIONS, load_format
from kursk_claims.claims.number_words import WORD_LANGUAGES, load_words

NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million "
    "millions billion billions dozen dozens half twice first second third fourth fifth sixth seventh eighth ninth tenth "
    "eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth "
    "fortieth fiftieth sixtieth seventieth eightieth ninetieth hundredth thousandth millionth"
).split()
FIGURES = rf"\d+(?:[.,\u066b\u066c]\d+)*[{FRACTIONS}]?|[{FRACTIONS}]"
APOSTROPHES = "['\u2019\u02bc]"


def find_numerals(text: str, language: str | None = "en") -> Iterator[tuple[int, int, str]]:
    """Yield start, end and words of every number in a text of a language, in figures or words, ordinals included.

    Only figures are found in a language that is unknown or not one of `WORD_LANGUAGES`. Articles such as the French "un" and
    words that mostly mean something else are left out.
    """
    main = (language or "").partition("-")[0].casefold()
    if main not in WORD_LANGUAGES:
        yield from ((match.start(), match.end(), match[0]) for match in re.finditer(FIGURES, text))
        return
    pattern, is_number = _compile(main), _word_test(main)
    for match in pattern.finditer(text):
        if match["figures"] or match["phrase"] or (match["word"] and is_number(match["word"])):
            yield match.start(), match.end(), match[0]


def covers_words(language: str | None) -> bool:
    """Return whether number words of a language, a BCP 47 tag, are found."""
    return (language or "").partition("-")[0].casefold() in WORD_LANGUAGES


@lru_cache
def _compile(language: str) -> re.Pattern[str]:
    """Compile words and figures; "per cento" is neither, and "a couple" is found as one."""
    words = load_words(language)
    phrases, percent = (rf"\b(?:{'|'.join(map(_spaced, each))})\b" for each in (words.both, words.percent))
    letters = rf"[^\W\d_]+(?:{APOSTROPHES}[^\W\d_]+){{0,2}}" if language == "uk" else r"[^\W\d_]+"
    return re.compile(rf"(?P<figures>{FIGURES})|(?P<phrase>{phrases})|{percent}|\b(?P<word>{letters})\b", re.IGNORECASE)


def _spaced(phrase: str) -> str:
    return r"\s+".join(map(re.escape, phrase.split()))


def _word_test(language: str) -> Callable[[str], bool]:
    """Return a function that says whether a word is a number."""
    words, number_format = load_words(language), load_format(language)
    assert number_format is not None
    scales = {word for word in number_format.scales if word.isalpha() and len(word) > 2}
    known = {*words.also, *words.singular_collectives, *words.plural_collectives, *scales}
    passed_over = {*words.articles, *words.never}

    @lru_cache(maxsize=10_000)
    def is_number(word: str) -> bool:
        word = re.sub(APOSTROPHES, "'", word.lower())
        if language == "en":
            return word in NUMBER_WORDS
        return word not in passed_over and (word in known or is_number_word(word, language))

    return is_number
