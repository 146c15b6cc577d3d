"""Read the numbers out of the surfaces of quantities."""

from __future__ import annotations

from kursk_claims.claims.numerals import read_number
from kursk_claims.claims.relations import SURFACE_VALUES, ParsedColumn

PARSED_SURFACES = ParsedColumn(SURFACE_VALUES, "quantities", "quantity_id", "surface", read_number)
