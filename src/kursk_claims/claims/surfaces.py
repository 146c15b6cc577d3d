"""Read the numbers out of the surfaces of quantities."""

from __future__ import annotations

from kursk_claims.claims.number_reading import read_number
from kursk_claims.claims.relations import SURFACE_VALUES, ParsedColumn

PARSED_SURFACES = ParsedColumn(
    SURFACE_VALUES,
    "quantities",
    "quantity_id",
    "surface",
    read_number,
    language="language",
    language_path=(("claims", "claim_id"), ("documents", "doc_id")),
    optional_where=("comparator", "vague"),
)
