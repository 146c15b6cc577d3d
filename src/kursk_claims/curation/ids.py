"""Ids that carry a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from itertools import chain, count

MAX_LENGTH = 40  # characters of a name in an id
# Letters that Unicode does not decompose into one of a to z.
LETTERS = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})


def name_id(prefix: str, name: str, taken: Container[str]) -> str | None:
    """Return an id such as `act-border-gazette` that is not taken; None if the name has no Latin letters or digits."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(LETTERS)).encode("ascii", "ignore").decode()
    words = re.findall("[a-z0-9]+", plain.replace("'", ""))
    while len("-".join(words)) > MAX_LENGTH and len(words) > 1:
        words.pop()
    if not words:
        return None
    stem = f"{prefix}-{'-'.join(words)[:MAX_LENGTH]}"
    numbered = (f"{stem}-{number}" for number in count(2))
    return next(each for each in chain([stem], numbered) if each not in taken)
