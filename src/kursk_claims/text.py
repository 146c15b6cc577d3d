"""The text behind the records: canonical form, passages, numerals; another copy aligned by passage digests."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million "
    "millions billion billions dozen dozens half twice first second third fourth fifth sixth seventh eighth ninth tenth "
    "eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth "
    "fortieth fiftieth sixtieth seventieth eightieth ninetieth hundredth thousandth millionth"
).split()
NUMERAL = re.compile(rf"\d+(?:[.,]\d+)*|\b(?:{'|'.join(NUMBER_WORDS)})\b", re.IGNORECASE)


class TextError(Exception):
    """A file is not the text of a held document."""


@dataclass(frozen=True)
class Passage:
    """Where a passage stands in the canonical text, and its digest."""

    passage_id: str
    char_start: int
    char_end: int
    sha256: str


@dataclass(frozen=True)
class Held:
    """A held document as the records describe it."""

    doc_id: str
    sha256: str
    length: int
    passages: tuple[Passage, ...]


@dataclass
class Copy:
    """A copy of a held document.

    `exact` when its offsets are those of the records; otherwise `found` holds the passages whose digests were met in it,
    white space folded.
    """

    doc_id: str
    text: str
    exact: bool
    found: dict[str, str] = field(default_factory=dict)


def read_text(path: Path) -> str:
    """A file's canonical text. Raises `TextError`."""
    try:
        return canonical(path.read_bytes())
    except OSError as error:
        raise TextError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise TextError(f"{path}: expected UTF-8, found byte 0x{error.object[error.start]:02x} at byte {error.start}") from None


def canonical(raw: bytes) -> str:
    """Bytes decoded as UTF-8, BOM dropped, CRLF and CR turned into LF, NFC, nothing else."""
    text = raw.decode("utf-8").removeprefix("\ufeff")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def digest(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in lower-case hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def hold(documents: Sequence[dict[str, object]], passages: Sequence[dict[str, object]]) -> list[Held]:
    """Held documents with their passages in the order of the text, from rows of the two tables."""
    by_document: dict[object, list[Passage]] = {}
    for row in passages:
        start, end = row["char_start"], row["char_end"]
        if isinstance(start, int) and isinstance(end, int) and 0 <= start <= end:
            by_document.setdefault(row["doc_id"], []).append(Passage(str(row["passage_id"]), start, end, str(row["sha256"])))
    return [
        Held(
            str(row["doc_id"]),
            str(row["text_sha256"] or ""),
            int(str(row["text_length"] or 0)),
            tuple(sorted(by_document.get(row["doc_id"], []), key=lambda each: (each.char_start, each.passage_id))),
        )
        for row in documents
        if row["held"]
    ]


def match(text: str, documents: Sequence[Held], name: str) -> Copy:
    """The held document that the text is a copy of. Raises `TextError` when none of its passages is any document's."""
    for held in documents:
        if _is_exact(text, held):
            found = {each.passage_id: text[each.char_start : each.char_end] for each in held.passages}
            return Copy(held.doc_id, text, True, found)
    aligned = [Copy(held.doc_id, text, False, align(text, held.passages)) for held in documents]
    best = max(aligned, key=lambda copy: len(copy.found), default=None)
    if best is None or not best.found:
        known = ", ".join(held.doc_id for held in documents) or "none"
        raise TextError(f"{name}: no passage of a held document stands in it (held: {known}). Give the text of one of them.")
    return best


def _is_exact(text: str, held: Held) -> bool:
    if digest(text) == held.sha256:
        return True
    # With every passage in its place the text is ours, and the record of its digest is what is wrong.
    places = all(digest(text[each.char_start : each.char_end]) == each.sha256 for each in held.passages)
    return bool(held.passages) and places and len(text) == held.length


def align(text: str, passages: Sequence[Passage]) -> dict[str, str]:
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
            if digest(folded[at : at + length]) == passage.sha256:
                found[passage.passage_id] = folded[at : at + length]
                behind = at + length
                break
    return found


def numerals(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and surface of every number in figures or words in an English text, ordinals included."""
    for each in NUMERAL.finditer(text):
        yield each.start(), each.end(), each[0]


def read_number(surface: str) -> float | None:
    """The number that a surface such as "1,294" or "a hundred" stands for; None where it cannot be read."""
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?", surface):
        return float(surface.replace(",", ""))
    from text_to_num import text2num

    try:
        return float(text2num(re.sub(r"^an? ", "", surface.lower()), "en"))
    except ValueError:
        return None
