"""Find the places of some words in a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from kursk_claims.claims.text import HeldDocument, TextCopy, held_documents_from_rows, text_digest
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
    words = unicodedata.normalize("NFC", words)
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


def _find_all(words: str, text: str) -> Iterator[int]:
    """Yield the start of every occurrence, overlapping ones included."""
    start = text.find(words)
    while start >= 0:
        yield start
        start = text.find(words, start + 1)
