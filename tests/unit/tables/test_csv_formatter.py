"""The canonical form of a CSV file is stable, sorted and loses nothing."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kursk_claims.contract.loader import load_contract
from kursk_claims.tables.csv_formatter import canonical_csv
from support import FICTION

STEPS = load_contract(FICTION / "schemas").tables["attributions"]
CELLS = st.one_of(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=8), st.integers().map(str))


@given(
    st.permutations(STEPS.column_names),
    st.lists(st.lists(CELLS, min_size=len(STEPS.columns), max_size=len(STEPS.columns)), max_size=5),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_the_canonical_form_is_stable_and_loses_nothing(names: list[str], rows: list[list[str]], quoting: int) -> None:
    text = "".join(_line(cells, all_quoted=quoting == csv.QUOTE_ALL) for cells in [names, *rows])
    once = canonical_csv(text, STEPS)
    assert canonical_csv(once, STEPS) == once
    assert canonical_csv(once.removesuffix("\n"), STEPS) == once
    header, *kept = once.removesuffix("\n").split("\n")
    assert header == ",".join(STEPS.column_names)
    ordered = [[row[names.index(name)] for name in STEPS.column_names] for row in rows]
    assert sorted(_cells(line) for line in kept) == sorted(ordered)


def _line(cells: list[str], *, all_quoted: bool) -> str:
    quoted = ['"' + cell.replace('"', '""') + '"' if all_quoted or set(cell) & set(',"\r') else cell for cell in cells]
    return ",".join(quoted) + "\n"


def _cells(line: str) -> list[str]:
    """Return the cells as Python's own reader sees them; carriage returns, which it takes for line ends, are replaced."""
    return [cell.replace("\ue000", "\r") for cell in next(csv.reader([line.replace("\r", "\ue000")], strict=True))]


def test_steps_are_sorted_as_numbers() -> None:
    rows = "".join(f"clm-001,{step}" + "," * (len(STEPS.columns) - 2) + "\n" for step in (10, 9, 0))
    lines = canonical_csv(",".join(STEPS.column_names) + "\n" + rows, STEPS).splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["0", "9", "10"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("a\n", "line 2 has 1 cell, the header has 3"),
        ("a,b,c\na,b,c,d\n", "line 3 has 4 cells, the header has 3"),
        ('a,"b,c\n', "line 2 has an unclosed quote"),
    ],
)
def test_a_row_that_does_not_fit_is_not_guessed_at(rows: str, message: str) -> None:
    table = load_contract(FICTION / "schemas").tables["claim_actors"]
    with pytest.raises(ValueError, match=message):
        canonical_csv(",".join(table.column_names) + "\n" + rows, table)
