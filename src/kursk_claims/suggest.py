"""Suggest the nearest known name."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

MIN_SIMILARITY = 60  # percent of the characters of both words
MAX_LENGTH = 100  # characters of a word that are compared
MAX_KNOWN = 10_000  # known words that are compared


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a suggestion to append to a message, or an empty text if no known word is near."""
    from rapidfuzz import fuzz, process

    candidates = [each for each in islice(known, MAX_KNOWN) if len(each) <= MAX_LENGTH]
    if len(word) > MAX_LENGTH:
        return ""
    nearest = process.extractOne(word, candidates, scorer=fuzz.ratio, processor=str.lower, score_cutoff=MIN_SIMILARITY)
    return f" (did you mean {nearest[0]!r}?)" if nearest else ""
