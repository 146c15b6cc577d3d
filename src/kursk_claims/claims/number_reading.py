"""Read a number, or a range of numbers, as the language of its text writes it, in figures or in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from kursk_claims.claims.cardinals import ENDING, INVERTED, read_cardinal
from kursk_claims.claims.number_format import FRACTIONS, NumberFormat, load_format
from kursk_claims.claims.number_words import WORD_LANGUAGES

UNKNOWN = (None, "", "und")
MAX_LENGTH = 200  # characters of a surface
ARABIC_MARKS = "\u066b\u066c"  # decimal mark and mark between groups
PLAIN = str.maketrans(
    dict.fromkeys("\u2019\u02bc", "'")
    | dict.fromkeys("\u2010\u2011\u2212", "-")
    | dict.fromkeys("\u2012\u2014\u2015", "\u2013")
    | dict.fromkeys("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "")  # directions of writing
)
ORDINAL = re.compile(rf"(\d+){ENDING[:-1]}", re.IGNORECASE)
# Round numbers of one word; any other word for one, such as hundreds, is a plural and no number.
ROUND_WORDS = set(
    "hundred thousand hundert einhundert tausend eintausend cent mille cien ciento mil cento cem honderd duizend".split()
)


class Reading(NamedTuple):
    """What a surface says: one number, or the two ends of a range."""

    value: float | None
    low: float | None = None
    high: float | None = None


def read_number(surface: str, language: str | None = "en") -> Reading | None:
    """Return the number of a surface such as "1,294", "two dozen" or "3 to 5 million" in a text of a language, a BCP 47 tag.

    Returns None if it cannot be read, or if the language is unknown and languages read it differently.
    """
    if len(surface) > MAX_LENGTH:
        return None
    languages = WORD_LANGUAGES if language in UNKNOWN else (str(language),)
    readings = {_read(surface, number_format) for each in languages if (number_format := load_format(each))} - {None}
    return readings.pop() if len(readings) == 1 else None


def _read(surface: str, number_format: NumberFormat) -> Reading | None:
    text = _normalize(surface, number_format)
    if (value := _read_single(text, number_format)) is not None:
        return Reading(float(value))
    ends = {_read_ends(low, high, number_format) for low, high in _split_range(text, number_format)} - {None}
    return Reading(None, *map(float, ends.pop() or ())) if len(ends) == 1 else None


def _normalize(surface: str, number_format: NumberFormat) -> str:
    """Return the surface with ASCII digits, plain spaces, apostrophes and hyphens."""
    marks = str.maketrans(ARABIC_MARKS, number_format.decimal + number_format.group)
    digits = (str(unicodedata.digit(char)) if char.isdecimal() else char for char in surface)
    return " ".join("".join(digits).translate(PLAIN).translate(marks).split())


def _split_range(text: str, number_format: NumberFormat) -> Iterator[tuple[str, str]]:
    """Yield each way to take a text for a range."""
    for template in (*number_format.words.ranges, "{}\u2013{}", "{}-{}"):
        first, middle, _ = template.split("{}")
        if not text.casefold().startswith(first.casefold()):
            continue
        for match in re.finditer(re.escape(middle), text[len(first) :], re.IGNORECASE):
            low, high = text[len(first) :][: match.start()], text[len(first) :][match.end() :]
            # In most languages a hyphen also joins the words of one number: one-third.
            if middle != "-" or number_format.language in INVERTED or all(map(_has_digit, (low, high))):
                yield low.strip(), high.strip()


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _read_ends(low_text: str, high_text: str, number_format: NumberFormat) -> tuple[Decimal, Decimal] | None:
    """Return both ends of a range; the low end of "3 to 5 million" is in millions too."""
    low, high = _read_single(low_text, number_format), _read_single(high_text, number_format)
    if low is None or high is None:
        return None
    scale = _last_scale(high_text, number_format)
    if scale and not _last_scale(low_text, number_format) and low * scale < high:
        low *= scale
    return (low, high) if low < high else None


def _last_scale(text: str, number_format: NumberFormat) -> int | None:
    """Return the value of the word or suffix for a round number at the end of a number."""
    text = _strip_surroundings(text, number_format)
    match = re.search(r"([ -]?)([^\W\d]+\.?)$", text)
    return _read_scale(match[2], number_format, match[1]) if match else None


def _read_single(text: str, number_format: NumberFormat) -> Decimal | None:
    """Return the value of one number, with whatever stands around it."""
    text = _strip_surroundings(text, number_format)
    minus = re.match(rf"-|\+|(?:{re.escape(number_format.words.minus) or '-'}) ", text, re.IGNORECASE)
    if minus:
        text = _strip_surroundings(text[minus.end() :].strip(), number_format)
    value = _read_figures(text, number_format)
    if value is None and (match := ORDINAL.fullmatch(text)):
        value = Decimal(match[1])
    if value is None:
        value = _read_scaled(text, number_format)
    if value is None and number_format.language in WORD_LANGUAGES:
        value = _read_words(text, number_format)
    return -value if minus and minus[0] != "+" and value is not None else value


def _strip_surroundings(text: str, number_format: NumberFormat) -> str:
    """Remove hedges, currencies and percent from both ends of a number."""
    before, after = number_format.compile_surroundings(text)
    while match := before.match(text) or after.search(text):
        text = (text[: match.start()] + text[match.end() :]).strip()
    return text


def _read_figures(text: str, number_format: NumberFormat) -> Decimal | None:
    match = number_format.figures.fullmatch(text)
    if not match or not match[0].strip():
        return None
    whole, decimal, places = (match["whole"] or "0").partition(number_format.decimal)
    if decimal and match["fraction"]:
        return None
    value = Decimal(re.sub(r"\D", "", whole) + (f".{places}" if decimal else ""))
    return value + Decimal(str(unicodedata.numeric(match["fraction"]))) if match["fraction"] else value


def _read_scaled(text: str, number_format: NumberFormat) -> Decimal | None:
    """Read figures and a word or suffix for a round number: "2.5bn", "3 million", "3-million"."""
    match = re.fullmatch(rf"(.*[\d{FRACTIONS}])([ -]?)([^\d]+)", text)
    if not match:
        return None
    figures, scale = _read_figures(match[1], number_format), _read_scale(match[3], number_format, match[2])
    return None if figures is None or scale is None else figures * scale


def _read_scale(word: str, number_format: NumberFormat, separator: str = "-") -> int | None:
    """Return the value of a word for a round number, or of its abbreviation; for one letter the separator matters."""
    words = number_format.words
    for values in (number_format.scales, words.singular_collectives, words.plural_collectives):
        if (value := values.get(word.casefold())) is not None:
            return value
    if (value := number_format.letters.get(separator + word)) is not None:
        return value
    if " " in word or number_format.language not in WORD_LANGUAGES:
        return None
    value = read_cardinal(word, number_format.language)
    return value if value is not None and value >= 100 and str(value).rstrip("0") == "1" else None


def _read_words(text: str, number_format: NumberFormat) -> Decimal | None:
    words = number_format.words
    if match := _match(words.one_and_a_half, "{words} (.+)", text):
        scale = _read_scale(match[1], number_format)
        return None if scale is None else Decimal(scale) * 3 / 2
    if match := _match(words.half, "{words}[ -]?(.+)", text):
        scale = _read_scale(match[1], number_format)
        return None if scale is None else Decimal(scale) / 2
    if match := _match(words.and_a_half, "(.+?) ?{words}(?: (.+))?", text):
        return _add_half(match[1], match[2], number_format)
    return _read_count(text, number_format)


def _match(words: Iterable[str], template: str, text: str) -> re.Match[str] | None:
    """Match a pattern in which `{words}` stands for any of some words."""
    alternatives = "|".join(map(re.escape, words))
    return re.fullmatch(template.format(words=f"(?:{alternatives})"), text, re.IGNORECASE) if alternatives else None


def _add_half(count_text: str, scale_text: str | None, number_format: NumberFormat) -> Decimal | None:
    """Read "two and a half million", which Italian writes as "two millions and a half"."""
    count = _read_figures(count_text, number_format) or _read_count(count_text, number_format)
    if count is None:
        return None
    if scale_text is not None:
        scale = _read_scale(scale_text, number_format)
        return None if scale is None else (count + Decimal("0.5")) * scale
    return count + Decimal(_last_scale(count_text, number_format) or 1) / 2


def _read_count(text: str, number_format: NumberFormat) -> Decimal | None:
    """Read number words, also with a word that counts like dozen."""
    words, language = number_format.words, number_format.language
    article, _, bare = text.partition(" ")
    if not bare or article.casefold() not in words.articles:
        article, bare = "", text
    first, _, last = bare.rpartition(" ")
    scale, noun = _read_scale(last, number_format), last.casefold()
    if not first and scale is not None:
        stands_alone = article or noun in ROUND_WORDS or (not words.articles and noun in words.singular_collectives)
        if stands_alone and noun not in words.plural_collectives:
            return Decimal(scale)
        return _as_decimal(read_cardinal(last, language)) if language in INVERTED else None
    if first and (noun in words.singular_collectives or noun in words.plural_collectives):
        count = read_cardinal(first, language)
        return None if count is None or scale is None else Decimal(count * scale)
    return None if not article and _is_plural(bare, number_format) else _as_decimal(read_cardinal(bare, language))


def _is_plural(text: str, number_format: NumberFormat) -> bool:
    """Return whether number words begin with a word such as hundreds, which text2num takes for a hundred."""
    first = text.split(" ", maxsplit=1)[0]
    return (
        number_format.language not in INVERTED
        and first.casefold() not in ROUND_WORDS
        and _read_scale(first, number_format) is not None
    )


def _as_decimal(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)
