"""`locate` finds words in a text, with the offsets and the digest of an anchor."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from kursk_claims.claims.text import read_canonical_text, text_digest
from support import FICTION, Call, Copy


def test_locate_finds_every_occurrence(call: Call) -> None:
    copy = Copy(FICTION)
    text = read_canonical_text(copy.text)
    passage = copy.rows("passages")[1]
    start, end = int(passage["char_start"]), int(passage["char_end"])
    once = call("curate", "locate", copy.text, text[start:end], "--workspace", FICTION)
    assert once.code == 0
    assert list(csv.DictReader(io.StringIO(once.out))) == [
        {
            **{name: passage[name] for name in ("doc_id", "passage_id", "char_start", "char_end")},
            "sha256": text_digest(text[start:end]),
        }
    ]
    often = call("curate", "locate", copy.text, "the", "--workspace", FICTION)
    found = list(csv.DictReader(io.StringIO(often.out)))
    assert (often.code, len(found) > 1) == (1, True)
    assert all(text[int(row["char_start"]) : int(row["char_end"])] == "the" for row in found)
    assert f"'the' occurs {len(found)} times." in often.err
    never = call("curate", "locate", copy.text, "no such words", "--workspace", FICTION)
    assert (never.code, never.out) == (1, "")
    assert "'no such words' does not occur in" in never.err


def test_locate_in_another_text(call: Call, records: Copy, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes("\ufeffZoe\u0308 came.\r\nShe saw.".encode())
    outcome = call("curate", "locate", path, "Zo\u00eb", "--workspace", records.root)
    assert (outcome.code, outcome.out.splitlines()[1]) == (0, f",,0,3,{text_digest('Zoë')}")
    assert "is not a held document: offsets are those of the file" in outcome.err
    decomposed = call("curate", "locate", path, "Zoe\u0308", "--workspace", records.root)
    assert decomposed.out == outcome.out
    for words in ("", "  "):
        empty = call("curate", "locate", path, words, "--workspace", records.root)
        assert (empty.code, empty.out) == (2, "")
    missing = call("curate", "locate", tmp_path / "nope.txt", "x", "--workspace", records.root)
    assert (missing.code, missing.out) == (2, "")
