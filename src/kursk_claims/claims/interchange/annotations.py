"""Read the claims of each document with their evidence, for writers of any format."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kursk_claims.claims.text import HeldDocument, held_documents_from_rows, text_digest
from kursk_claims.claims.text_files import find_texts
from kursk_claims.contract.loader import Contract
from kursk_claims.errors import RecordsError, TextError, WorkspaceError

if TYPE_CHECKING:
    import duckdb

TABLES = {
    "actors": ["actor_id", "name", "wikidata_id"],
    "attributions": ["claim_id", "step", "actor_id", "specificity"],
    "claims": ["claim_id", "doc_id", "kind", "statement", "polarity", "mode"],
    "documents": ["doc_id", "title", "kind", "publisher_id", "language", "url", "published_earliest", "published_latest"],
    "evidence": ["evidence_id", "claim_id", "doc_id", "passage_id", "role", "char_start", "char_end", "sha256"],
    "passages": ["passage_id", "doc_id", "char_start", "char_end", "sha256"],
}
DOCUMENTS = """
SELECT d.doc_id, d.title, d.kind, x.name AS publisher, d.language, d.url, d.held, d.text_sha256, d.text_length,
    CASE WHEN d.published_earliest = d.published_latest THEN CAST(d.published_latest AS VARCHAR) END AS published
FROM documents d LEFT JOIN actors x ON x.actor_id = d.publisher_id
WHERE d.doc_id IN (SELECT doc_id FROM claims) ORDER BY d.doc_id"""
# The origin of a claim is the last step of its chain.
CLAIMS = """
SELECT c.claim_id, c.doc_id, c.kind, c.statement, c.polarity, c.mode,
    x.name AS origin, x.wikidata_id AS origin_wikidata_id, a.specificity AS origin_specificity
FROM claims c LEFT JOIN attributions a
    ON a.claim_id = c.claim_id AND a.step = (SELECT max(step) FROM attributions WHERE claim_id = c.claim_id)
LEFT JOIN actors x ON x.actor_id = a.actor_id ORDER BY c.claim_id"""
EVIDENCE = """
SELECT evidence_id, claim_id, doc_id, passage_id, role, char_start, char_end, sha256 FROM evidence
ORDER BY char_start, char_end DESC, evidence_id"""
PASSAGES = "SELECT passage_id, doc_id, char_start, char_end, sha256 FROM passages ORDER BY char_start, passage_id"
ADVICE = "Run `kursk-claims validate` to see what is wrong."
# The records may be unvalidated, or someone else's, and ids become names of files and parts of lines.
SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
NAMES = ("claim_id", "doc_id", "evidence_id", "passage_id", "kind", "polarity", "mode", "role")


@dataclass(frozen=True)
class Claim:
    """A claim with its origin; `origin` is None if the chain is missing."""

    claim_id: str
    doc_id: str
    kind: str
    statement: str
    polarity: str
    mode: str
    origin: str | None
    origin_wikidata_id: str | None
    origin_specificity: str | None


@dataclass(frozen=True)
class Span:
    """A span of evidence: offsets in code points of the canonical text, half-open, and the digest of its words."""

    evidence_id: str
    claim_id: str
    doc_id: str
    passage_id: str
    role: str
    start: int
    end: int
    sha256: str


@dataclass(frozen=True)
class AnnotatedDocument:
    """A document with its claims and their evidence; `text` is its canonical text, if a copy was given."""

    doc_id: str
    title: str | None
    kind: str | None
    publisher: str | None
    language: str | None
    url: str | None
    published: str | None
    held: HeldDocument | None
    claims: tuple[Claim, ...]
    spans: tuple[Span, ...]
    text: str | None


def read_annotations(
    connection: duckdb.DuckDBPyConnection, contract: Contract, texts: Sequence[Path] = ()
) -> list[AnnotatedDocument]:
    """Read every document that carries claims, with its text if it is among the files.

    Raises `WorkspaceError` if the dataset has no claims, `TextError` if a file is not the text that was coded, and `RecordsError`
    if the evidence does not fit it.
    """
    _require_tables(contract)
    documents = _fetch_rows(connection, DOCUMENTS)
    claims = [Claim(**_require_complete(row, "claim_id", ("statement",))) for row in _fetch_rows(connection, CLAIMS)]
    spans = [_to_span(row) for row in _fetch_rows(connection, EVIDENCE)]
    held = {each.doc_id: each for each in held_documents_from_rows(documents, _fetch_rows(connection, PASSAGES))}
    copies = _read_texts(texts, [*held.values()])
    annotated = []
    for row in documents:
        doc_id = row["doc_id"]
        details = {name: row[name] for name in ("title", "kind", "publisher", "language", "url", "published")}
        own_claims = tuple(claim for claim in claims if claim.doc_id == doc_id)
        own_spans = tuple(span for span in spans if span.doc_id == doc_id)
        text = copies.get(doc_id)
        if text is not None:
            _require_digests(own_spans, text)
        annotated.append(
            AnnotatedDocument(doc_id, **details, held=held.get(doc_id), claims=own_claims, spans=own_spans, text=text)
        )
    return annotated


def require_texts(documents: Sequence[AnnotatedDocument]) -> Iterator[tuple[AnnotatedDocument, str]]:
    """Yield each held document with its text. Raises `TextError` if one has none."""
    for document in documents:
        if document.held is not None:
            if document.text is None:
                raise TextError(f"this format holds the text of {document.doc_id}, which is missing; add it with --text FILE.")
            yield document, document.text


def _require_tables(contract: Contract) -> None:
    for name, columns in TABLES.items():
        table = contract.tables.get(name)
        missing = [name] if table is None else [f"{name}.{each}" for each in columns if each not in table.column_names]
        if missing:
            raise WorkspaceError(
                f"this format is for claims with their evidence, but the dataset has no {missing[0]}. "
                "Export its tables instead, without --format."
            )


def _fetch_rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _require_complete(row: dict[str, Any], key: str, columns: Sequence[str]) -> dict[str, Any]:
    """Return the row if it has plain names and values in the columns. Raises `RecordsError`."""
    for name in (key, *(each for each in NAMES if each in row)):
        if not SAFE_NAME.fullmatch(str(row[name])):
            raise RecordsError(f"{row[key]}: expected letters, digits and hyphens as {name}, found {row[name]!r:.100}. {ADVICE}")
    for name in columns:
        if row[name] is None:
            raise RecordsError(f"{row[key]}: {name} is empty. {ADVICE}")
    return row


def _to_span(row: dict[str, Any]) -> Span:
    row = _require_complete(row, "evidence_id", ("char_start", "char_end", "sha256"))
    return Span(start=row.pop("char_start"), end=row.pop("char_end"), **row)


def _read_texts(paths: Sequence[Path], documents: Sequence[HeldDocument]) -> Mapping[str, str]:
    """Return the canonical text of each document of which a file is the text that was coded. Raises `TextError`."""
    texts: dict[str, str] = {}
    for match in find_texts(paths, documents)[0]:
        if not match.copy.exact:
            raise TextError(
                f"{match.file.path}: expected the text of {match.copy.doc_id} that was coded, found a copy with other offsets. "
                "Give the original."
            )
        texts[match.copy.doc_id] = match.copy.text
    return texts


def _require_digests(spans: Sequence[Span], text: str) -> None:
    for span in spans:
        words = text[span.start : span.end]
        if not words.strip() or text_digest(words) != span.sha256:
            raise RecordsError(
                f"{span.evidence_id}: the words at {span.start}–{span.end} are missing or have another digest. "
                "Run `kursk-claims validate --text FILE` to see what is wrong."
            )
