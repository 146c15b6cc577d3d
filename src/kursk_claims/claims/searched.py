"""The columns of the article's tables that readers search for words."""

from __future__ import annotations

from kursk_claims.contract.loader import Contract

SEARCHED = {"claims": ("statement", "note"), "said": ("statement", "origin", "chain", "event", "places", "note")}


def find_searched(contract: Contract) -> dict[str, list[str]]:
    """Return the searched columns of each table and view that the contract has and describes."""
    schemas = {name: schema for name in SEARCHED if (schema := contract.schema_of(name))}
    found = {name: [column for column in SEARCHED[name] if column in schema.column_names] for name, schema in schemas.items()}
    return {name: columns for name, columns in found.items() if columns}
