"""Suggest the nearest known name."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

MIN_SIMILARITY = 60  # percent of the characters of both words
MAX_LENGTH = 100  # characters of a word that are compared
MAX_KNOWN = 10_000  # known words that are compared


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a suggestion to append to a message, or an empty text if no known word is near."""
    candidates = [each for each in islice(known, MAX_KNOWN) if len(each) <= MAX_LENGTH]
    if len(word) > MAX_LENGTH:
        return ""
    try:
        from rapidfuzz import fuzz, process
    except ModuleNotFoundError:  # of the extra `check`, which compares with thousands of keys
        nearest = find_nearest(word, candidates)
    else:
        found = process.extractOne(word, candidates, scorer=fuzz.ratio, processor=str.lower, score_cutoff=MIN_SIMILARITY)
        nearest = found[0] if found else None
    return f" (did you mean {nearest!r}?)" if nearest is not None else ""


def find_nearest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the first candidate of the highest similarity, as `rapidfuzz` with `fuzz.ratio` does; None if none is near."""
    nearest, best = None, float(MIN_SIMILARITY)
    masks: dict[str, int] = {}
    for position, char in enumerate(word.lower()):
        masks[char] = masks.get(char, 0) | 1 << position
    for candidate in candidates:
        similarity = _similarity(len(word.lower()), masks, candidate.lower())
        if similarity > best or (nearest is None and similarity >= best):
            nearest, best = candidate, similarity
    return nearest


def _similarity(length: int, masks: dict[str, int], other: str) -> float:
    """Return twice the length of the longest common subsequence, in percent of the characters of both words.

    The subsequence is found by bits (Hyyrö 2004): `masks` has the positions of each character of a word of this length.
    """
    every = unmatched = (1 << length) - 1
    for char in other:
        matches = unmatched & masks.get(char, 0)
        unmatched = (unmatched + matches) | (unmatched - matches)
    common = length - (unmatched & every).bit_count()
    return 200 * common / (length + len(other)) if length + len(other) else 100.0
