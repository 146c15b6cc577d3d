"""Constraints are described in the terms of the codebook, and every constraint of a schema has a rule id."""

from __future__ import annotations

from typing import Any

import pytest

from kursk_claims.contract.constraint_keys import CONSTRAINT_KEYS
from kursk_claims.contract.constraints import RULE_IDS, describe_constraint, describe_constraints
from kursk_claims.contract.loader import load_contract
from kursk_claims.contract.model import Column
from kursk_claims.contract.pandera import build_column_checks
from kursk_claims.contract.strict_yaml import YamlMapping
from support import ROOT


def column(**checks: Any) -> Column:
    metadata = YamlMapping()
    metadata["example"] = "clm-001"
    return Column("name", "Name", "A name.", "String", checks=checks, metadata=metadata)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("not_nullable", None, "a value"),
        ("isin", ["affirmed", "negated"], "one of <affirmed>, <negated>"),
        ("str_matches", "^clm-[0-9]+$", "like <clm-001> (pattern <^clm-[0-9]+$>)"),
        ("str_length", {"min_value": 1, "max_value": 300}, "1 to 300 characters"),
        ("str_length", {"min_value": 2}, "at least 2 characters"),
        ("str_length", {"max_value": 1}, "at most 1 character"),
        ("in_range", {"min_value": -90, "max_value": 90}, "a number from -90 to 90"),
        ("greater_than_or_equal_to", 0, "at least 0"),
        ("less_than_or_equal_to", 9.5, "at most 9.5"),
    ],
)
def test_a_constraint_in_words(name: str, value: Any, words: str) -> None:
    checks = {} if value is None else {name: value}
    assert describe_constraint(column(**checks), name, "<{}>".format) == words
    assert describe_constraints(column(**checks), "<{}>".format) == ([words] if checks else [])


def test_every_constraint_has_a_rule_id_of_its_own() -> None:
    assert set(RULE_IDS) == {"not_nullable", *CONSTRAINT_KEYS}
    assert len(set(RULE_IDS.values())) == len(RULE_IDS)


def test_the_checks_of_a_table_are_built_once() -> None:
    table = load_contract(ROOT / "schemas").tables["claims"]
    again = load_contract(ROOT / "schemas").tables["claims"]
    assert build_column_checks(table) is build_column_checks(table)
    assert build_column_checks(again) is not build_column_checks(table)
    assert [[name for name, _ in checks] for checks in build_column_checks(table)] == [[*each.checks] for each in table.columns]
