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
        (["id", "", "kind"], "missing: name; 1 column without a name"),
        (["id", "name", "kind", "", ""], "2 columns without a name behind the last one"),
        (["", "id", "name", "kind"], "a column without a name, a numbering of the rows"),
        (["id", "name", "kind", "__index_level_0__"], "__index_level_0__, a numbering of the rows"),
        (["Unnamed: 0", "id", "name", "kind"], "Unnamed: 0, a numbering of the rows"),
        (["id", "Name", "KIND"], "names that differ in letter case only, such as 'Name' for name"),
        ([" id", "name", "kind"], "names that differ in letter case, spaces or hyphens only, such as ' id' for id"),
        (["2", "lock", "gate"], "none of these columns, but 2, lock, gate"),
    ],
)
def test_description(names: list[str], description: str) -> None:
    assert describe_header_fault(names, ["id", "name", "kind"]).found == description


def test_a_million_columns_are_not_listed() -> None:
    names = ["id", *(f"x{number}" for number in range(10**6))]
    description = describe_header_fault(names, ["id"]).found
    assert description.endswith(f"x{MAX_LISTED_COLUMNS - 1} and {10**6 - MAX_LISTED_COLUMNS} more")
