"""What the text itself shows of a chain: the words that name a source, and the quotation marks around a content."""

from __future__ import annotations

from collections.abc import Sequence

from kursk_claims.claims.locate import find_places
from kursk_claims.curation.anchors import Span

OPENING, CLOSING = "“„«‘", "”“»’"


def find_source(names: Sequence[str], text: str, near: Sequence[Span]) -> Span | None:
    """Return the only place of an actor's name in the passages at hand; None if there is none, or more than one."""
    for name in filter(None, names):
        places = [
            (place.start, place.end)
            for place in find_places(name, text, whole_word=True)
            if any(first <= place.start and place.end <= last for first, last in near)
        ]
        if places:
            return places[0] if len(places) == 1 else None
    return None


def quote_type(text: str, spans: Sequence[Span]) -> str:
    """Return `direct` if all of the spans stand in quotation marks, `mixed` if a part does, else `indirect`."""
    inside = [is_quoted for start, end in spans for is_quoted in _quoted(text, start, end)]
    if inside and all(inside):
        return "direct"
    return "mixed" if any(inside) else "indirect"


def _quoted(text: str, start: int, end: int) -> list[bool]:
    """Return for each letter of a span whether it stands in quotation marks, which are counted from the paragraph's start."""
    first = text.rfind("\n\n", 0, start) + 1
    depth, result = 0, []
    for index in range(first, end):
        char = text[index]
        if char in OPENING and not (char in CLOSING and depth):
            depth += 1
        elif char in CLOSING:
            depth = max(0, depth - 1)
        elif char == '"':
            depth = 1 - min(depth, 1)
        elif index >= start and char.isalnum():
            result.append(depth > 0)
    return result
