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
    """A derived relation with a key column and the values that are parsed from a text column.

    `language` is the column with the language of the text, in the last table of `language_path`; each of these is joined by a
    column that it shares with the one before. `parse` returns a tuple of values, or None for a text that it cannot read, which
    then has no row. Where a column, if the table has it, holds a code (`optional_where`), the text need not be readable.
    """

    relation: DerivedRelation
    table: str
    key: str
    column: str
    parse: Callable[[str, str | None], tuple[Any, ...] | None]
    language: str
    language_path: tuple[tuple[str, str], ...]
    optional_where: tuple[str, str] | None = None

    @property
    def values(self) -> dict[str, str]:
        """The columns besides the key, with SQL types."""
        return {name: kind for name, kind in self.relation.columns.items() if name != self.key}


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
    HELD_DOCUMENTS | {"documents": HELD_DOCUMENTS["documents"] | {"language"}},
)
SURFACE_VALUES = DerivedRelation(
    "surface_values",
    {"quantity_id": "VARCHAR", "value": "DOUBLE", "low": "DOUBLE", "high": "DOUBLE"},
    {"quantities": frozenset({"quantity_id", "surface"})},
)
TEXT_RELATIONS = (TEXTS, PASSAGE_TEXTS, NUMERALS)
DERIVED_RELATIONS = {relation.name: relation for relation in (*TEXT_RELATIONS, SURFACE_VALUES)}
