"""Lines are parsed strictly: each fault is found where it is, and costs no other row."""

from __future__ import annotations

from pathlib import Path

import pytest

from kursk_claims.contract.model import Column, Table
from kursk_claims.tables.csv_reader import parse_lines
from kursk_claims.tables.csv_rows import CsvRows

NARROW = Table("ids", "", "", ("id",), (Column("id", "", "", "String"),), Path("ids.yaml"))
WIDE = Table("stones", "", "", ("id",), (*NARROW.columns, Column("note", "", "", "String", True)), Path("stones.yaml"))


def parse(lines: list[str], table: Table = WIDE) -> CsvRows:
    rows = CsvRows(table, "stones.csv")
    assert parse_lines(lines, rows) == len(lines)
    return rows


def test_rows_have_their_lines_and_positions() -> None:
    rows = parse(['"a,b",c', "d,"])
    assert rows.to_dicts() == [{"id": "a,b", "note": "c"}, {"id": "d", "note": None}]
    assert rows.line_numbers == [2, 3]
    assert rows.cell_positions == [[1, 7], [1, 3]]
    assert (rows.findings, rows.is_complete) == ([], True)


@pytest.mark.parametrize(
    ("lines", "line", "found", "is_complete"),
    [
        (["a,b", "", "c,d"], 3, "an empty line", True),
        (["a,b", "e", "c,d"], 3, "1 cell", False),
        (["a,b", "c,d", "e,f,g"], 4, "3 cells", False),
        (["a,b", 'e,"f', "c,d"], 3, "an unclosed quote", False),
        (["a,b", 'e,"f" g', "c,d"], 3, "text after a closing quote", False),
        (["a,b", 'e,f "g"', "c,d"], 3, "a quote in an unquoted cell", False),
        (["a,b", 'e,"first', "second", 'third, last"', "c,d"], 3, "a cell that continues on line 5", False),
    ],
)
def test_a_line_that_is_no_row(lines: list[str], line: int, found: str, is_complete: bool) -> None:
    rows = parse(lines)
    assert [row["id"] for row in rows.to_dicts()] == ["a", "c"]
    assert [(finding.line, finding.found) for finding in rows.findings] == [(line, found)]
    assert rows.is_complete == is_complete


def test_a_row_that_should_have_one_cell() -> None:
    assert [finding.expected for finding in parse(["a,b"], NARROW).findings] == ["1 cell"]


def test_a_row_may_end_after_the_lines_in_which_it_begins() -> None:
    rows = CsvRows(WIDE, "stones.csv")
    assert parse_lines(["a,b", 'c,"d', 'e"', "f,g"], rows, first_line=7, stop=2) == 3
    assert rows.line_numbers == [7]
    assert [finding.found for finding in rows.findings] == ["a cell that continues on line 9"]


def test_a_finding_names_the_key_of_its_row() -> None:
    [finding] = parse(["a, b"]).findings
    assert (finding.rule, finding.line, finding.position, finding.column, finding.key) == ("space", 2, 3, "note", "id=a")
