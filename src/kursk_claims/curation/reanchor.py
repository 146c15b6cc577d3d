"""Move the anchors of a document to a corrected version of its text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise

from kursk_claims.claims.locate import quote_context
from kursk_claims.claims.text import text_digest
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Table
from kursk_claims.curation.alignment import Alignment
from kursk_claims.curation.passages import add_passages, group_anchors, list_passages, renumber_passages, span_cells
from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.curation.sentences import Sentence, has_paragraph_break, split_sentences
from kursk_claims.errors import TextError

Row = Mapping[str, str]
MIN_SHARE = 0.5  # of the old text that a version of it has


@dataclass
class Reanchoring:
    """What moving the anchors came to: ids of new passages, and a line for each anchor to look at or that has no place."""

    moved: int = 0
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def reanchor_document(tables: RecordTables, contract: Contract, doc_id: str, old: str, new: str) -> Reanchoring:
    """Move passages and all that is anchored in them, and add a passage for each new sentence.

    If the words of a row are gone, it is `lost`, and the tables must not be written. Raises `TextError` if the texts have less
    than half in common.
    """
    versions = Versions(old, new, Alignment(old, new))
    if versions.alignment.share < MIN_SHARE:
        raise TextError(
            f"the new text has {versions.alignment.share:.0%} of the text of {doc_id}: it is no version of it. "
            "Add it as a document of its own with `kursk-claims curate document add`."
        )
    outcome, groups = Reanchoring(), group_anchors(tables, contract)
    for passage in list_passages(tables, doc_id):
        anchors = groups.get(passage["passage_id"], [])
        for table, row in anchors:
            _move(tables, table, row, versions, outcome)
        key = {"passage_id": passage["passage_id"]}
        if not anchors and versions.is_gone(passage):
            tables.delete("passages", key)
        else:
            _move(tables, contract.tables["passages"], passage, versions, outcome)
    outcome.lost += [] if outcome.lost else _find_overlaps(tables, doc_id)
    if not outcome.lost:
        language = next(row["language"] for row in tables.rows("documents") if row["doc_id"] == doc_id)
        tables.update("documents", {"doc_id": doc_id}, {"text_sha256": text_digest(new), "text_length": str(len(new))})
        outcome.added = _add_new_passages(tables, doc_id, new, language)
    return outcome


@dataclass(frozen=True)
class Versions:
    """The old and the new text."""

    old: str
    new: str
    alignment: Alignment

    def new_span(self, row: Row) -> tuple[int, int]:
        """Return where the words of a row are in the new text, without white space at the ends."""
        start, end = self.alignment.new_span(int(row["char_start"]), int(row["char_end"]))
        words = self.new[start:end]
        start += len(words) - len(words.lstrip())
        return start, start + len(words.strip())

    def is_gone(self, row: Row) -> bool:
        start, end = self.new_span(row)
        return start == end


def _move(tables: RecordTables, table: Table, row: Row, versions: Versions, outcome: Reanchoring) -> None:
    """Move one row; note if its words are gone, or have changed and are no passage."""
    old_start, old_end = int(row["char_start"]), int(row["char_end"])
    start, end = versions.new_span(row)
    if start == end:
        outcome.lost.append(f"{_describe(table, row)}: its words are gone: {quote_context(versions.old, old_start, old_end)}")
        return
    if versions.new[start:end].split() != versions.old[old_start:old_end].split() and table.name != "passages":
        outcome.changed.append(f"{_describe(table, row)}: now {quote_context(versions.new, start, end)}")
    tables.update(table.name, {name: row[name] for name in table.primary_key}, span_cells(versions.new, start, end))
    outcome.moved += 1


def _find_overlaps(tables: RecordTables, doc_id: str) -> list[str]:
    """Return a line for each pair of passages that cannot be told apart any more."""
    return [
        f"{first['passage_id']} and {second['passage_id']}: the words where they meet have changed. Merge them first with "
        f"`kursk-claims curate merge {first['passage_id']} {second['passage_id']} --text OLD`."
        for first, second in pairwise(list_passages(tables, doc_id))
        if int(second["char_start"]) < int(first["char_end"])
    ]


def _describe(table: Table, row: Row) -> str:
    details = " of ".join(row[name] for name in ("role", "claim_id") if row.get(name))
    return f"{row[table.primary_key[0]]}{f' ({details})' if details else ''}"


def _add_new_passages(tables: RecordTables, doc_id: str, text: str, language: str) -> list[str]:
    """Add an open passage for each sentence that lies in no passage, and number all of them again."""
    sentences = []
    for start, end in _find_gaps(tables, doc_id, text):
        found = split_sentences(text[start:end], language)
        sentences += [Sentence(each.paragraph, each.number, start + each.start, start + each.end) for each in found]
    ids = add_passages(tables, doc_id, text, sentences)
    labels = _label_paragraphs(list_passages(tables, doc_id), set(ids), text)
    renumber_passages(tables, doc_id, lambda row: labels[row["passage_id"]])
    return ids


def _label_paragraphs(rows: Sequence[Row], new_ids: Set[str], text: str) -> dict[str, str]:
    """Return a label of the paragraph of each passage: a new one joins the paragraph of a neighbour that no break separates."""
    labels: dict[str, str] = {}
    for before, row, after in zip([None, *rows], rows, [*rows[1:], None], strict=False):
        passage_id = row["passage_id"]
        if passage_id not in new_ids:
            labels[passage_id] = row["paragraph"]
        elif before and not has_paragraph_break(text, int(before["char_end"]), int(row["char_start"])):
            labels[passage_id] = labels[before["passage_id"]]
        elif after and not has_paragraph_break(text, int(row["char_end"]), int(after["char_start"])):
            labels[passage_id] = after["paragraph"]
        else:
            labels[passage_id] = passage_id
    return labels


def _find_gaps(tables: RecordTables, doc_id: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of a text that lie in no passage, if they are not blank."""
    end = 0
    for row in list_passages(tables, doc_id):
        if text[end : int(row["char_start"])].strip():
            yield end, int(row["char_start"])
        end = max(end, int(row["char_end"]))
    if text[end:].strip():
        yield end, len(text)
