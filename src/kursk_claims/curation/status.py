"""How far a document is coded: which passages are done, and which numbers are open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kursk_claims.curation.exclusions import find_open_numerals
from kursk_claims.curation.passages import is_open
from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.report.values import count_noun

BAR_WIDTH = 20


@dataclass(frozen=True)
class PassageStatus:
    """A passage with its claims, the reason why it has none, its open numbers, and its words if the text is known."""

    passage_id: str
    is_heading: bool
    is_open: bool
    claims: int
    reason: str
    numerals: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class DocumentStatus:
    """A held document with its passages; numbers are known only with the text."""

    doc_id: str
    title: str
    language: str
    claims: int
    has_text: bool
    passages: tuple[PassageStatus, ...]

    @property
    def done(self) -> int:
        return sum(not each.is_open for each in self.passages)

    def summary(self) -> str:
        """Return the counts in one line."""
        headings = sum(each.is_heading for each in self.passages)
        parts = f"{count_noun(headings, 'heading')} and {count_noun(len(self.passages) - headings, 'sentence')}"
        numerals = sum(len(each.numerals) for each in self.passages)
        numbers = f"{count_noun(numerals, 'number')} open" if self.has_text else "numbers are counted with --text"
        return f"{parts}, {len(self.passages) - self.done} open; {numbers}; {count_noun(self.claims, 'claim')}"

    def checklist(self) -> Iterator[str]:
        """Yield a progress bar and one line for each passage."""
        total = len(self.passages)
        filled = BAR_WIDTH * self.done // total if total else 0
        yield f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {self.done} of {total} done"
        for each in self.passages:
            yield f"[{' ' if each.is_open else 'x'}] {each.passage_id}  {_describe(each)}"


def describe_documents(tables: RecordTables, texts: dict[str, str]) -> list[DocumentStatus]:
    """Return the status of each held document; `texts` are canonical texts by document."""
    held = [row["doc_id"] for row in tables.rows("documents") if row["held"] == "true"]
    return [describe_document(tables, doc_id, texts.get(doc_id)) for doc_id in held]


def describe_document(tables: RecordTables, doc_id: str, text: str | None) -> DocumentStatus:
    """Return the status of a held document, with its open numbers if the text is known."""
    document = next(row for row in tables.rows("documents") if row["doc_id"] == doc_id)
    claims: dict[str, set[str]] = {}
    for row in tables.rows("evidence"):
        if row["role"] == "content":
            claims.setdefault(row["passage_id"], set()).add(row["claim_id"])
    numerals: dict[str, list[str]] = {}
    for numeral in find_open_numerals(tables, doc_id, text) if text is not None else []:
        numerals.setdefault(numeral.passage_id, []).append(numeral.surface)
    rows = [row for row in tables.rows("passages") if row["doc_id"] == doc_id]
    passages = tuple(
        PassageStatus(
            row["passage_id"],
            row["disposition"] == "heading",
            is_open(row, row["passage_id"] in claims),
            len(claims.get(row["passage_id"], ())),
            row["reason"],
            tuple(numerals.get(row["passage_id"], ())),
            text[int(row["char_start"]) : int(row["char_end"])] if text is not None else "",
        )
        for row in sorted(rows, key=lambda row: int(row["char_start"]))
    )
    total = sum(row["doc_id"] == doc_id for row in tables.rows("claims"))
    return DocumentStatus(doc_id, document["title"], document["language"], total, text is not None, passages)


def _describe(passage: PassageStatus) -> str:
    parts = ["heading"] if passage.is_heading else []
    if passage.claims:
        parts.append(count_noun(passage.claims, "claim"))
    elif passage.reason:
        parts.append(f"no claim: {passage.reason}")
    if passage.numerals:
        parts.append(f"open numbers: {', '.join(passage.numerals)}")
    words = " ".join(passage.words.split())
    quoted = [f"“{words[:50]}{'…' if len(words) > 50 else ''}”"] if words else []
    return "; ".join([*parts, *quoted]) or "open"
