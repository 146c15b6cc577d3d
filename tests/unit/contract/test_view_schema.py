"""Schemas of views: columns of their own, and columns that are the same as those of tables and other views."""

from __future__ import annotations

from pathlib import Path

import pytest

from kursk_claims.contract.loader import load_contract
from kursk_claims.errors import ContractError
from support import Copy

VIEWS = """-- view: northernmost
-- says: The northernmost well.
CREATE VIEW northernmost AS SELECT well_id, latitude AS north FROM wells ORDER BY latitude DESC LIMIT 1;

-- view: lone
-- says: The northernmost well again, without its name.
CREATE VIEW lone AS SELECT north, north > 0 AS beyond FROM northernmost;
"""
NORTHERNMOST = """schema_type: polars_dataframe
name: northernmost
title: Northernmost well
description: The northernmost well.
strict: true
ordered: true
metadata: {primary_key: [well_id]}
columns:
  well_id: {metadata: {same_as: wells.well_id}}
  north:
    title: North
    nullable: true
    metadata: {same_as: wells.latitude, missing: There is no well.}
"""
LONE = """schema_type: polars_dataframe
name: lone
title: Lone well
description: The northernmost well again.
strict: true
ordered: true
metadata: {primary_key: [north]}
columns:
  north: {nullable: false, metadata: {same_as: northernmost.north}}
  beyond:
    title: Beyond
    description: Whether it lies beyond the equator.
    dtype: Boolean
    metadata: {example: true}
"""


@pytest.fixture
def schemas(wells: Copy) -> Path:
    """The schemas of the wells, with two views that have schemas."""
    folder = wells.root / "schemas"
    for name, text in {"views.sql": VIEWS, "northernmost.yaml": NORTHERNMOST, "lone.yaml": LONE}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_shared_column_has_everything_of_the_other_but_what_it_says_itself(schemas: Path) -> None:
    contract = load_contract(schemas)
    assert (list(contract.tables), list(contract.view_schemas)) == (["wells"], ["northernmost", "lone"])
    latitude = contract.tables["wells"].column("latitude")
    north = contract.view_schemas["northernmost"].column("north")
    assert (north.title, north.description) == ("North", latitude.description)
    assert (north.dtype, north.unit, north.checks) == (latitude.dtype, latitude.unit, latitude.checks)
    assert (north.nullable, north.metadata["missing"], north.metadata["example"]) == (True, "There is no well.", 12.5)
    well = contract.view_schemas["northernmost"].column("well_id")
    assert (well.title, well.checks) == ("Well", {"str_matches": "^w[0-9]+$"})


def test_a_column_of_a_view_above_may_be_shared_and_its_codes_are_those_of_the_table(schemas: Path) -> None:
    lone = load_contract(schemas).view_schemas["lone"]
    assert (lone.column("north").title, lone.column("north").nullable) == ("North", False)
    assert [lone.code_field(column) for column in lone.columns] == ["wells.latitude", "lone.beyond"]


def test_views_need_no_schemas(wells: Copy) -> None:
    contract = load_contract(wells.root / "schemas")
    assert ([view.name for view in contract.views], contract.view_schemas) == (["northernmost"], {})
    (wells.root / "schemas" / "views.sql").unlink()
    assert list(load_contract(wells.root / "schemas").tables) == ["wells"]


SAME = "expected a column of a table, or of a view above this one, as table.column, found"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "wells.latitude",
            "wells.lattitude",
            f"13:16: {{}}.metadata.same_as: {SAME} wells.lattitude (did you mean 'wells.latitude'?)",
        ),
        ("wells.latitude", "lone.north", f"13:16: {{}}.metadata.same_as: {SAME} lone.north"),
        (", missing: There is no well.", "", "13:16: {}.metadata.missing: expected a value, found none"),
        ("nullable: true", "nullable: perhaps", "12:5: {}.nullable: expected true or false, found 'perhaps'"),
        ("    title: North\n", "    dtype: Float64\n", "11:5: {}.dtype: unknown key"),
        ("missing: There", "unit: There", "13:41: {}.metadata.unit: unknown key"),
        ("[well_id]", "[north]", "7:12: metadata.primary_key: expected a list of columns of the table that are never empty"),
        ("name: northernmost", "name: northern", "2:1: name: expected 'northernmost', found 'northern'"),
    ],
)
def test_a_fault_is_reported_at_its_place(schemas: Path, old: str, new: str, message: str) -> None:
    path = schemas / "northernmost.yaml"
    path.write_text(replaced(NORTHERNMOST, old, new), encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        load_contract(schemas)
    assert str(caught.value).startswith(f"{path}:{message.format('columns.north')}")


def replaced(text: str, old: str, new: str) -> str:
    assert old in text, "nothing would change"
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("{}", "14:5: columns.beyond.metadata.example: expected a value, found none"),
        ("{example: true, references: well.well_id}", "14:31: columns.beyond.metadata.references: expected the key of a table"),
    ],
)
def test_a_column_of_its_own_is_read_like_that_of_a_table(schemas: Path, new: str, message: str) -> None:
    path = schemas / "lone.yaml"
    path.write_text(replaced(LONE, "{example: true}", new), encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        load_contract(schemas)
    assert str(caught.value).startswith(f"{path}:{message}")


def test_the_schema_of_a_view_needs_its_view(schemas: Path) -> None:
    (schemas / "views.sql").write_text(VIEWS.replace("-- view: lone", "-- view: lonely"), encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        load_contract(schemas)
    problem = "only the column of a view can be the same as another, and views.sql has no view lone"
    assert str(caught.value) == f"{schemas / 'lone.yaml'}:9:39: columns.north.metadata.same_as: {problem}"


def test_a_table_has_no_shared_columns(schemas: Path) -> None:
    path = schemas / "wells.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("{example: 12.5,", "{same_as: wells.longitude, example: 12.5,"), "utf-8"
    )
    with pytest.raises(ContractError, match=r"wells.yaml:20:16: columns.latitude.metadata.same_as: only the column of a view"):
        load_contract(schemas)
