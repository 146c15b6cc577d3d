"""Read a number as the language of its text writes it, in figures or in words.

Babel knows the decimal and grouping marks of a language, text2num its number words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# The languages that text2num reads; a number in a text of unknown language is read in each of them.
WORD_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt")
UNKNOWN = (None, "", "und")
MAX_LENGTH = 200  # characters of a surface
ORDINAL = re.compile(r"(\d+)(?:\.|st|nd|rd|th|er|re|e|ème|de|ste|º|ª|°)")
ARTICLE = re.compile(r"(?:an?|une?|eine?|una|uma?|uno|een) ")
HALF = re.compile(r"half (?:an? )?(.+)")
AND_A_HALF = re.compile(r"(.+) and a half(?: (.+))?")
DOZENS = {"en": "dozen", "de": "dutzend", "fr": "douzaine", "es": "docena", "it": "dozzina", "nl": "dozijn", "pt": "dúzia"}
# Round numbers of one word; any other word for one, such as hundreds, is a plural and no number.
ROUND_WORDS = {"hundred", "thousand", "hundert", "tausend", "cent", "mille", "cien", "mil", "cento", "cem", "honderd", "duizend"}


class Marks(NamedTuple):
    """The decimal mark and the mark between groups of three digits."""

    decimal: str
    group: str


def read_number(surface: str, language: str | None = "en") -> float | None:
    """Return the value of a number such as "1,294" or "two dozen" in a text of a language, which is a BCP 47 tag.

    Returns None if it cannot be read, or if the language is unknown and languages read it differently.
    """
    if len(surface) > MAX_LENGTH:
        return None
    text = _normalize(surface)
    if language not in UNKNOWN:
        return _read(text, str(language))
    readings = {value for each in WORD_LANGUAGES if (value := _read(text, each)) is not None}
    return readings.pop() if len(readings) == 1 else None


def _normalize(surface: str) -> str:
    """Return the surface in lower case with ASCII digits and plain spaces."""
    digits = (str(unicodedata.digit(char)) if char.isdecimal() else char for char in surface)
    return " ".join("".join(digits).lower().replace("\u2019", "'").split())


def _read(text: str, language: str) -> float | None:
    marks = _find_marks(language)
    if marks is None:
        return None
    main = language.split("-", maxsplit=1)[0].lower()
    value = _read_figures(text, marks)
    if value is None and (match := ORDINAL.fullmatch(text)):
        value = float(match[1])
    if value is None and main in WORD_LANGUAGES:
        value = _read_words(text, main, marks)
    return value


def _read_figures(text: str, marks: Marks) -> float | None:
    decimal, group = re.escape(marks.decimal), f"[{re.escape(marks.group)} ]"
    if not re.fullmatch(rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)(?:{decimal}\d+)?", text):
        return None
    return float(re.sub(group, "", text).replace(marks.decimal, "."))


def _read_words(text: str, language: str, marks: Marks) -> float | None:
    if language == "en" and (match := HALF.fullmatch(text)):
        whole = _read_scale(match[1], language)
        return None if whole is None else whole / 2
    if language == "en" and (match := AND_A_HALF.fullmatch(text)):
        count, scale = _read_count(match[1], language, marks), _read_scale(match[2], language) if match[2] else 1.0
        return None if count is None or scale is None else (count + 0.5) * scale
    return _read_count(text, language, marks)


def _read_count(text: str, language: str, marks: Marks) -> float | None:
    """Return the value of number words, or of a number followed by a word such as million or dozen."""
    bare = ARTICLE.sub("", text, count=1) if ARTICLE.match(text) else text
    if bare != text and (scale := _read_scale(bare, language)) is not None:
        return scale
    first, _, last = text.rpartition(" ")
    scale = _read_scale(last, language)
    if first and scale is not None and (figures := _read_figures(first, marks)) is not None:
        return figures * scale
    if first and last == DOZENS[language] and (count := _read_cardinal(first, language)) is not None:
        return count * 12
    return None if scale is not None and not first and last not in ROUND_WORDS else _read_cardinal(bare, language)


def _read_scale(word: str, language: str) -> float | None:
    """Return the value of a single word for a round number."""
    if word == DOZENS[language]:
        return 12
    value = None if " " in word else _read_cardinal(word, language)
    return value if value is not None and value >= 100 and set(f"{value:.0f}") <= {"0", "1"} else None


def _read_cardinal(words: str, language: str) -> float | None:
    """Return the value of number words; ordinals come back from text2num as figures with an ending."""
    from text_to_num import alpha2digit

    if not re.search(r"[^\W\d]", words) or re.search(r"\d", words):
        return None
    try:
        match = re.fullmatch(rf"(\d+)(?:{ORDINAL.pattern.split(')', 1)[1]})?", alpha2digit(words, language, threshold=0))
    except ValueError:
        return None
    return float(match[1]) if match else None


@lru_cache
def _find_marks(language: str) -> Marks | None:
    """Return the marks of a language; None if Babel does not know it."""
    from babel import Locale, UnknownLocaleError
    from babel.numbers import get_decimal_symbol, get_group_symbol

    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    return Marks(get_decimal_symbol(locale), get_group_symbol(locale).replace("\u2019", "'"))
