"""Every rule of `schemas/rules.sql` finds the rows that break it, and no other rule finds anything."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from pathlib import Path

import pytest

from kursk_claims.checks.duckdb_engine import DuckDBEngine
from kursk_claims.checks.engine import load_contract_relations
from kursk_claims.claims.text import read_canonical_text, text_digest
from kursk_claims.contract.model import rule_scope
from kursk_claims.report.model import Finding
from rule_cases import BROKEN, CONTRACT, GROUPS, HELD, RULES, cells_of, run_query
from support import FICTION, ROOT, Copy

Number = tuple[str, float | None, float | None, float | None]  # comparator, value, low, high


def line_of(copy: Copy, table: str, key: str) -> int:
    """The line of the file in which a row stands."""
    return next(line for line, row in enumerate(copy.rows(table), 2) if cells_of(key).items() <= row.items())


def position_of(copy: Copy, table: str, line: int, column: str) -> int:
    """The character, counted from 1, at which a cell begins in its line."""
    row = copy.rows(table)[line - 2]
    before = list(row.values())[: list(row).index(column)]
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([*before, "-"])
    return len(out.getvalue())


def test_the_fictional_records_keep_every_rule(fiction: Copy) -> None:
    report = fiction.validate(fiction.text)
    assert report.findings == []
    assert report.skipped == []
    assert report.rows == sum(len(fiction.rows(table)) for table in CONTRACT.tables)


def test_the_fictional_workspace_has_the_codes_of_the_project() -> None:
    """They are a copy, since a workspace holds no link that leads out of it."""
    name = "dataset/records/codes.csv"
    assert (FICTION / name).read_bytes() == (ROOT / name).read_bytes()


def test_every_fictional_table_has_rows(fiction: Copy) -> None:
    assert [table for table in CONTRACT.tables if not fiction.rows(table)] == []


def test_rules_that_need_the_text_are_skipped_without_it(fiction: Copy) -> None:
    report = fiction.validate()
    assert report.findings == []
    assert {skipped.rule for skipped in report.skipped} == {rule.name for rule in CONTRACT.rules if "needs" in rule.header}


def test_every_rule_has_a_case() -> None:
    assert set(BROKEN) == set(RULES)
    assert sorted(name for names in GROUPS for name in names) == sorted(RULES)


@pytest.mark.parametrize("names", GROUPS, ids=[f"{names[0]} and {len(names) - 1} more" for names in GROUPS])
def test_each_rule_finds_the_rows_that_break_it_and_no_other_rule_does(names: list[str], fiction: Copy) -> None:
    for name in names:
        for change in BROKEN[name].changes:
            change(fiction)
    report = fiction.validate(*([fiction.text] if "needs" in RULES[names[0]].header else []))
    findings: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        findings[finding.rule].append(finding)
    assert {rule: {finding.key for finding in found} for rule, found in findings.items()} == {
        name: set(BROKEN[name].keys) for name in names
    }
    for name in names:
        header = RULES[name].header
        table, columns = header["table"], header["columns"].split(",")
        lines = [(line_of(fiction, table, key), key) for key in BROKEN[name].keys]
        assert [(finding.line, finding.key) for finding in findings[name]] == sorted(lines)
        assert BROKEN[name].found in findings[name][0].found
        for finding in findings[name]:
            assert (finding.table, Path(finding.file).name) == (table, f"{table}.csv")
            assert finding.line is not None
            assert finding.position == position_of(fiction, table, finding.line, columns[0])
            assert finding.column.split(",") == columns
            assert (finding.expected, finding.fix, finding.severity) == (header["says"], header["fix"], header["severity"])
    assert report.exit_code == 1


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule_scope(rule) == "row"])
def test_a_rule_with_scope_row_needs_no_other_row(name: str, fiction: Copy) -> None:
    """Its query finds in each row alone, without any other table, what it finds in the complete table."""
    for change in BROKEN[name].changes:
        change(fiction)
    rule, table = RULES[name], CONTRACT.tables[RULES[name].header["table"]]
    engine = DuckDBEngine(threads=1)
    load_contract_relations(engine, CONTRACT)
    types = {column.name: column.type.duckdb for column in table.columns}
    engine.connection.execute(
        "CREATE TABLE whole AS FROM read_csv(?, header = true, columns = ?)", [str(fiction.csv(table.name)), types]
    )
    alone: set[tuple[object, ...]] = set()
    for number in range(len(fiction.rows(table.name))):
        engine.connection.execute(f"CREATE OR REPLACE TABLE {table.name} AS FROM whole WHERE rowid = {number}")
        alone |= run_query(engine, rule)
    engine.connection.execute(f"CREATE OR REPLACE TABLE {table.name} AS FROM whole")
    assert alone == run_query(engine, rule) != set()


@pytest.mark.parametrize(("gap", "rules"), [("a\n", {"passage-coverage", "document-coverage"}), ("\u00a0\u2003", set())])
def test_a_letter_between_passages_is_a_word_and_any_white_space_is_none(gap: str, rules: set[str], fiction: Copy) -> None:
    text = read_canonical_text(fiction.text)
    changed = text.replace("\n\n", gap, 1).removesuffix("\n") + gap[0]
    fiction.text.write_text(changed, encoding="utf-8")
    fiction.edit("documents", {"doc_id": HELD}, text_sha256=text_digest(changed))
    assert {each.rule for each in fiction.validate(fiction.text).findings} == rules


@pytest.mark.parametrize(
    ("first", "second", "disjoint"),
    [
        (("eq", 68, None, None), ("eq", 41, None, None), True),
        (("eq", 68, None, None), ("eq", 68, None, None), False),
        (("approx_below", 70, None, 70), ("eq", 70, None, None), True),
        (("approx_below", 70, None, 70), ("eq", 69, None, None), False),
        (("approx_above", 70, 70, None), ("eq", 70, None, None), True),
        (("approx_above", 70, 70, None), ("approx_below", 70, None, 70), True),
        (("approx_above", 70, 70, None), ("approx_below", 71, None, 71), False),
        (("at_most", 70, None, 70), ("eq", 70, None, None), False),
        (("at_most", 70, None, 70), ("at_least", 71, 71, None), True),
        (("at_most", 70, None, 70), ("at_least", 70, 70, None), False),
        (("approx", 70, None, None), ("eq", 1000, None, None), False),
        (("approx", 70, 60, 75), ("eq", 1000, None, None), True),
        (("approx", 70, 60, 75), ("eq", 60, None, None), False),
        (("more_than", 70, 70, None), ("eq", 70, None, None), True),
        (("more_than", 70, 70, None), ("less_than", 70, None, 70), True),
        (("more_than", 70, 70, None), ("less_than", 71, None, 71), False),
        (("less_than", 70, None, 70), ("at_least", 70, 70, None), True),
        (("between", None, 60, 75), ("eq", 76, None, None), True),
        (("between", None, 60, 75), ("eq", 75, None, None), False),
        (("between", None, 60, 75), ("more_than", 75, 75, None), True),
        (("vague", None, None, None), ("eq", 1000, None, None), False),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_numbers_contradict_when_no_number_fits_both(first: Number, second: Number, disjoint: bool, turned: bool) -> None:
    engine = DuckDBEngine(threads=1)
    connection = engine.connection
    connection.execute(
        "CREATE TABLE claim_relations AS SELECT 'a' AS from_claim_id, 'b' AS to_claim_id, 'contradicts' AS relation"
    )
    connection.execute(
        "CREATE TABLE quantities(claim_id TEXT, measure TEXT, unit TEXT, change TEXT, comparator TEXT, "
        "value FLOAT, low FLOAT, high FLOAT)"
    )
    for claim, number in zip("ba" if turned else "ab", (first, second), strict=True):
        connection.execute("INSERT INTO quantities VALUES (?, 'area_controlled', 'km2', 'none', ?, ?, ?, ?)", [claim, *number])
    broken = run_query(engine, RULES["contradiction-of-numbers"])
    assert broken == (set() if disjoint else {("a", "b", "contradicts")})


@pytest.mark.parametrize(
    ("rule", "comparator", "low", "value", "high", "kept"),
    [
        ("number-order", "approx", 1, 2, 3, True),
        ("number-order", "approx", 2, 2, 2, True),
        ("number-order", "approx", None, 2, None, True),
        ("number-order", "approx", 3, 2, None, False),
        ("number-order", "approx", None, 2, 1, False),
        ("hedge-bounds", "eq", None, 2, None, True),
        ("hedge-bounds", "eq", 2, 2, None, False),
        ("hedge-bounds", "eq", None, 2, 2, False),
        ("hedge-bounds", "approx_below", None, 2, 2, True),
        ("hedge-bounds", "approx_below", None, 2, None, False),
        ("hedge-bounds", "approx_below", 1, 2, 2, False),
        ("hedge-bounds", "at_most", None, 2, 2, True),
        ("hedge-bounds", "at_most", 2, 2, None, False),
        ("hedge-bounds", "approx_above", 2, 2, None, True),
        ("hedge-bounds", "approx_above", 1, 2, None, False),
        ("hedge-bounds", "at_least", 2, 2, None, True),
        ("hedge-bounds", "at_least", 2, 2, 3, False),
        ("hedge-bounds", "approx", 1, 2, 3, True),
        ("hedge-bounds", "more_than", 2, 2, None, True),
        ("hedge-bounds", "more_than", None, 2, None, False),
        ("hedge-bounds", "less_than", None, 2, 2, True),
        ("hedge-bounds", "less_than", 2, 2, None, False),
        ("hedge-bounds", "between", 1, None, 3, True),
        ("hedge-bounds", "between", 1, None, None, False),
        ("hedge-bounds", "vague", None, None, None, True),
        ("hedge-bounds", "vague", None, None, 3, False),
        ("number-order", "between", 1, None, 3, True),
        ("number-order", "between", 3, None, 3, False),
        ("number-order", "between", 3, None, 1, False),
        ("value-present", "between", 1, None, 3, True),
        ("value-present", "between", 1, 2, 3, False),
        ("value-present", "vague", None, None, None, True),
        ("value-present", "vague", None, 2, None, False),
        ("value-present", "eq", None, None, None, False),
        ("counts-whole", "eq", None, 0, None, True),
        ("counts-whole", "eq", None, -1, None, False),
        ("counts-whole", "eq", None, 0.5, None, False),
        ("counts-whole", "between", 0.5, None, 2, False),
        ("counts-whole", "between", 1, None, 2.5, False),
    ],
)
def test_bounds_of_a_number(
    rule: str, comparator: str, low: float | None, value: float | None, high: float | None, kept: bool
) -> None:
    engine = DuckDBEngine(threads=1)
    connection = engine.connection
    connection.execute(
        "CREATE TABLE quantities(quantity_id TEXT, unit TEXT, comparator TEXT, low FLOAT, value FLOAT, high FLOAT)"
    )
    connection.execute("INSERT INTO quantities VALUES ('q', '{person}', ?, ?, ?, ?)", [comparator, low, value, high])
    assert run_query(engine, RULES[rule]) == (set() if kept else {("q",)})


@pytest.mark.parametrize(
    ("unit", "value", "kept"), [("%", -2.1, True), ("%", 7.5, True), ("km2", 0.5, True), ("{person}", 0.5, False)]
)
def test_only_counts_are_whole(unit: str, value: float, kept: bool) -> None:
    engine = DuckDBEngine(threads=1)
    engine.connection.execute(
        "CREATE TABLE quantities AS "
        "SELECT 'q' AS quantity_id, ? AS unit, ?::DOUBLE AS value, NULL::DOUBLE AS low, NULL::DOUBLE AS high",
        [unit, value],
    )
    assert run_query(engine, RULES["counts-whole"]) == (set() if kept else {("q",)})


def test_a_row_without_a_key_may_break_a_rule_too(fiction: Copy) -> None:
    """The empty key is the finding; a rule that looks at single rows cannot name the row and adds nothing."""
    row = next(row for row in fiction.rows("claims") if row["occurred_earliest"])
    fiction.edit("claims", {"claim_id": row["claim_id"]}, claim_id="", occurred_latest="1999-01-01")
    report = fiction.validate()
    assert ("required", "claim_id") in {(finding.rule, finding.column) for finding in report.findings}
    assert report.exit_code == 1
