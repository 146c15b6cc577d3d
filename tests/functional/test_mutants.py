"""Every rule is needed on the real records, and what random mutants of them survive is known."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

import mutants
from kursk_claims.checks.validate import Validation, validate_workspace
from kursk_claims.claims.surfaces import PARSED_SURFACES
from kursk_claims.contract.statements import load_statements
from kursk_claims.workspace import find_workspace
from rule_cases import run_query
from support import ROOT

CONTRACT = mutants.CONTRACT
RULES = {rule.name: rule for rule in CONTRACT.rules}
TEXT = [Path(path).absolute() for path in [os.environ.get("KURSK_CLAIMS_TEXT", "")] if path]
CHANGES = {each.name: each.sql for each in load_statements(ROOT / "tests" / "mutants.sql", "rule", set(), set())}


BARE = [name for name, rule in RULES.items() if "needs" not in rule.header]


@pytest.fixture(scope="module")
def bare() -> Validation:
    """The real records as most people check them, without their text."""
    return validate_workspace(find_workspace(ROOT), CONTRACT)


@pytest.fixture(scope="module")
def whole() -> Validation:
    if not TEXT:
        pytest.skip("KURSK_CLAIMS_TEXT names no copy of the article")
    return validate_workspace(find_workspace(ROOT), CONTRACT, TEXT)


def finds(records: Validation, change: str, names: Iterable[str]) -> set[str]:
    """The rules that find something after a change, which is taken back."""
    engine, connection = records.engine, records.engine.connection
    connection.execute("BEGIN")
    try:
        connection.execute(change)
        connection.execute('DROP VIEW surface_values; DROP TABLE "parsed surface_values"')
        engine.create_parsed_column(PARSED_SURFACES)
        return {name for name in names if run_query(engine, RULES[name])}
    finally:
        connection.execute("ROLLBACK")


def test_every_rule_has_a_mutant() -> None:
    assert list(CHANGES) == list(RULES)


@pytest.mark.parametrize("name", BARE)
def test_one_rule_alone_finds_the_mutant(name: str, bare: Validation) -> None:
    assert finds(bare, CHANGES[name], BARE) == {name}


@pytest.mark.parametrize("name", [name for name in RULES if name not in BARE])
def test_one_rule_alone_finds_the_mutant_with_the_text(name: str, whole: Validation) -> None:
    assert finds(whole, CHANGES[name], RULES) == {name}


def test_what_random_mutants_survive_has_a_reason() -> None:
    outcomes = mutants.attempt(40, seed=7)
    assert [each for each, checks in outcomes if not checks and not mutants.reason(each, text=False)] == []
    assert sum(not checks for _, checks in outcomes) < len(outcomes) / 2
