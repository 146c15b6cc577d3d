"""Keys, references and the columns' own checks, over every column of every schema."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kursk_claims.checks.columns import find_column_failures
from kursk_claims.contract.constraints import RULE_IDS
from kursk_claims.contract.loader import load_contract
from kursk_claims.contract.model import Column, Table
from kursk_claims.report.model import Report
from kursk_claims.tables.batch import Batch
from kursk_claims.tables.cells import parse_cell
from kursk_claims.tables.csv_reader import read_csv_table
from kursk_claims.workspace import find_workspace
from support import FICTION, ROOT, Copy

TABLES = load_contract(find_workspace(FICTION).schemas).tables
CHECKS = {"required", "type", "allowed-values", "pattern", "length", "range", "minimum"}
FORMLESS = "¿ not of this form ?"  # no pattern of the schemas allows it

# Bad examples that only a rule can tell, each with the rule; tests/rule_cases.py breaks those rules with these very words.
TOLD_BY_RULES = {("codes", "unit"): "measure-has-unit", ("retired", "table"): "retired-table-known"}


def bad_cells(column: Column) -> Iterator[tuple[str, str, str]]:
    """Cells that the column does not allow, each with the check that finds it and words that the finding has."""
    if not column.nullable:
        yield "", "required", "empty"
    for code in column.codes:
        yield code + code[-1], "allowed-values", f"did you mean {code!r}?"
    limits = column.checks.get("str_length") or column.checks.get("in_range") or {}
    if "str_length" in column.checks:
        if limits["min_value"] > 1:  # a text without characters is an empty cell
            yield "x" * (limits["min_value"] - 1), "length", "x"
        yield "ö" * (limits["max_value"] + 1), "length", "ö"
    if "in_range" in column.checks:
        yield str(limits["min_value"] - 1), "range", str(limits["min_value"] - 1)
        yield str(limits["max_value"] + 1), "range", str(limits["max_value"] + 1)
    if "greater_than_or_equal_to" in column.checks:
        below = str(column.checks["greater_than_or_equal_to"] - 1)
        yield below, "minimum", below
    if "str_matches" in column.checks:
        yield FORMLESS, "pattern", FORMLESS
    if "bad_example" in column.metadata:
        cell = str(column.metadata["bad_example"])
        if parse_cell(cell, column)[1] is not None:
            yield cell, "type", repr(cell)
        elif "str_matches" in column.checks and not re.search(column.checks["str_matches"], cell):
            yield cell, "pattern", repr(cell)


def good_cells(column: Column) -> Iterator[str]:
    """Cells at the edge of what the column allows."""
    if column.nullable:
        yield ""
    yield str(column.metadata["example"])
    yield from column.codes
    limits = column.checks.get("str_length") or column.checks.get("in_range") or {}
    yield from ("ö" * limit if "str_length" in column.checks else str(limit) for limit in limits.values())
    if "greater_than_or_equal_to" in column.checks:
        yield str(column.checks["greater_than_or_equal_to"])


@dataclass(frozen=True)
class Cell:
    """A cell that was broken: where it stands and how it should be reported."""

    table: str
    line: int
    position: int
    column: str
    rule: str


def position_of(row: dict[str, str], column: str) -> int:
    """The character, counted from 1, at which a cell begins in its line."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([*list(row.values())[: list(row).index(column)], "-"])
    return len(out.getvalue())


@pytest.fixture(scope="module", params=[FICTION, ROOT], ids=["fiction", "real"])
def broken(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[Cell, str], Report]:
    """Records with one more row for each bad and each good cell, what is to be found of them, and the report."""
    copy = Copy(tmp_path_factory.mktemp("columns"))
    for part in ("dataset", "schemas"):
        shutil.copytree(request.param / part, copy.root / part)
    expected = {}
    for name, table in TABLES.items():
        rows = copy.rows(name)
        sound = rows[0] if rows else {column.name: str(column.metadata["example"]) for column in table.columns}
        for column in table.columns:
            for cell in good_cells(column):
                rows.append({**sound, column.name: cell})
            for cell, rule, words in bad_cells(column):
                row = {**sound, column.name: cell}
                rows.append(row)
                expected[Cell(name, len(rows) + 1, position_of(row, column.name), column.name, rule)] = words
        copy.write(name, rows)
    return expected, copy.validate()


@pytest.mark.parametrize("table", TABLES)
def test_each_bad_cell_is_found_where_it_stands_and_no_good_one(table: str, broken: tuple[dict[Cell, str], Report]) -> None:
    expected, report = broken
    found = {
        Cell(each.table, each.line or 0, each.position or 0, each.column, each.rule): each.found
        for each in report.findings
        if each.table == table and each.rule in CHECKS
    }
    wanted = {cell: words for cell, words in expected.items() if cell.table == table}
    assert sorted(found, key=str) == sorted(wanted, key=str)
    for cell, words in wanted.items():
        assert words in found[cell]


def test_every_kind_of_check_is_met(broken: tuple[dict[Cell, str], Report]) -> None:
    expected, _ = broken
    assert {cell.rule for cell in expected} == CHECKS
    for table in TABLES.values():
        for column in table.columns:
            kinds = {RULE_IDS[name] for name in column.checks} | (set() if column.nullable else {"required"})
            assert kinds <= {cell.rule for cell in expected if (cell.table, cell.column) == (table.name, column.name)}


def passes(table: Table, column: Column, cell: str) -> bool:
    """Whether a cell can be read by its column's type and keeps its checks."""
    value, fault = parse_cell(cell, column)
    if fault is not None:
        return False
    read = read_csv_table(Copy(FICTION).csv(table.name), table, table.name)
    read.rows = [read.rows[0]]
    read.rows[0][table.column_names.index(column.name)] = value
    return not list(find_column_failures(Batch.of(read.to_frame()), table))


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_examples_pass_and_bad_examples_fail(table: Table) -> None:
    told = set()
    for column in table.columns:
        assert passes(table, column, str(column.metadata["example"])), column.name
        is_checked = column.code_list is None  # codes of an open list are references
        if is_checked and "bad_example" in column.metadata and passes(table, column, str(column.metadata["bad_example"])):
            told.add((table.name, column.name))
    assert told == {place for place in TOLD_BY_RULES if place[0] == table.name}


def test_a_second_row_with_a_key_is_found_with_the_line_of_the_first(fiction: Copy) -> None:
    expected = []
    for name, table in TABLES.items():
        rows = fiction.rows(name)
        first = len(rows) // 2
        fiction.write(name, [*rows, rows[first]])
        key = ",".join(f"{column}={rows[first][column]}" for column in table.primary_key)
        values = ", ".join(rows[first][column] for column in table.primary_key)
        expected.append((name, len(rows) + 2, ",".join(table.primary_key), key, f"{values}, also in line {first + 2}"))
    found = [
        (each.table, each.line, each.column, each.key, each.found) for each in fiction.validate().findings if each.rule == "key"
    ]
    assert sorted(found) == sorted(expected)


def test_a_reference_to_nothing_is_found_with_the_nearest_id(fiction: Copy) -> None:
    expected = []
    for name, table in TABLES.items():
        for column in table.columns:
            if column.parent_table is None:
                continue
            rows = fiction.rows(name)
            line, row = next((line, row) for line, row in reversed([*enumerate(rows, 2)]) if row[column.name])
            known = row[column.name]
            row[column.name] = known + "x"
            fiction.write(name, rows)
            expected.append((name, line, column.name, f"{known + 'x'!r} (did you mean {known!r}?)"))
    found = [(each.table, each.line, each.column, each.found) for each in fiction.validate().findings if each.rule == "reference"]
    assert sorted(found) == sorted(expected)
