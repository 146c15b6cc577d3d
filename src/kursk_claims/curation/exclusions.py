"""Exclude a numeral that is no quantity, and count those that are still open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kursk_claims.claims.numerals import find_numerals
from kursk_claims.claims.text import text_digest
from kursk_claims.contract.loader import Contract
from kursk_claims.curation.cells import require_valid_cells
from kursk_claims.curation.passages import find_passage
from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.errors import UsageError


class Numeral(NamedTuple):
    """A number in figures or words, and the passage that contains it."""

    passage_id: str
    start: int
    end: int
    surface: str


def find_open_numerals(tables: RecordTables, doc_id: str, text: str) -> list[Numeral]:
    """Return the numbers of a document that are neither in the number of a quantity nor excluded."""
    document = next(row for row in tables.rows("documents") if row["doc_id"] == doc_id)
    numbers = {row["evidence_id"] for row in tables.rows("quantities")}
    accounted = [
        (int(row["char_start"]), int(row["char_end"]))
        for row in (*(each for each in tables.rows("evidence") if each["evidence_id"] in numbers), *tables.rows("exclusions"))
        if row["doc_id"] == doc_id
    ]
    return [
        numeral
        for numeral in _find_numerals(tables, doc_id, text, document["language"])
        if not any(start <= numeral.start and numeral.end <= end for start, end in accounted)
    ]


def _find_numerals(tables: RecordTables, doc_id: str, text: str, language: str) -> Iterator[Numeral]:
    for row in tables.rows("passages"):
        if row["doc_id"] == doc_id:
            first = int(row["char_start"])
            for start, end, surface in find_numerals(text[first : int(row["char_end"])], language):
                yield Numeral(row["passage_id"], first + start, first + end, surface)


def exclude_numeral(
    tables: RecordTables, contract: Contract, passage_id: str, text: str, span: tuple[int, int], cells: Mapping[str, str]
) -> str:
    """Add an exclusion and return its id; nothing changes if the same span is excluded for the same reason.

    `cells` are its reason and note. Raises `UsageError` if the words hold no number, or one that is accounted for.
    """
    start, end = span
    passage = find_passage(tables, passage_id)
    same = [row for row in tables.rows("exclusions") if (row["doc_id"], row["char_start"]) == (passage["doc_id"], str(start))]
    if same and {**same[0], **cells, "char_end": str(end)} == same[0]:
        return same[0]["exclusion_id"]
    row = {
        "exclusion_id": tables.next_id("exclusions", "xcl"),
        "doc_id": passage["doc_id"],
        "passage_id": passage_id,
        "char_start": str(start),
        "char_end": str(end),
        "sha256": text_digest(text[start:end]),
        **cells,
    }
    require_valid_cells(contract.tables["exclusions"], row, {"reason": "--as", "note": "--note"})
    _require_open_number(tables, passage["doc_id"], text, span)
    tables.insert("exclusions", row)
    return row["exclusion_id"]


def _require_open_number(tables: RecordTables, doc_id: str, text: str, span: tuple[int, int]) -> None:
    start, end = span
    words = text[start:end]
    quantities = {row["evidence_id"]: row["quantity_id"] for row in tables.rows("quantities")}
    spans = [(row["exclusion_id"], row) for row in tables.rows("exclusions")] + [
        (quantities[row["evidence_id"]], row) for row in tables.rows("evidence") if row["evidence_id"] in quantities
    ]
    for name, row in spans:
        if row["doc_id"] == doc_id and int(row["char_start"]) < end and start < int(row["char_end"]):
            raise UsageError(f"{words!r} at {start}–{end} is part of {name} already. Remove that row first, or leave it.")
    open_numerals = find_open_numerals(tables, doc_id, text)
    if not any(start <= each.start and each.end <= end for each in open_numerals):
        near = [each.surface for each in open_numerals if each.start < end and start < each.end]
        advice = f" The whole number is {near[0]!r}." if near else ""
        raise UsageError(f"{words!r} at {start}–{end} contains no number.{advice} Give the words with the number in them.")
