"""Text faults are found alike in one cell and in a batch, in the order of their severity."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from kursk_claims.contract.model import Column, Table
from kursk_claims.tables.batch import Batch, Cells
from kursk_claims.tables.text_hygiene import find_text_failures, find_text_fault

COLUMNS = (
    Column("name", "Name", "Its name.", "String"),
    Column("kind", "Kind", "Its kind.", "String", checks={"isin": ["é", "e\u0301"]}),
)
TABLE = Table("stones", "Stones", "Stones on a beach.", ("name",), COLUMNS, Path("stones.yaml"))
FAULTS = {
    "a\0": ("control-character", "NUL, U+0000"),
    " \t": ("control-character", "control character, U+0009"),
    "Jo\u200be": ("control-character", "ZERO WIDTH SPACE, U+200B"),
    "\u202eeoJ": ("control-character", "RIGHT-TO-LEFT OVERRIDE, U+202E"),
    "a\u2028b": ("control-character", "LINE SEPARATOR, U+2028"),
    " a": ("space", "' a'"),
    "e\u0301 ": ("space", "'e\u0301 '"),
    "\u00a0a": ("space", "'\\xa0a'"),
    "Zoe\u0308": ("normal-form", "'Zoe\u0308', not in NFC from character 3 on"),
}
SOUND = ["", "a b", "Zoë", "می\u200cخواهم"]


@pytest.mark.parametrize("cell", FAULTS)
def test_a_fault_in_a_cell(cell: str) -> None:
    fault = find_text_fault(cell)
    assert fault is not None
    assert (fault.rule, fault.found) == FAULTS[cell]


@pytest.mark.parametrize("cell", SOUND)
def test_a_sound_cell(cell: str) -> None:
    assert find_text_fault(cell) is None


@pytest.mark.parametrize("distinct", [False, True], ids=["values", "dictionary"])
@pytest.mark.parametrize("sound", [["a", "b c"], SOUND], ids=["ascii", "unicode"])
def test_faults_in_a_batch(sound: list[str], distinct: bool) -> None:
    cells = [*sound, *FAULTS, *sound]
    batch = Batch.of(pl.DataFrame({"name": cells, "kind": ["é"] * len(cells)}))
    if distinct:
        batch.cells["name"] = Cells(pl.Series(cells), pl.Series([*range(len(cells))], dtype=pl.UInt32))
    found = {(cells[row], failure.rule) for failure in find_text_failures(batch, TABLE) for row in failure.rows}
    assert found == {(cell, rule) for cell, (rule, _) in FAULTS.items()}


def test_printable_ascii_and_codes_have_no_faults_but_spaces() -> None:
    batch = Batch.of(pl.DataFrame({"name": ["a", "b ", None], "kind": ["e\u0301", "é", None]}))
    failures = [(failure.column.name, failure.rule, failure.rows.to_list()) for failure in find_text_failures(batch, TABLE)]
    assert failures == [("name", "space", [1])]
