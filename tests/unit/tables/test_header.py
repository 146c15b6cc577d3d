"""A header that differs from the schema is described by what is wrong with it."""

from __future__ import annotations

import pytest

from kursk_claims.tables.header import MAX_LISTED_COLUMNS, describe_header_fault


@pytest.mark.parametrize(
    ("names", "description"),
    [
        (["id", "kind"], "missing: name"),
        (["id", "name", "kind", "colour"], "unknown: colour"),
        (["id", "nmae", "kind"], "missing: name; unknown: nmae (did you mean 'name'?)"),
        (["id", "id", "kind"], "duplicate: id; missing: name"),
        (["name", "id", "kind"], "a different order: name, id, kind"),
    ],
)
def test_description(names: list[str], description: str) -> None:
    assert describe_header_fault(names, ["id", "name", "kind"]) == description


def test_a_million_columns_are_not_listed() -> None:
    names = ["id", *(f"x{number}" for number in range(10**6))]
    description = describe_header_fault(names, ["id"])
    assert description.endswith(f"x{MAX_LISTED_COLUMNS - 1} and {10**6 - MAX_LISTED_COLUMNS} more")
