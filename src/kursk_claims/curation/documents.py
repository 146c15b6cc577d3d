"""Add a held document: its row, that of its publisher, and one passage for each sentence and heading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kursk_claims.claims.text import HeldDocument, Passage, match_document, text_digest
from kursk_claims.contract.loader import Contract
from kursk_claims.curation.cells import require_valid_cells
from kursk_claims.curation.ids import name_id
from kursk_claims.curation.names import find_actor, list_codes, require_code, suggest_actor
from kursk_claims.curation.passages import add_passages
from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.curation.sentences import split_sentences
from kursk_claims.errors import TextError, UsageError
from kursk_claims.suggest import did_you_mean

OPTIONS = {  # by column, for messages
    "doc_id": "--id",
    "published_earliest": "--date",
    "published_latest": "--date",
    **{name: f"--{name.replace('_', '-').removesuffix('-id')}" for name in ("derived_from_id", "retrieved_on", "archived_url")},
    **{name: f"--{name.replace('_', '-')}" for name in ("title", "kind", "language", "url", "date_basis", "rights", "note")},
}


@dataclass(frozen=True)
class NewDocument:
    """What people say about a document. `cells` are those of its row by column, without those that follow from the text.

    `kind` of the publisher is needed if the actor is new.
    """

    publisher: str
    publisher_kind: str | None = None
    doc_id: str | None = None
    date: str | None = None
    cells: Mapping[str, str] = field(default_factory=dict)


def add_document(tables: RecordTables, contract: Contract, text: str, new: NewDocument) -> str:
    """Add a document with its passages and return its id; change nothing if the text is held already.

    Raises `UsageError` for what cannot be a row, and `TextError` if the text is another version of a held document.
    """
    if not text.strip():
        raise TextError("the text is empty. Give the text of a document.")
    held = find_held_document(tables, text)
    if held is None:
        _reject_other_version(tables, text)
        held = _add_rows(tables, contract, text, new)
    elif differing := _find_differences(held, new):
        raise UsageError(
            f"{held['doc_id']} already holds this text, with {', '.join(differing)}. Edit documents.csv to change that."
        )
    if not any(row["doc_id"] == held["doc_id"] for row in tables.rows("passages")):
        add_passages(tables, held["doc_id"], text, split_sentences(text, held["language"]))
    return held["doc_id"]


def find_held_document(tables: RecordTables, text: str) -> Mapping[str, str] | None:
    """Return the row of the document with exactly this canonical text; None if no document has it."""
    digest = text_digest(text)
    return next((row for row in tables.rows("documents") if row["text_sha256"] == digest), None)


def _find_differences(row: Mapping[str, str], new: NewDocument) -> list[str]:
    """Return the cells of a held document that differ from what is now said about it."""
    said = {"doc_id": new.doc_id, **new.cells}
    return [f"{name} {row[name]!r}" for name, value in said.items() if value is not None and row[name] != value]


def _reject_other_version(tables: RecordTables, text: str) -> None:
    """Raise `TextError` if the text has more than half of the passages of a held document."""
    documents = [
        HeldDocument(
            row["doc_id"],
            row["text_sha256"],
            int(row["text_length"] or 0),
            tuple(
                Passage(each["passage_id"], int(each["char_start"]), int(each["char_end"]), each["sha256"])
                for each in tables.rows("passages")
                if each["doc_id"] == row["doc_id"]
            ),
        )
        for row in tables.rows("documents")
        if row["held"] == "true"
    ]
    try:
        copy = match_document(text, documents, "the text")
    except TextError:
        return
    total = next(len(each.passages) for each in documents if each.doc_id == copy.doc_id)
    if len(copy.passages) * 2 > total:
        raise TextError(
            f"the text is another version of {copy.doc_id}: it has {len(copy.passages)} of its {total} passages. "
            "`kursk-claims curate reanchor --text OLD --text NEW` moves the anchors to it."
        )


def _add_rows(tables: RecordTables, contract: Contract, text: str, new: NewDocument) -> Mapping[str, str]:
    """Add the rows of the document and its publisher; a document that was only cited so far becomes held."""
    cited = next((row for row in tables.rows("documents") if row["doc_id"] == new.doc_id), None)
    if cited and cited["held"] == "true":
        raise UsageError(f"{new.doc_id} holds another text. Choose another --id, or use `kursk-claims curate reanchor`.")
    publisher = _ensure_publisher(tables, contract, new)
    row = {
        "kind": "news_article",
        "language": "und",
        "date_basis": "unknown",
        **{name: cell for name, cell in (cited or {}).items() if cell},
        **new.cells,
        "publisher_id": publisher,
        "held": "true",
        "text_sha256": text_digest(text),
        "text_length": str(len(text)),
    }
    if new.date:
        earliest, _, latest = new.date.partition("/")
        row |= {"published_earliest": earliest, "published_latest": latest or earliest}
        row["date_basis"] = new.cells.get("date_basis", "stated")
    if "title" not in row and (title := _find_title(text, row["language"])):
        row["title"] = title
    row["doc_id"] = new.doc_id or _make_id(tables, new.publisher, row.get("title", ""))
    require_valid_cells(contract.tables["documents"], row, OPTIONS)
    require_code(tables, "documents.kind", row["kind"], "--kind")
    origin = row.get("derived_from_id")
    known = [each["doc_id"] for each in tables.rows("documents")]
    if origin and origin not in known:
        raise UsageError(f"--derived-from: no document {origin!r}{did_you_mean(origin, known)}")
    if cited:
        tables.update("documents", {"doc_id": row["doc_id"]}, row)
    else:
        tables.insert("documents", row)
    return row


def _ensure_publisher(tables: RecordTables, contract: Contract, new: NewDocument) -> str:
    """Return the id of the publisher, whose row is added if there is none."""
    if actor := find_actor(tables, new.publisher):
        return actor["actor_id"]
    if new.publisher_kind is None:
        kinds = ", ".join(list_codes(tables, "actors.kind"))
        raise UsageError(
            f"no actor is called {new.publisher!r}{suggest_actor(tables, new.publisher)}. "
            f"Add --publisher-kind to make a row for it, with one of {kinds}."
        )
    require_code(tables, "actors.kind", new.publisher_kind, "--publisher-kind")
    actor_id = name_id("act", new.publisher, _taken(tables, "actors", "actor_id"))
    if actor_id is None:
        raise UsageError(f"no id can be made of {new.publisher!r}. Add a row to actors.csv and give its id as --publisher.")
    row = {"actor_id": actor_id, "name": new.publisher, "kind": new.publisher_kind}
    require_valid_cells(contract.tables["actors"], row, {"name": "--publisher"})
    tables.insert("actors", row)
    return actor_id


def _make_id(tables: RecordTables, publisher: str, title: str) -> str:
    doc_id = name_id("doc", f"{publisher.removeprefix('act-')} {title}", _taken(tables, "documents", "doc_id"))
    if doc_id is None:
        raise UsageError("no id can be made of the publisher and the title. Add one with --id, such as doc-harbour-report.")
    return doc_id


def _taken(tables: RecordTables, table: str, key: str) -> set[str]:
    return {row[key] for row in tables.rows(table)} | {row["retired_id"] for row in tables.rows("retired")}


def _find_title(text: str, language: str) -> str:
    """Return the heading with which the text begins; empty if it begins with a sentence."""
    first = split_sentences(text, language)[0]
    return " ".join(text[first.start : first.end].split()) if first.is_heading else ""
