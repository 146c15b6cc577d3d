"""The words around and inside numbers that `number_words.toml` lists by language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

# The languages whose number words are read and found: text2num has seven of them, num2words Ukrainian and Russian.
WORD_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "uk", "ru")


@dataclass(frozen=True)
class NumberWords:
    """The words of one language; the file explains each list. Other languages have none."""

    articles: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    hedges: tuple[str, ...] = ()
    minus: str = ""
    percent: tuple[str, ...] = ()
    currency: tuple[str, ...] = ()
    scales: Mapping[str, int] = field(default_factory=dict)
    half: tuple[str, ...] = ()
    one_and_a_half: tuple[str, ...] = ()
    and_a_half: tuple[str, ...] = ()
    both: tuple[str, ...] = ()
    also: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    singular_collectives: Mapping[str, int] = field(default_factory=dict)
    plural_collectives: Mapping[str, int] = field(default_factory=dict)
    cardinals: Mapping[str, int] = field(default_factory=dict)


@lru_cache
def load_words(language: str) -> NumberWords:
    """Return the words of a language, which is a subtag such as `en`."""
    entry = _load_file().get(language)
    if entry is None:
        return NumberWords()
    collectives = entry.get("collectives", ())
    return NumberWords(
        articles=tuple(entry["articles"].split()),
        ranges=tuple(entry["ranges"]),
        hedges=tuple(entry["hedges"]),
        minus=entry["minus"],
        percent=tuple(entry["percent"]),
        currency=tuple(entry["currency"].split()),
        scales=_by_word(entry.get("scales", {})),
        half=tuple(entry["half"]),
        one_and_a_half=tuple(entry.get("one_and_a_half", ())),
        and_a_half=tuple(entry["and_a_half"]),
        both=tuple(entry["both"]),
        also=frozenset(entry.get("also", "").casefold().split()),
        never=frozenset(entry.get("never", "").split()),
        singular_collectives={word.casefold(): value for words, _, value in collectives for word in words.split()},
        plural_collectives={word.casefold(): value for _, words, value in collectives for word in words.split()},
        cardinals=_by_word(entry.get("cardinals", {})),
    )


def _by_word(words_by_value: Mapping[str, str]) -> dict[str, int]:
    return {word: int(value) for value, words in words_by_value.items() for word in words.split()}


@lru_cache
def _load_file() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("number_words.toml").read_text(encoding="utf-8"))
