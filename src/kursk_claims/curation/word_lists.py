"""What hedges and cues mean, by language: `schemas/hedges.csv` and `schemas/cues.csv` of the package."""

from __future__ import annotations

import csv
from functools import lru_cache

from kursk_claims.errors import OperationalError
from kursk_claims.files import read_utf8
from kursk_claims.workspace import find_package_workspace

MAX_CUE_WORDS = 4


def find_comparator(hedge: str, language: str) -> str:
    """Return the comparator that a hedge stands for; `approx` for one that the list lacks."""
    rows = _load("hedges", language)
    return rows.get(_fold(hedge), ("approx",))[0]


def find_cue(words: str, language: str) -> tuple[str, str]:
    """Return the lemma and class of a cue: the words themselves and `neutral` if the list lacks them."""
    folded = _fold(words)
    if not folded:
        return "", "none"
    lemma, cue_class = _load("cues", language).get(folded, (folded, "neutral"))
    return " ".join(lemma.split()[:MAX_CUE_WORDS]), cue_class


def list_cues(language: str) -> list[str]:
    """Return the words of the cues of a language, as they stand in texts."""
    return list(_load("cues", language))


def _fold(words: str) -> str:
    return " ".join(words.casefold().split())


@lru_cache
def _load(name: str, language: str) -> dict[str, tuple[str, ...]]:
    path = find_package_workspace().root / "schemas" / f"{name}.csv"
    rows = csv.reader(read_utf8(path, OperationalError, "Install the package again.").splitlines())
    main = language.partition("-")[0].casefold()
    return {words: tuple(cells) for each, words, *cells in rows if each == main}
