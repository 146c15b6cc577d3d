"""The figures of agreement between codings, in the saved question and in the codebook, are those of an established library."""

from __future__ import annotations

import csv
import io
import re

import krippendorff
import pytest

import kursk_claims
from support import ROOT, Call

FIELDS = {
    "claims": ("kind", "polarity", "mode", "prominence"),
    "attributions": ("specificity", "cue_class", "commitment", "quote_type", "channel"),
}


@pytest.fixture(scope="module")
def codings() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """The codes of the first and the other coding, by coder and field, put together without the query."""
    connection = kursk_claims.connect(workspace=ROOT, records=True)
    readings = {
        row[:3]: row[3:]
        for row in connection.execute("SELECT coder, field, claim_id, first_value, value FROM readings").fetchall()
    }
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for table, columns in FIELDS.items():
        order = "claim_id" if table == "claims" else "claim_id, step"
        for column in columns:
            field = f"{table}.{column}"
            codes = dict(
                connection.execute(f"SELECT claim_id, {column} FROM {table} ORDER BY {order}").fetchall()
            )  # the last step
            for coder in {key[0] for key in readings}:
                matched = [claim for claim in codes if readings.get((coder, "claims.claim_id", claim), ("", ""))[1] is not None]
                found[coder, field] = [readings.get((coder, field, claim), (codes[claim], codes[claim])) for claim in matched]
    return found


def test_the_saved_question_agrees_with_the_library(codings: dict[tuple[str, str], list[tuple[str, str]]], call: Call) -> None:
    rows = list(csv.DictReader(io.StringIO(call("query", "--name", "agreement", "--records", "-f", "csv", "-w", ROOT).out)))
    assert {(row["coder"], row["field"]) for row in rows} == set(codings)
    assert any(row["alpha"] != "1.0" for row in rows)
    for row in rows:
        pairs = codings[row["coder"], row["field"]]
        codes = sorted({code for pair in pairs for code in pair})
        data = [[codes.index(pair[side]) for pair in pairs] for side in (0, 1)]
        assert int(row["claims"]) == len(pairs)
        assert int(row["agreed"]) == sum(one == other for one, other in pairs)
        assert float(row["alpha"]) == pytest.approx(krippendorff.alpha(data, level_of_measurement="nominal"), abs=5e-4)


def test_the_codebook_has_the_figures_of_the_question(call: Call) -> None:
    rows = csv.DictReader(io.StringIO(call("query", "--name", "agreement", "--records", "-f", "csv", "-w", ROOT).out))
    figures: dict[str, list[str]] = {}
    for row in rows:
        figures.setdefault(row["field"], []).append(f"{row['agreed']} of {row['claims']}, {float(row['alpha']):.2f}")
    section = (ROOT / "dataset" / "README.md").read_text(encoding="utf-8").partition("## How often")[2].partition("\n## ")[0]
    table = {
        cells[0]: cells[1:]
        for cells in (re.split(r" *\| *", line.strip("| \n")) for line in section.split("\n") if line.startswith("| `"))
    }
    assert table == {f"`{field}`": values for field, values in figures.items()}
