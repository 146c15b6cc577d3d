"""The canonical text of a document, and copies of it aligned by passage digests."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kursk_claims.errors import TextError


@dataclass(frozen=True)
class Passage:
    """Where a passage stands in the canonical text, and its digest."""

    passage_id: str
    char_start: int
    char_end: int
    sha256: str


@dataclass(frozen=True)
class HeldDocument:
    """A held document as the records describe it."""

    doc_id: str
    sha256: str
    length: int
    passages: tuple[Passage, ...]


@dataclass
class TextCopy:
    """A copy of a held document.

    `exact` when its offsets are those of the records; otherwise `found` holds the passages whose digests were met in it,
    white space folded.
    """

    doc_id: str
    text: str
    exact: bool
    found: dict[str, str] = field(default_factory=dict)


def read_canonical_text(path: Path) -> str:
    """A file's canonical text. Raises `TextError`."""
    try:
        return canonicalize(path.read_bytes())
    except OSError as error:
        raise TextError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise TextError(f"{path}: expected UTF-8, found byte 0x{error.object[error.start]:02x} at byte {error.start}") from None


def canonicalize(raw: bytes) -> str:
    """Bytes decoded as UTF-8, BOM dropped, CRLF and CR turned into LF, NFC, nothing else."""
    text = raw.decode("utf-8").removeprefix("\ufeff")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def text_digest(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in lower-case hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def held_documents_from_rows(documents: Sequence[dict[str, object]], passages: Sequence[dict[str, object]]) -> list[HeldDocument]:
    """Held documents with their passages in the order of the text, from rows of the two tables."""
    by_document: dict[object, list[Passage]] = {}
    for row in passages:
        start, end = row["char_start"], row["char_end"]
        if isinstance(start, int) and isinstance(end, int) and 0 <= start <= end:
            by_document.setdefault(row["doc_id"], []).append(Passage(str(row["passage_id"]), start, end, str(row["sha256"])))
    return [
        HeldDocument(
            str(row["doc_id"]),
            str(row["text_sha256"] or ""),
            int(str(row["text_length"] or 0)),
            tuple(sorted(by_document.get(row["doc_id"], []), key=lambda each: (each.char_start, each.passage_id))),
        )
        for row in documents
        if row["held"]
    ]


def match_document(text: str, documents: Sequence[HeldDocument], name: str) -> TextCopy:
    """The held document that the text is a copy of. Raises `TextError` when none of its passages is any document's."""
    for held in documents:
        if _is_exact(text, held):
            found = {each.passage_id: text[each.char_start : each.char_end] for each in held.passages}
            return TextCopy(held.doc_id, text, True, found)
    aligned = [TextCopy(held.doc_id, text, False, align_passages(text, held.passages)) for held in documents]
    best = max(aligned, key=lambda copy: len(copy.found), default=None)
    if best is None or not best.found:
        known = ", ".join(held.doc_id for held in documents) or "none"
        raise TextError(f"{name}: no passage of a held document stands in it (held: {known}). Give the text of one of them.")
    return best


def _is_exact(text: str, held: HeldDocument) -> bool:
    if text_digest(text) == held.sha256:
        return True
    # With every passage in its place the text is ours, and the record of its digest is what is wrong.
    places = all(text_digest(text[each.char_start : each.char_end]) == each.sha256 for each in held.passages)
    return bool(held.passages) and places and len(text) == held.length


def align_passages(text: str, passages: Sequence[Passage]) -> dict[str, str]:
    """The passages that stand in a copy with other white space or with page furniture around it, found by digest.

    White space is folded to single spaces; a passage is looked for behind the one before it, then everywhere.
    """
    folded = " ".join(text.split())
    starts = [at for at in range(len(folded)) if not folded[at - 1 : at].isalnum() and folded[at] != " "]
    found: dict[str, str] = {}
    behind = 0
    for passage in passages:
        length = passage.char_end - passage.char_start
        for at in (behind, behind + 1, *starts):
            if text_digest(folded[at : at + length]) == passage.sha256:
                found[passage.passage_id] = folded[at : at + length]
                behind = at + length
                break
    return found
