"""Recognise offsets that were counted in other units than code points of the canonical text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

from kursk_claims.claims.text import text_digest

CODE_POINTS = "Unicode code points"
MAX_LENGTH = 10**6  # characters of a text that is counted in every unit


class Anchor(NamedTuple):
    """Offsets in a text, and the digest of the words between them."""

    start: int
    end: int
    sha256: str


class OffsetUnit(NamedTuple):
    """A way to count: how much a character adds, and where counting begins."""

    name: str
    width: Callable[[str], int]
    first: int = 0


class FittingUnit(NamedTuple):
    """The name of a unit, and the number of anchors that fit in it."""

    name: str
    fitting: int


def _utf16_width(char: str) -> int:
    return 2 if ord(char) > 0xFFFF else 1


def _utf8_width(char: str) -> int:
    return len(char.encode())


def _width_with_crlf(width: Callable[[str], int]) -> Callable[[str], int]:
    return lambda char: 2 if char == "\n" else width(char)


_PLAIN = [
    OffsetUnit(CODE_POINTS, lambda char: 1),
    OffsetUnit("UTF-16 code units", _utf16_width),
    OffsetUnit("bytes of UTF-8", _utf8_width),
]
_WITH_CRLF = [OffsetUnit(f"{name}, with CRLF for each line end", _width_with_crlf(width)) for name, width, _ in _PLAIN]
_WITH_BOM = [
    OffsetUnit(f"{name}{' and' if ',' in name else ', with'} a byte order mark", width, 3 if name.startswith("bytes") else 1)
    for name, width, _ in [*_PLAIN, *_WITH_CRLF]
]
OTHER_UNITS = [*_PLAIN[1:], *_WITH_CRLF, *_WITH_BOM]


def find_offset_unit(text: str, anchors: Sequence[Anchor]) -> FittingUnit | None:
    """Return the unit that explains why anchors do not fit a text.

    It explains them if nine of ten fit, and it leaves less than half of the others. None if code points do as well.
    """
    if not anchors or len(text) > MAX_LENGTH:
        return None
    misfits = len(anchors) - _count_fitting(text, anchors, _PLAIN[0])
    if misfits == 0:
        return None
    counts = ((_count_fitting(text, anchors, unit), unit.name) for unit in OTHER_UNITS)
    fitting, name = max(counts, key=lambda pair: pair[0])
    left = len(anchors) - fitting
    return FittingUnit(name, fitting) if left * 10 <= len(anchors) and left * 2 < misfits else None


def _count_fitting(text: str, anchors: Sequence[Anchor], unit: OffsetUnit) -> int:
    positions = list(accumulate(map(unit.width, text), initial=unit.first))
    return sum(_fits(text, anchor, positions) for anchor in anchors)


def _fits(text: str, anchor: Anchor, positions: Sequence[int]) -> bool:
    start, end = bisect_left(positions, anchor.start), bisect_left(positions, anchor.end)
    if end >= len(positions) or positions[start] != anchor.start or positions[end] != anchor.end:
        return False
    return text_digest(text[start:end]) == anchor.sha256
