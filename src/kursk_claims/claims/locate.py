"""Find the places of some words in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kursk_claims.claims.near_match import find_near_matches
from kursk_claims.claims.text import HeldDocument, TextCopy, canonicalize, held_documents_from_rows, text_digest
from kursk_claims.contract.loader import Contract


class LocatedSpan(NamedTuple):
    """A span as the table `evidence` describes it.

    The ids are empty in a text that is not held, and that of the passage also where no passage is recorded.
    """

    doc_id: str
    passage_id: str
    char_start: int
    char_end: int
    sha256: str


@dataclass(frozen=True)
class WordPlace:
    """A place of some words, and how its characters differ from theirs; empty if they do not.

    It has a span for each passage that it reaches into, or one span if no passage is recorded there.
    """

    start: int
    end: int
    difference: str
    spans: tuple[LocatedSpan, ...]


def load_held_documents(records: Path, contract: Contract) -> list[HeldDocument]:
    """Return the held documents of a folder of CSV files, without validating its rows."""
    from kursk_claims.tables.csv_reader import read_csv_table

    documents, passages = (
        read_csv_table(records / f"{name}.csv", contract.tables[name], name) for name in ("documents", "passages")
    )
    return held_documents_from_rows(documents.to_dicts(), passages.to_dicts())


def find_places(
    words: str, text: str, document: HeldDocument | None = None, *, whole_word: bool = False, passage_id: str | None = None
) -> list[WordPlace]:
    """Return every place of the words in a text.

    If there is none, those with other white space, quotes, dashes or invisible characters are returned. With a `document`, the
    text has its offsets. `whole_word` leaves out places within a word or a number, `passage_id` those outside of this passage.
    """
    words = canonicalize(words.encode())
    exact = [(start, start + len(words), "") for start in _find_all(words, text)] if words else []
    found = exact or [(match.start, match.end, match.difference) for match in find_near_matches(words, text)]
    return [
        WordPlace(start, end, difference, spans)
        for start, end, difference in found
        if not whole_word or _is_whole(text, start, end)
        if (spans := tuple(_spans_of(start, end, text, document)))
        if passage_id is None or {span.passage_id for span in spans} == {passage_id}
    ]


def restore_text(copy: TextCopy, document: HeldDocument) -> str:
    """Return the canonical text as far as it is known: a space between passages, and U+FFFD for each character not found."""
    if copy.exact:
        return copy.text
    parts, end = [], 0
    for passage in document.passages:
        if passage.char_start >= end:
            words = copy.passages.get(passage.passage_id, "\ufffd" * (passage.char_end - passage.char_start))
            parts += [" " * (passage.char_start - end), words]
            end = passage.char_end
    return "".join(parts)


def quote_context(text: str, start: int, end: int, size: int = 40) -> str:
    """Return the words between two offsets in brackets, with some characters around them, on one line."""
    before, after = text[max(0, start - size) : start], text[end : end + size]
    quoted = f"{'…' if start > size else ''}{before}[[{text[start:end]}]]{after}{'…' if end + size < len(text) else ''}"
    return " ".join(quoted.split())


def _spans_of(start: int, end: int, text: str, document: HeldDocument | None) -> Iterator[LocatedSpan]:
    """Yield the part of a place in each passage; the whole place if it lies in none."""
    in_passages = [
        (passage.passage_id, max(start, passage.char_start), min(end, passage.char_end))
        for passage in (document.passages if document else ())
        if max(start, passage.char_start) < min(end, passage.char_end)
    ]
    for passage_id, first, last in in_passages or [("", start, end)]:
        yield LocatedSpan(document.doc_id if document else "", passage_id, first, last, text_digest(text[first:last]))


def _is_whole(text: str, start: int, end: int) -> bool:
    """Return whether no word or number goes on beyond either end: 3 is not whole in 300, 1,300 or 3.5."""
    before, after = re.search(r"\w$|\d[.,]$", text[:start][-2:]), re.match(r"\w|[.,]\d", text[end:][:2])
    begins_inside = before and text[start].isalnum() and (before[0][-1] not in ".," or text[start].isdigit())
    ends_inside = after and text[end - 1].isalnum() and (after[0][0] not in ".," or text[end - 1].isdigit())
    return not begins_inside and not ends_inside


def _find_all(words: str, text: str) -> Iterator[int]:
    """Yield the start of every occurrence, overlapping ones included."""
    start = text.find(words)
    while start >= 0:
        yield start
        start = text.find(words, start + 1)
