"""Where words stand in a text, by the passages of the records."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from kursk_claims.contract import Contract
from kursk_claims.text import Copy, Held, digest, hold

Place = tuple[str, str, int, int, str]


def held_documents(records: Path, contract: Contract) -> list[Held]:
    """The held documents of a folder of CSVs, as far as they can be read."""
    from kursk_claims.records import read_table

    documents, passages = (read_table(records / f"{name}.csv", contract.tables[name], name) for name in ("documents", "passages"))
    return hold(documents.dicts(), passages.dicts())


def find_places(words: str, text: str, copy: Copy | None, documents: Sequence[Held]) -> list[Place]:
    """Document, passage, start, end and digest of every place; offsets are those of the records where the text is held."""
    words = unicodedata.normalize("NFC", words)
    if not words:
        return []
    if copy is None:
        return [("", "", at, at + len(words), digest(words)) for at in _occurrences(words, text)]
    held = next(each for each in documents if each.doc_id == copy.doc_id)
    return [
        (held.doc_id, passage.passage_id, passage.char_start + at, passage.char_start + at + len(words), digest(words))
        for passage in held.passages
        for at in _occurrences(words, copy.found.get(passage.passage_id, ""))
    ]


def _occurrences(words: str, text: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)
