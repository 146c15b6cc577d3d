"""Correct the passages of a document: split, merge, and say why one has no claim."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby

from kursk_claims.claims.text import text_digest
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Table
from kursk_claims.curation.cells import require_valid_cells
from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.curation.sentences import Sentence
from kursk_claims.errors import UsageError
from kursk_claims.suggest import did_you_mean

Row = Mapping[str, str]


def add_passages(tables: RecordTables, doc_id: str, text: str, sentences: Iterable[Sentence]) -> list[str]:
    """Add an open passage for each sentence and heading of a document, and return their ids."""
    ids = []
    for sentence in sentences:
        ids.append(tables.next_id("passages", "psg"))
        numbers = {"paragraph": str(sentence.paragraph), "sentence": str(sentence.number)}
        kind = "heading" if sentence.is_heading else ""
        row = {"passage_id": ids[-1], "doc_id": doc_id, **numbers, **span_cells(text, sentence.start, sentence.end)}
        tables.insert("passages", {**row, "disposition": kind})
    return ids


def find_passage(tables: RecordTables, passage_id: str) -> Row:
    """Return the row of a passage. Raises `UsageError`."""
    rows = {row["passage_id"]: row for row in tables.rows("passages")}
    if passage_id not in rows:
        raise UsageError(f"no passage {passage_id!r}{did_you_mean(passage_id, rows)}. `kursk-claims curate status` lists them.")
    return rows[passage_id]


def has_claims(tables: RecordTables, passage_id: str) -> bool:
    """Return whether a passage holds the content of a claim."""
    return any(row["passage_id"] == passage_id and row["role"] == "content" for row in tables.rows("evidence"))


def is_open(passage: Row, has_claims: bool) -> bool:
    """Return whether a passage has neither claims nor a reason why it has none: what the rule passages-coded finds."""
    return not passage["disposition"] or (passage["disposition"] == "heading" and not passage["reason"] and not has_claims)


def split_passage(tables: RecordTables, contract: Contract, passage_id: str, text: str, place: int) -> str:
    """Split a passage before the character at an offset, and return the id of the new passage, which begins there.

    Raises `UsageError` if an anchor spans the place. The anchors behind it move to the new passage.
    """
    passage = find_passage(tables, passage_id)
    start, end = int(passage["char_start"]), int(passage["char_end"])
    stop = start + len(text[start:place].rstrip())
    if stop == start:
        raise UsageError(f"{passage_id} begins with these words. Give the words with which the second part begins.")
    spanning = [
        f"{row[table.primary_key[0]]} spans {row['char_start']}–{row['char_end']}, across character {place}"
        for table, row in group_anchors(tables, contract).get(passage_id, [])
        if int(row["char_start"]) < place and int(row["char_end"]) > stop
    ]
    if spanning:
        raise UsageError(f"{passage_id} cannot be split there:", *(f"  {each}" for each in spanning))
    new_id = tables.next_id("passages", "psg")
    tables.update("passages", {"passage_id": passage_id}, span_cells(text, start, stop))
    tables.insert("passages", {**passage, "passage_id": new_id, **span_cells(text, place, end)})
    _move_anchors(tables, contract, passage_id, new_id, lambda row: int(row["char_start"]) >= place)
    for part_id in (passage_id, new_id):
        if passage["disposition"] == "claims" and not has_claims(tables, part_id):
            tables.update("passages", {"passage_id": part_id}, {"disposition": ""})
    renumber_passages(tables, passage["doc_id"])
    return new_id


def merge_passages(tables: RecordTables, contract: Contract, first_id: str, second_id: str, text: str) -> None:
    """Merge two neighbouring passages into the first one, with the anchors of both. Raises `UsageError`."""
    first, second = sorted(
        (find_passage(tables, each) for each in (first_id, second_id)), key=lambda row: (row["doc_id"], int(row["char_start"]))
    )
    ids = [row["passage_id"] for row in list_passages(tables, first["doc_id"])]
    position = ids.index(first["passage_id"])
    if ids[position + 1 : position + 2] != [second["passage_id"]]:
        raise UsageError(f"{first_id} and {second_id} do not follow each other. Merge neighbours, one pair at a time.")
    if (first["disposition"] == "heading") != (second["disposition"] == "heading"):
        raise UsageError(
            f"only one of {first_id} and {second_id} is a heading. Change that first with "
            "`kursk-claims curate done PASSAGE --heading` or `--sentence`."
        )
    start, end = int(first["char_start"]), int(second["char_end"])
    both = {first["disposition"], second["disposition"]}
    disposition = both.pop() if len(both) == 1 else "claims" if "claims" in both else ""
    reasons = dict.fromkeys(row["reason"] for row in (first, second) if row["reason"])
    tables.delete("passages", {"passage_id": second["passage_id"]})
    cells = {
        **span_cells(text, start, end),
        "disposition": disposition,
        "reason": " ".join(reasons) if disposition in ("no_claim", "heading") else "",
    }
    tables.update("passages", {"passage_id": first["passage_id"]}, cells)
    _move_anchors(tables, contract, second["passage_id"], first["passage_id"])
    same = {first["paragraph"], second["paragraph"]}
    renumber_passages(tables, first["doc_id"], lambda row: first["paragraph"] if row["paragraph"] in same else row["paragraph"])


def mark_passage(tables: RecordTables, contract: Contract, passage_id: str, disposition: str, reason: str) -> None:
    """Set what a passage is: a heading, a sentence without a claim, or open. Raises `UsageError`."""
    passage = find_passage(tables, passage_id)
    if has_claims(tables, passage_id) and (disposition, reason) != (passage["disposition"], ""):
        raise UsageError(f"{passage_id} has claims. Remove them first, or leave it as it is.")
    cells = {"disposition": disposition, "reason": reason}
    require_valid_cells(contract.tables["passages"], {**passage, **cells}, {"reason": "--reason"})
    tables.update("passages", {"passage_id": passage_id}, cells)


def span_cells(text: str, start: int, end: int) -> dict[str, str]:
    """Return the cells of a span: offsets and digest."""
    return {"char_start": str(start), "char_end": str(end), "sha256": text_digest(text[start:end])}


def list_passages(tables: RecordTables, doc_id: str) -> list[Row]:
    """Return the passages of a document in the order of the text."""
    rows = [row for row in tables.rows("passages") if row["doc_id"] == doc_id]
    return sorted(rows, key=lambda row: int(row["char_start"]))


def group_anchors(tables: RecordTables, contract: Contract) -> dict[str, list[tuple[Table, Row]]]:
    """Return every span that lies in a passage, with its table, by passage."""
    groups: dict[str, list[tuple[Table, Row]]] = {}
    for table in contract.tables.values():
        if table.name != "passages" and {"passage_id", "char_start", "char_end"} <= set(table.column_names):
            for row in tables.rows(table.name):
                groups.setdefault(row["passage_id"], []).append((table, row))
    return groups


def _move_anchors(
    tables: RecordTables, contract: Contract, old_id: str, new_id: str, moves: Callable[[Row], bool] = lambda row: True
) -> None:
    for table, row in group_anchors(tables, contract).get(old_id, []):
        if moves(row):
            tables.update(table.name, {name: row[name] for name in table.primary_key}, {"passage_id": new_id})


def renumber_passages(
    tables: RecordTables, doc_id: str, paragraph_of: Callable[[Row], str] = lambda row: row["paragraph"]
) -> None:
    """Number paragraphs and sentences from 1 in the order of the text."""
    paragraphs = groupby(list_passages(tables, doc_id), paragraph_of)
    for paragraph, (_, rows) in enumerate(paragraphs, start=1):
        for sentence, row in enumerate(rows, start=1):
            cells = {"paragraph": str(paragraph), "sentence": str(sentence)}
            if cells != {name: row[name] for name in cells}:
                tables.update("passages", {"passage_id": row["passage_id"]}, cells)
