"""The canonical text of a document, and copies of it aligned by the digests of their passages."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kursk_claims.errors import TextError
from kursk_claims.files import read_bytes, read_standard_input
from kursk_claims.tables.file_kinds import HEAD_SIZE, guess_encoding, identify_file


@dataclass(frozen=True)
class Passage:
    """The offsets of a passage in the canonical text, and the digest of its words."""

    passage_id: str
    char_start: int
    char_end: int
    sha256: str


@dataclass(frozen=True)
class HeldDocument:
    """A held document as the records describe it, with its passages in the order of the text."""

    doc_id: str
    sha256: str
    length: int
    passages: tuple[Passage, ...]
    language: str | None = None


@dataclass
class TextCopy:
    """A copy of a held document.

    It is `exact` if the offsets in the records apply to it. `passages` has the text of each passage that the copy contains, by
    passage id; in a copy that is not exact, white space is folded.
    """

    doc_id: str
    text: str
    exact: bool
    passages: dict[str, str] = field(default_factory=dict)


def read_canonical_text(path: Path) -> str:
    """Return the canonical text of a file, or of standard input if the path is `-`. Raises `TextError`."""
    try:
        raw = read_standard_input() if str(path) == "-" else read_bytes(path)
        kind = None if str(path) == "-" else identify_file(path)
        if kind is not None and kind.is_binary:
            raise TextError(f"{path}: expected a text, found {kind.name}. Save it as plain text in UTF-8.")
        if encoding := guess_encoding(raw[:HEAD_SIZE]) if b"\0" in raw[:HEAD_SIZE] else "":
            raise TextError(f"{path}: expected UTF-8, found {encoding}. Save it as UTF-8, for example with `iconv`.")
        return canonicalize(raw)
    except OSError as error:
        raise TextError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise TextError(f"{path}: expected UTF-8, found byte 0x{error.object[error.start]:02x} at byte {error.start}") from None


def canonicalize(raw: bytes) -> str:
    """Decode UTF-8, remove the byte order mark, turn CRLF and CR into LF and normalise to NFC."""
    text = raw.decode("utf-8").removeprefix("\ufeff")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


CANONICAL_TEXT = "canonical text (line ends as LF, NFC, no byte order mark), in Unicode code points"


def text_digest(text: str) -> str:
    """Return the SHA-256 of the text's UTF-8 bytes in lower-case hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def held_documents_from_rows(
    documents: Sequence[Mapping[str, object]], passages: Sequence[Mapping[str, object]]
) -> list[HeldDocument]:
    """Build the held documents from rows of the tables `documents` and `passages`.

    Cells may be missing or wrong, since the rows need not be valid; passages without valid offsets are left out.
    """
    passages_by_document: dict[object, list[Passage]] = {}
    for row in passages:
        start, end = row["char_start"], row["char_end"]
        if isinstance(start, int) and isinstance(end, int) and 0 <= start <= end:
            passage = Passage(str(row["passage_id"]), start, end, str(row["sha256"]))
            passages_by_document.setdefault(row["doc_id"], []).append(passage)
    return [
        HeldDocument(
            str(row["doc_id"]),
            str(row["text_sha256"] or ""),
            int(str(row["text_length"] or 0)),
            tuple(
                sorted(passages_by_document.get(row["doc_id"], []), key=lambda passage: (passage.char_start, passage.passage_id))
            ),
            None if row.get("language") is None else str(row["language"]),
        )
        for row in documents
        if row["held"]
    ]


def match_document(text: str, documents: Sequence[HeldDocument], name: str) -> TextCopy:
    """Return the text as a copy of the held document that it shares most passages with.

    If need be, invisible characters are removed from it, or quotes and dashes made plain. `name` is the text's name in messages.
    Raises `TextError` if the text contains no passage of any held document.
    """
    from kursk_claims.claims.near_match import INVISIBLE, replace_look_alikes

    for document in documents:
        if _is_exact(text, document):
            passages = {passage.passage_id: text[passage.char_start : passage.char_end] for passage in document.passages}
            return TextCopy(document.doc_id, text, True, passages)
    copies = [
        TextCopy(document.doc_id, variant, False, align_passages(variant, document.passages))
        for document in documents
        for variant in dict.fromkeys((text, re.sub(f"[{INVISIBLE}]", "", text), replace_look_alikes(text)))
    ]
    best = max(copies, key=lambda copy: len(copy.passages), default=None)
    if best is None:
        raise TextError(f"{name}: the records have no held document to compare this text with.")
    if not best.passages:
        known = ", ".join(document.doc_id for document in documents)
        raise TextError(f"{name}: expected the text of a held document ({known}), found none of its passages.")
    return best


def _is_exact(text: str, document: HeldDocument) -> bool:
    if text_digest(text) == document.sha256:
        return True
    # If every passage is at its offsets, the text is right and the digest in the records is wrong.
    if not document.passages or len(text) != document.length:
        return False
    return all(text_digest(text[passage.char_start : passage.char_end]) == passage.sha256 for passage in document.passages)


def align_passages(text: str, passages: Sequence[Passage]) -> dict[str, str]:
    """Return the passages that the text contains, by id, with runs of white space folded to single spaces.

    They are found by their digests, since the records do not hold their words. A passage is searched right after the one before
    it, then from the start of every word, so text between passages does no harm.
    """
    folded = " ".join(text.split())
    word_starts = [index for index, char in enumerate(folded) if char != " " and not folded[max(index - 1, 0) : index].isalnum()]
    aligned: dict[str, str] = {}
    end = 0
    for passage in passages:
        length = passage.char_end - passage.char_start
        for start in (end, end + 1, *word_starts):
            words = folded[start : start + length]
            if text_digest(words) == passage.sha256:
                aligned[passage.passage_id] = words
                end = start + length
                break
    return aligned
