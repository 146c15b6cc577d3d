"""How a language writes numbers in figures, and what stands around them: marks, scales, percent, currencies, hedges.

Babel knows this for every locale; `number_words.toml` adds words for the languages that it covers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kursk_claims.claims.number_words import NumberWords, load_words

if TYPE_CHECKING:
    from babel import Locale

FRACTIONS = "".join(char for char in map(chr, range(0x00BC, 0x218A)) if unicodedata.normalize("NFKD", char)[1:2] == "\u2044")
BEFORE, AFTER = "~≈<>≤≥", "+"  # signs that hedge
DOTTED_I = str.maketrans("İı", "ii")
OTHER_CURRENCY_SIGNS = (  # outside their block of Unicode; to look through all of Unicode takes too long
    "$¢£¤¥\u058f\u060b\u07fe\u07ff\u09f2\u09f3\u09fb\u0af1\u0bf9\u0e3f\u17db\ua838\ufdfc\ufe69\uff04\uffe0\uffe1\uffe5\uffe6"
    "\U00011fdd\U00011fde\U00011fdf\U00011fe0\U0001e2ff\U0001ecb0"
)
CURRENCY_SIGNS = frozenset(OTHER_CURRENCY_SIGNS).union(map(chr, range(0x20A0, 0x20D0)))
COUNTS = (1, 2, 5, 1.5)  # have each plural form of the languages covered by words


@dataclass(frozen=True)
class NumberFormat:
    """The figures of a language, words and suffixes for round numbers, and what may stand before and after a number.

    `names` are hedges, currencies and percent in words, each folded and as it is, and `signs` their symbols. `letters` are
    suffixes of one letter, with the space that the language writes before them. They keep their case, since 3 m are metres and
    3 M are millions.
    """

    language: str
    decimal: str
    group: str
    figures: re.Pattern[str]
    scales: dict[str, int]
    letters: dict[str, int]
    names: tuple[tuple[str, str], ...]
    signs: tuple[str, ...]
    words: NumberWords

    def compile_surroundings(self, text: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """Compile what stands before and after the number in a text and leaves its value as it is.

        A language has more than a thousand names of currencies; a pattern of all of them takes long to compile and to search.
        """
        folded = _fold(text)
        names = tuple(name for key, name in self.names if key in folded)
        codes = tuple(code for code in _currency_codes() if code in text)
        return _compile_surroundings(names, codes, tuple(sign for sign in self.signs if _fold(sign) in folded))


@lru_cache
def load_format(tag: str) -> NumberFormat | None:
    """Return the format of a BCP 47 tag; None if Babel does not know the language."""
    locale = _find_locale(tag)
    if locale is None:
        return None
    from babel.numbers import get_decimal_symbol, get_group_symbol

    main = locale.language
    words = load_words(main)
    decimal, group = get_decimal_symbol(locale), _plain(get_group_symbol(locale))
    groups = {group, " ", "'"}
    if (parent := _find_locale(main)) is not None and get_decimal_symbol(parent) == decimal:
        groups.add(_plain(get_group_symbol(parent)))  # Austrians write 40.000 as well
    scales, letters = _list_scales(locale)
    for suffix, scale in words.scales.items():
        (letters if len(suffix) == 1 else scales)[suffix.casefold()] = scale
    figures = _compile_figures(decimal, "".join(groups - {decimal}), indian=locale.decimal_formats[None].grouping[1] == 2)
    return NumberFormat(main, decimal, group, figures, scales, letters, _list_names(locale, words), _list_signs(locale), words)


def _find_locale(tag: str) -> Locale | None:
    """Return the locale of a tag, or that of its language alone if Babel does not know the region."""
    from babel import Locale, UnknownLocaleError

    for each in (tag, tag.partition("-")[0]):
        try:
            return Locale.parse(each, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None


def _plain(mark: str) -> str:
    return "'" if mark == "\u2019" else " " if mark.isspace() else mark


def _compile_figures(decimal: str, groups: str, *, indian: bool) -> re.Pattern[str]:
    """Compile figures with one mark between groups of three digits, in India also between groups of two."""
    mark = f"(?P<mark>[{re.escape(groups)}])"
    thousands = rf"\d{{1,3}}{mark}\d{{3}}(?:(?P=mark)\d{{3}})*"
    lakhs = rf"\d{{1,2}}(?P<lakh>[{re.escape(groups)}])(?:\d{{2}}(?P=lakh))+\d{{3}}|" if indian else ""
    whole = rf"(?:{lakhs}{thousands}|\d+)(?:{re.escape(decimal)}\d+)?"
    return re.compile(rf"(?P<whole>{whole})? ?(?P<fraction>[{FRACTIONS}])?")


def _list_scales(locale: Locale) -> tuple[dict[str, int], dict[str, int]]:
    """Return the suffixes of compact numbers, such as "million" and "млн", with their values; those of one letter apart."""
    values: dict[str, set[int]] = {}
    by_magnitude = (each for patterns in locale.compact_decimal_formats.values() for each in patterns.values())
    for magnitude, pattern in (item for each in by_magnitude for item in each.items()):
        zeros = pattern.pattern.count("0")
        suffix = re.sub("[0'\u200e\u200f]", "", pattern.pattern).replace("\u00a0", " ")
        if zeros and suffix.strip():
            key = suffix if _is_letter(suffix) else " ".join(suffix.split()).casefold()
            values.setdefault(key, set()).add(int(magnitude) // 10 ** (zeros - 1))
    clear = {suffix: min(each) for suffix, each in values.items() if len(each) == 1}  # some locales of CLDR contradict themselves
    scales = {suffix: value for suffix, value in clear.items() if not _is_letter(suffix)}
    letters = {suffix: value for suffix, value in clear.items() if _is_letter(suffix)}
    letters.update({suffix.strip(): value for suffix, value in letters.items()})
    return scales, letters


def _is_letter(suffix: str) -> bool:
    return len(suffix.strip()) == 1 and suffix.isascii()


def _list_names(locale: Locale, words: NumberWords) -> tuple[tuple[str, str], ...]:
    """Return hedges, and percent and the currencies in each plural form."""
    from babel.numbers import get_currency_name
    from babel.units import format_unit

    names = {*words.hedges, *words.percent, *words.currency}
    for count in COUNTS:
        names.add(re.sub(r"\d+(?:\W\d+)?", "", format_unit(count, "concentr-percent", locale=locale)).strip())
        names.update(str(get_currency_name(str(code), count=count, locale=locale)) for code in locale.currencies)
    return tuple((_fold(name), name) for name in {*map(_plain_words, names)} - {""})


def _list_signs(locale: Locale) -> tuple[str, ...]:
    symbols = {symbol for symbol in locale.currency_symbols.values() if len(symbol) > 1 or symbol in CURRENCY_SIGNS}
    signs = {*symbols, *CURRENCY_SIGNS, "%", "٪", locale.number_symbols["latn"]["percentSign"]}
    return tuple({*map(_plain_words, signs)} - {""})


@lru_cache(maxsize=1000)
def _compile_surroundings(
    names: Sequence[str], codes: Sequence[str], signs: Sequence[str]
) -> tuple[re.Pattern[str], re.Pattern[str]]:
    word, code, sign = _either(names), f"(?-i:{_either(codes)})", _either(signs)
    before = rf"(?:(?:{word})(?: |(?<=['.]))|(?:{code})(?=[ \d+-]) ?|(?:{sign}|[{BEFORE}]) ?)"
    after = rf"(?:(?:(?<=\d)| )(?:{word}|{code})| ?(?:{sign}|[{AFTER}]))"
    return re.compile(before, re.IGNORECASE), re.compile(rf"{after}$", re.IGNORECASE)


def _either(texts: Iterable[str]) -> str:
    """Return a pattern of alternatives, the longest first; without any, one that never matches."""
    return "|".join(re.escape(text) for text in sorted(texts, key=lambda text: (-len(text), text))) or "(?!)"


def _plain_words(text: str) -> str:
    return " ".join(text.replace("\u2019", "'").split())


def _fold(text: str) -> str:
    """Return a text in which letters that a pattern takes for the same, whatever their case, are the same."""
    return text.translate(DOTTED_I).casefold()


@lru_cache
def _currency_codes() -> tuple[str, ...]:
    from babel.core import get_global

    return tuple(map(str, get_global("all_currencies")))
