"""Find the places of some words in a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from kursk_claims.claims.near_match import NearMatch, find_near_matches
from kursk_claims.claims.text import HeldDocument, TextCopy, canonicalize, held_documents_from_rows, text_digest
from kursk_claims.contract.loader import Contract


class LocatedSpan(NamedTuple):
    """A place of some words, as the table `evidence` describes it; the ids are empty in a text that is not held."""

    doc_id: str
    passage_id: str
    char_start: int
    char_end: int
    sha256: str


def load_held_documents(records: Path, contract: Contract) -> list[HeldDocument]:
    """Return the held documents of a folder of CSV files, without validating its rows."""
    from kursk_claims.tables.csv_reader import read_csv_table

    documents, passages = (
        read_csv_table(records / f"{name}.csv", contract.tables[name], name) for name in ("documents", "passages")
    )
    return held_documents_from_rows(documents.to_dicts(), passages.to_dicts())


def locate_words(words: str, text: str, copy: TextCopy | None, documents: Sequence[HeldDocument]) -> list[LocatedSpan]:
    """Return every place of the words in a text.

    If the text is a `copy` of a held document, only its passages are searched and offsets are those of the canonical text.
    """
    words = canonicalize(words.encode())
    if not words:
        return []
    digest = text_digest(words)
    if copy is None:
        return [LocatedSpan("", "", start, start + len(words), digest) for start in _find_all(words, text)]
    document = next(document for document in documents if document.doc_id == copy.doc_id)
    return [
        LocatedSpan(
            document.doc_id,
            passage.passage_id,
            passage.char_start + start,
            passage.char_start + start + len(words),
            digest,
        )
        for passage in document.passages
        for start in _find_all(words, copy.passages.get(passage.passage_id, ""))
    ]


def locate_nearly(
    words: str, text: str, copy: TextCopy | None, documents: Sequence[HeldDocument]
) -> list[tuple[NearMatch, list[LocatedSpan]]]:
    """Return the places of the words in a text with other white space, quotes, dashes or invisible characters.

    Each comes with one span per passage that it reaches into: words may span several. A place outside of all passages has none.
    """
    document = next((document for document in documents if copy and document.doc_id == copy.doc_id), None)
    if copy and document and not copy.exact:
        text = _restore_text(copy, document)
    matches = find_near_matches(canonicalize(words.encode()), text)
    return [(match, list(_spans_of(match, text, document))) for match in matches]


def _restore_text(copy: TextCopy, document: HeldDocument) -> str:
    """Return the canonical text as far as it is known: a space between passages, and U+FFFD for each character not found."""
    parts, end = [], 0
    for passage in document.passages:
        if passage.char_start >= end:
            words = copy.passages.get(passage.passage_id, "\ufffd" * (passage.char_end - passage.char_start))
            parts += [" " * (passage.char_start - end), words]
            end = passage.char_end
    return "".join(parts)


def _spans_of(match: NearMatch, text: str, document: HeldDocument | None) -> Iterator[LocatedSpan]:
    if document is None:
        yield LocatedSpan("", "", match.start, match.end, text_digest(text[match.start : match.end]))
        return
    for passage in document.passages:
        start, end = max(match.start, passage.char_start), min(match.end, passage.char_end)
        if start < end:
            yield LocatedSpan(document.doc_id, passage.passage_id, start, end, text_digest(text[start:end]))


def _find_all(words: str, text: str) -> Iterator[int]:
    """Yield the start of every occurrence, overlapping ones included."""
    start = text.find(words)
    while start >= 0:
        yield start
        start = text.find(words, start + 1)
