"""`curate locate` finds words in a text and prints rows of evidence for them."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path

import pytest

from kursk_claims.claims.text import read_canonical_text, text_digest
from support import FICTION, Call, Copy

WEIR = (
    "Weir gives way\n\nThe weir at Zoë’s Mill gave way on 3 May. Some 300 farms were cut off, 1,300 people waited\nfor boats. "
    "Output fell by -2.1 percent, and 3 boats sank.\n"
)


def rows_of(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out)))


@pytest.fixture
def weir(tmp_path: Path) -> Path:
    path = tmp_path / "weir.txt"
    path.write_text(WEIR, encoding="utf-8")
    return path


def test_locate_finds_every_occurrence(call: Call) -> None:
    copy = Copy(FICTION)
    text = read_canonical_text(copy.text)
    passage = copy.rows("passages")[1]
    start, end = int(passage["char_start"]), int(passage["char_end"])
    once = call("curate", "locate", copy.text, text[start:end], "--workspace", FICTION)
    assert once.code == 0
    (row,) = rows_of(once.out)
    assert {name: row[name] for name in ("doc_id", "passage_id", "char_start", "char_end", "sha256")} == {
        **{name: passage[name] for name in ("doc_id", "passage_id", "char_start", "char_end")},
        "sha256": text_digest(text[start:end]),
    }
    often = call("curate", "locate", copy.text, "the", "--workspace", FICTION)
    found = rows_of(often.out)
    assert (often.code, len(found) > 1) == (1, True)
    assert all(text[int(row["char_start"]) : int(row["char_end"])] == "the" for row in found)
    assert f"'the' occurs {len(found)} times." in often.err
    never = call("curate", "locate", copy.text, "no such words", "--workspace", FICTION)
    assert (never.code, never.out) == (1, "")
    assert "'no such words' does not occur in" in never.err


def test_each_place_is_shown_with_the_words_around_it(call: Call, weir: Path) -> None:
    outcome = call("curate", "locate", weir, "cut off", "--workspace", FICTION)
    start = WEIR.index("cut off")
    assert f"{weir}:3:{start - WEIR.index('The weir') + 1}: characters {start} to {start + 7}: …" in outcome.err
    assert "farms were [[cut off]], 1,300 people waited for boats" in outcome.err


def test_the_rows_can_be_appended_to_the_file_of_evidence(call: Call, fiction: Copy) -> None:
    options = ["--claim", "clm-015", "--role", "time", "-w", fiction.root, "--quiet"]
    outcome = call("curate", "locate", fiction.text, "in May", *options)
    path = fiction.csv("evidence")
    path.write_text(path.read_text(encoding="utf-8") + outcome.out.partition("\n")[2], encoding="utf-8")
    (finding,) = fiction.validate(fiction.text).findings
    assert (finding.rule, finding.key) == ("evidence-once", "evidence_id=evd-068")  # the fiction has this span already


def test_words_are_found_before_passages_are_recorded(call: Call, fiction: Copy) -> None:
    fiction.write("passages", [], list(fiction.rows("passages")[0]))
    outcome = call("curate", "locate", fiction.text, "a truce", "-w", fiction.root)
    (row,) = rows_of(outcome.out)
    assert (outcome.code, row["doc_id"], row["passage_id"]) == (0, "doc-border-gazette-raid", "")
    assert "these words belong to no passage of doc-border-gazette-raid yet" in outcome.err


def test_words_are_found_in_a_half_entered_list_of_passages(call: Call, fiction: Copy) -> None:
    fiction.write("passages", fiction.rows("passages")[:5])
    (recorded,) = rows_of(call("curate", "locate", fiction.text, "soldiers from Talvia", "-w", fiction.root).out)
    (missing,) = rows_of(call("curate", "locate", fiction.text, "a truce", "-w", fiction.root).out)
    assert (recorded["passage_id"], missing["passage_id"]) == ("psg-002", "")
    assert missing["sha256"] == text_digest("a truce")
    assert read_canonical_text(fiction.text)[int(missing["char_start"]) : int(missing["char_end"])] == "a truce"


def test_words_across_a_line_wrap_are_found(call: Call, weir: Path) -> None:
    outcome = call("curate", "locate", weir, "people waited for boats", "-w", FICTION)
    (row,) = rows_of(outcome.out)
    assert WEIR[int(row["char_start"]) : int(row["char_end"])] == "people waited\nfor boats"


@pytest.mark.parametrize("words", ["-2.1 percent", "-2"])
def test_a_negative_number_is_no_option(call: Call, weir: Path, words: str) -> None:
    outcome = call("curate", "locate", weir, words, "--quiet", "-w", FICTION)
    (row,) = rows_of(outcome.out)
    assert (outcome.code, WEIR[int(row["char_start"]) : int(row["char_end"])]) == (0, words)


def test_whole_words_and_numbers_only(call: Call, weir: Path) -> None:
    assert len(rows_of(call("curate", "locate", weir, "3", "-w", FICTION).out)) == 4
    whole = rows_of(call("curate", "locate", weir, "3", "--whole-word", "-w", FICTION).out)
    assert [row["char_start"] for row in whole] == [str(WEIR.index("3 May")), str(WEIR.index("3 boats"))]
    for part, count in (("300", 1), ("1", 0), ("2", 0), ("mill", 0), ("Mill", 1), ("-2.1", 1), ("fell", 1), ("arms", 0)):
        assert len(rows_of(call("curate", "locate", weir, part, "--whole-word", "-w", FICTION).out)) == count, part


def test_one_passage_only(call: Call) -> None:
    options = ["-w", FICTION, "--passage"]
    (row,) = rows_of(call("curate", "locate", FICTION / "article.txt", "Keddin", *options, "psg-010").out)
    assert row["char_start"] == "872"
    none = call("curate", "locate", FICTION / "article.txt", "Keddin", *options, "psg-002")
    assert (none.code, "'Keddin' does not occur in psg-002" in none.err) == (1, True)
    unknown = call("curate", "locate", FICTION / "article.txt", "Keddin", *options, "psg-0100")
    assert (unknown.code, "has no passage 'psg-0100' (did you mean 'psg-010'?)" in unknown.err) == (2, True)


def test_offsets_are_those_of_the_canonical_text(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes("\ufeffThe weir broke.\r\nZoe\u0308 came.".encode())
    outcome = call("curate", "locate", path, "Zo\u00eb", "--workspace", FICTION)
    (row,) = rows_of(outcome.out)
    assert (row["doc_id"], row["char_start"], row["char_end"], row["sha256"]) == ("", "16", "19", text_digest("Zo\u00eb"))
    assert "is not a held document: offsets are those of its canonical text (line ends as LF, NFC" in outcome.err
    assert call("curate", "locate", path, "Zoe\u0308", "--workspace", FICTION).out == outcome.out
    held = tmp_path / "article.txt"
    article = (FICTION / "article.txt").read_text(encoding="utf-8")
    held.write_bytes(unicodedata.normalize("NFD", article).replace("\n", "\r\n").encode())
    (row,) = rows_of(call("curate", "locate", held, "a truce", "--workspace", FICTION).out)
    assert (row["char_start"], row["passage_id"]) == (str(article.index("a truce")), "psg-012")


def test_no_words_and_no_file(call: Call, tmp_path: Path) -> None:
    for words in ("", "  "):
        empty = call("curate", "locate", FICTION / "article.txt", words, "--workspace", FICTION)
        assert (empty.code, empty.out) == (2, "")
    missing = call("curate", "locate", tmp_path / "nope.txt", "x", "--workspace", FICTION)
    assert (missing.code, missing.out) == (2, "")


def test_the_old_name_of_the_command_names_the_new_one(call: Call) -> None:
    outcome = call("locate", "article.txt", "words")
    assert (outcome.code, "`locate` is now `kursk-claims curate locate`" in outcome.err) == (2, True)
