"""Every rule is needed on the real records, and every random mutant that no check finds has a known reason."""

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
WITHOUT_TEXT = [name for name, rule in RULES.items() if "needs" not in rule.header]
TEXT = [Path(path).absolute() for path in [os.environ.get("KURSK_CLAIMS_TEXT", "")] if path]
CHANGES = {change.name: change.sql for change in load_statements(ROOT / "tests" / "mutants.sql", "rule", set(), set())}


@pytest.fixture(scope="module")
def records() -> Validation:
    """The real records without their text, as most people check them."""
    return validate_workspace(find_workspace(ROOT), CONTRACT)


@pytest.fixture(scope="module")
def records_with_text() -> Validation:
    if not TEXT:
        pytest.skip("KURSK_CLAIMS_TEXT names no copy of the article")
    return validate_workspace(find_workspace(ROOT), CONTRACT, TEXT)


def rules_broken_by(change: str, records: Validation, names: Iterable[str]) -> set[str]:
    """Return which of the rules find something after the change, which is rolled back."""
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


def test_each_rule_finds_its_mutant(records: Validation) -> None:
    assert [name for name in WITHOUT_TEXT if not rules_broken_by(CHANGES[name], records, [name])] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", WITHOUT_TEXT)
def test_no_other_rule_finds_the_mutant(name: str, records: Validation) -> None:
    assert rules_broken_by(CHANGES[name], records, WITHOUT_TEXT) == {name}


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in RULES if name not in WITHOUT_TEXT])
def test_no_other_rule_finds_the_mutant_with_the_text(name: str, records_with_text: Validation) -> None:
    assert rules_broken_by(CHANGES[name], records_with_text, RULES) == {name}


@pytest.mark.slow
def test_every_random_mutant_that_no_check_finds_has_a_reason() -> None:
    outcomes = mutants.attempt(40, seed=7)
    survivors = [mutant for mutant, checks in outcomes if not checks]
    assert [mutant for mutant in survivors if not mutants.reason(mutant, text=False)] == []
    assert len(survivors) < len(outcomes) / 2
