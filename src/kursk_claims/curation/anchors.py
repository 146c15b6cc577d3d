"""Find the words of a draft in a text, and word a span so that it is found again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kursk_claims.claims.locate import find_places, quote_context

Span = tuple[int, int]
JOINT = " … "  # between pieces of one anchor that stand apart in the text
MARKED = re.compile(r"(.*?)\[\[(.+?)\]\](.*)", re.DOTALL)
MAX_LISTED = 5  # places of words that are not unique
STEP = 12  # characters by which the words around a span grow until they are unique


class AnchorError(Exception):
    """Words that are not in the text, or not only once; the arguments are the problem and the places."""


def find_anchor(words: str, text: str, near: Sequence[Span] = ()) -> list[Span]:
    """Return a span for each piece of some words, in the order of the words.

    A piece must occur once within `near`, the spans of the passages at hand, or else in the whole text. In words such as
    `he [[said]] on Monday`, only what is in double brackets is meant. Raises `AnchorError`.
    """
    spans: list[Span] = []
    for piece in words.split(JOINT):
        spans.append(_find_piece(piece, text, near, spans[-1][1] if spans else None))
    return spans


def word_anchor(spans: Sequence[Span], text: str, near: Sequence[Span] = ()) -> str:
    """Return words by which `find_anchor` finds exactly these spans."""
    pieces: list[str] = []
    for span in sorted(spans):
        pieces.append(next(each for each in _wordings(span, text) if _finds([*pieces, each], text, near, span)))
    return JOINT.join(pieces)


def _find_piece(piece: str, text: str, near: Sequence[Span], after: int | None) -> Span:
    marked = MARKED.fullmatch(piece)
    plain = "".join(marked.groups()) if marked else piece
    places = [(place.start, place.end) for place in find_places(plain, text, whole_word=True)]
    inside = [(start, end) for start, end in places if any(first <= start and end <= last for first, last in near)]
    later = [place for place in inside or places if after is not None and place[0] >= after]
    chosen = later[:1] or inside or places
    if not chosen:
        raise AnchorError(f"{piece!r} is not in the text")
    if len(chosen) > 1:
        listed = [quote_context(text, *place, size=25) for place in chosen[:MAX_LISTED]]
        more = len(chosen) - len(listed)
        raise AnchorError(f"{piece!r} occurs {len(chosen)} times", *listed, *([f"and {more} more"] if more else []))
    return _find_marked(chosen[0], text, *marked.groups()) if marked else chosen[0]


def _find_marked(place: Span, text: str, before: str, inner: str, after: str) -> Span:
    """Return the span of the words in brackets within the place of all the words."""
    start, end = place
    match = re.fullmatch(f"{_flexible(before)}({_flexible(inner)}){_flexible(after)}", text[start:end])
    if match:
        return start + match.start(1), start + match.end(1)
    places = find_places(inner, text[start:end])
    index = len(find_places(inner, before)) if before.strip() else 0
    if index >= len(places):
        raise AnchorError(f"{inner!r} is not found within {before + inner + after!r}")
    return start + places[index].start, start + places[index].end


def _flexible(words: str) -> str:
    """Return a pattern for words with any white space between them."""
    return r"\s+".join(map(re.escape, re.split(r"\s+", words)))


def _wordings(span: Span, text: str) -> Iterator[str]:
    """Yield the words of a span, then with more and more words around them."""
    start, end = span
    yield _fold(text[start:end])
    for size in range(STEP, len(text) + STEP, STEP):
        first, last = _whole_words(text, max(0, start - size), min(len(text), end + size))
        yield f"{_fold_left(text[first:start])}[[{_fold(text[start:end])}]]{_fold_right(text[end:last])}"


def _finds(pieces: list[str], text: str, near: Sequence[Span], span: Span) -> bool:
    try:
        return find_anchor(JOINT.join(pieces), text, near)[-1] == span
    except AnchorError:
        return False


def _whole_words(text: str, first: int, last: int) -> Span:
    while first > 0 and not text[first - 1].isspace():
        first -= 1
    while last < len(text) and not text[last].isspace():
        last += 1
    return first, last


def _fold(text: str) -> str:
    return " ".join(text.split())


def _fold_left(text: str) -> str:
    folded = _fold(text)
    return folded + " " if folded and text[-1].isspace() else folded


def _fold_right(text: str) -> str:
    folded = _fold(text)
    return " " + folded if folded and text[0].isspace() else folded
