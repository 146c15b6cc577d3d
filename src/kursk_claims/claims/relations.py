"""Relations that rules read besides the contract's tables, and what they depend on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DerivedRelation:
    """A relation that is computed before rules run: its columns with SQL types, and the tables and columns it is made from."""

    name: str
    columns: Mapping[str, str]
    sources: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class ParsedColumn:
    """A derived relation with one parsed value per row: the key column and `value`, parsed from a text column.

    `language` is the column with the language of the text, in the last table of `language_path`; each of these is joined by a
    column that it shares with the one before. `parse` returns None for a text that it cannot read, which then has no row.
    """

    relation: DerivedRelation
    table: str
    key: str
    column: str
    parse: Callable[[str, str | None], Any]
    language: str
    language_path: tuple[tuple[str, str], ...]


HELD_DOCUMENTS = {
    "documents": frozenset({"doc_id", "held", "text_sha256", "text_length"}),
    "passages": frozenset({"doc_id", "passage_id", "char_start", "char_end", "sha256"}),
}
TEXTS = DerivedRelation("texts", {"doc_id": "VARCHAR", "text": "VARCHAR", "exact": "BOOLEAN"}, HELD_DOCUMENTS)
PASSAGE_TEXTS = DerivedRelation(
    "passage_texts", {"doc_id": "VARCHAR", "passage_id": "VARCHAR", "text": "VARCHAR"}, HELD_DOCUMENTS
)
NUMERALS = DerivedRelation(
    "numerals",
    {"doc_id": "VARCHAR", "passage_id": "VARCHAR", "char_start": "INTEGER", "char_end": "INTEGER", "surface": "VARCHAR"},
    HELD_DOCUMENTS,
)
SURFACE_VALUES = DerivedRelation(
    "surface_values",
    {"quantity_id": "VARCHAR", "value": "DOUBLE", "low": "DOUBLE", "high": "DOUBLE"},
    {"quantities": frozenset({"quantity_id", "surface"})},
)
TEXT_RELATIONS = (TEXTS, PASSAGE_TEXTS, NUMERALS)
DERIVED_RELATIONS = {relation.name: relation for relation in (*TEXT_RELATIONS, SURFACE_VALUES)}
