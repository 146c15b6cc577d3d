"""The words of a claim are marked in its passages."""

from __future__ import annotations

import duckdb
import pytest

from kursk_claims.claims.show import highlight_claim
from kursk_claims.claims.text import HeldDocument, Passage, TextCopy

DOCUMENT = HeldDocument(
    "doc-1", "", 40, (Passage("psg-1", 10, 20, ""), Passage("psg-2", 20, 30, ""), Passage("psg-3", 30, 40, ""))
)


@pytest.mark.parametrize(
    ("spans", "text", "lines"),
    [
        ([(12, 15)], "0123456789", ["psg-1: 01[234]56789"]),
        ([(17, 20), (10, 12)], "0123456789", ["psg-1: [01]23456[789]"]),
        ([(12, 16), (14, 18)], "0123456789", ["psg-1: 01[2345][67]89"]),
        ([(12, 15), (12, 15)], "0123456789", ["psg-1: 01[234]56789"]),
        ([(10, 11)], "\x1b\\u0000 89", ["psg-1: [\\u001b]\\u0000 89"]),
    ],
    ids=["one", "two", "overlapping", "duplicate", "escape sequence"],
)
def test_marks(spans: list[tuple[int, int]], text: str, lines: list[str]) -> None:
    copy = TextCopy("doc-1", text, True, {"psg-1": text})
    assert [*highlight_claim(evidence("psg-1", spans), "clm-1", copy, DOCUMENT, ("[", "]"))] == lines


def test_a_passage_that_the_copy_lacks() -> None:
    copy = TextCopy("doc-1", "", False)
    lines = [*highlight_claim(evidence("psg-2", [(20, 22)]), "clm-1", copy, DOCUMENT, ("[", "]"))]
    assert lines == ["psg-2: not found in this copy"]


def evidence(passage_id: str, spans: list[tuple[int, int]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE evidence(claim_id VARCHAR, role VARCHAR, passage_id VARCHAR, char_start INTEGER, char_end INTEGER)"
    )
    for start, end in spans:
        connection.execute("INSERT INTO evidence VALUES ('clm-1', 'content', ?, ?, ?)", [passage_id, start, end])
    connection.execute("INSERT INTO evidence VALUES ('clm-1', 'cue', 'psg-3', 30, 31), ('clm-2', 'content', 'psg-3', 30, 31)")
    return connection
