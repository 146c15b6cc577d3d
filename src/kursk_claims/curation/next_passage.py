"""The next open passage of a document, as a draft to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kursk_claims.claims.locate import find_places
from kursk_claims.curation.anchors import Span, word_anchor
from kursk_claims.curation.draft_items import render_draft
from kursk_claims.curation.exclusions import find_open_numerals
from kursk_claims.curation.passages import Row, has_claims, is_open
from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.curation.word_lists import list_cues


def list_open_passages(tables: RecordTables, doc_id: str) -> list[Row]:
    """Return the passages of a document that have neither claims nor a reason, in the order of the text."""
    rows = [row for row in tables.rows("passages") if row["doc_id"] == doc_id]
    rows.sort(key=lambda row: (int(row["char_start"]), row["passage_id"]))
    return [row for row in rows if is_open(row, has_claims(tables, row["passage_id"]))]


def draft_passage(tables: RecordTables, document: Row, passage: Row, text: str) -> str:
    """Return a draft with one claim of a passage: its words, numbers and cues are there, the rest is empty."""
    start, end = int(passage["char_start"]), int(passage["char_end"])
    near = [(start, end)]
    item: dict[str, Any] = {"says": None, "words": word_anchor(near, text), "event": None}
    cues = sorted(place for cue in list_cues(document["language"]) for place in _find_cue(cue, text[start:end]))
    anchors = [word_anchor([(start + first, start + last)], text, near) for first, last in cues]
    item["by"] = [{"who": None, "cue": each} for each in anchors]
    numerals = [each for each in find_open_numerals(tables, document["doc_id"], text) if each.passage_id == passage["passage_id"]]
    if numerals:
        item["number"] = [{"words": word_anchor([(each.start, each.end)], text, near), "measure": None} for each in numerals]
    place = f"paragraph {passage['paragraph']}, sentence {passage['sentence']}"
    return f"# {passage['passage_id']}, {place}. Copy the item for each further claim, and leave out what does not apply.\n" + (
        render_draft([item], document["doc_id"])
    )


def _find_cue(cue: str, words: str) -> Sequence[Span]:
    places = find_places(cue, words.casefold(), whole_word=True) if len(words.casefold()) == len(words) else []
    return [(place.start, place.end) for place in places]
