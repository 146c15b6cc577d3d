"""Find words in a text, by the passages of the records."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from kursk_claims.claims.text import HeldDocument, TextCopy, held_documents_from_rows, text_digest
from kursk_claims.contract.loader import Contract

LocatedSpan = tuple[str, str, int, int, str]


def load_held_documents(records: Path, contract: Contract) -> list[HeldDocument]:
    """The held documents of a folder of CSVs, as far as they can be read."""
    from kursk_claims.tables.csv_reader import read_csv_table

    documents, passages = (
        read_csv_table(records / f"{name}.csv", contract.tables[name], name) for name in ("documents", "passages")
    )
    return held_documents_from_rows(documents.dicts(), passages.dicts())


def locate_words(words: str, text: str, copy: TextCopy | None, documents: Sequence[HeldDocument]) -> list[LocatedSpan]:
    """Document, passage, start, end and digest of every place; offsets are those of the records where the text is held."""
    words = unicodedata.normalize("NFC", words)
    if not words:
        return []
    if copy is None:
        return [("", "", at, at + len(words), text_digest(words)) for at in _occurrences(words, text)]
    held = next(each for each in documents if each.doc_id == copy.doc_id)
    return [
        (held.doc_id, passage.passage_id, passage.char_start + at, passage.char_start + at + len(words), text_digest(words))
        for passage in held.passages
        for at in _occurrences(words, copy.found.get(passage.passage_id, ""))
    ]


def _occurrences(words: str, text: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)
