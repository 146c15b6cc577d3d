"""Words and offsets that nearly fit a text: they are found, and what differs is named."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from kursk_claims.claims.text import read_canonical_text, text_digest
from support import FICTION, Call, Copy

NOTICE = (
    "Notice to skippers\n\nThe lower lock is shut from 3\u00a0May. The harbour master said: “Ships of more than\n"
    "2\u202f000 tonnes wait off the mole – for a week, perhaps.” Zoë Keddin signed.\n"
)
WIDE = "\U0001f6a2 "  # a ship: one code point, two UTF-16 code units, four bytes


def places(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out)))


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "notice.txt"
    path.write_text(NOTICE, encoding="utf-8")
    return path


def found_words(call: Call, notice: Path, words: str) -> tuple[str, str]:
    """Return the words of the text that are found for some words, and what is said about them."""
    outcome = call("curate", "locate", notice, words, "--workspace", FICTION, "--quiet")
    assert outcome.code == 0, outcome.err
    (place,) = places(outcome.out)
    text = NOTICE[int(place["char_start"]) : int(place["char_end"])]
    assert place["sha256"] == text_digest(text)
    return text, outcome.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("more than\r\n2\u202f000", "more than\n2\u202f000"),
        ("more than\r2\u202f000", "more than\n2\u202f000"),
        ("\ufeffZoe\u0308 Keddin", "Zoë Keddin"),
    ],
)
def test_words_are_normalised_as_the_text_is(words: str, expected: str, call: Call, notice: Path) -> None:
    text, said = found_words(call, notice, words)
    assert text == expected
    assert "the text has" not in said


@pytest.mark.parametrize(
    ("words", "expected", "difference"),
    [
        ("from 3 May", "from 3\u00a0May", "U+00A0 NO-BREAK SPACE instead of U+0020 SPACE"),
        ("Ships of more than 2\u202f000", "Ships of more than\n2\u202f000", "U+000A LINE FEED instead of U+0020 SPACE"),
        ("The lower\nlock is", "The lower lock is", "U+0020 SPACE instead of U+000A LINE FEED"),
        ("  the mole ", "the mole", ""),
        ('said: "Ships', "said: “Ships", "U+201C LEFT DOUBLE QUOTATION MARK instead of U+0022 QUOTATION MARK"),
        ("mole - for", "mole – for", "U+2013 EN DASH instead of U+002D HYPHEN-MINUS"),
        ("har\u00adbour master", "harbour master", "no U+00AD SOFT HYPHEN"),
        ("har\u200bbour mas\u200bter", "harbour master", "no U+200B ZERO WIDTH SPACE"),
        ("The lower  lock", "The lower lock", "U+0020 SPACE"),
    ],
)
def test_near_words_are_found_and_their_characters_named(
    words: str, expected: str, difference: str, call: Call, notice: Path
) -> None:
    text, said = found_words(call, notice, words)
    assert text == expected
    assert difference in said
    assert not difference or "the text has these words with" in said


def test_the_difference_has_a_place(call: Call, notice: Path) -> None:
    said = found_words(call, notice, "from 3 May")[1]
    line, position = 3, "The lower lock is shut from".index("from") + 1
    assert f"{notice}:{line}:{position}: the text has" in said
    assert f"at character {NOTICE.index(chr(0xA0))}" in said


def test_invisible_characters_of_the_text_are_named(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("The har\u00adbour is\u200b shut.", encoding="utf-8")
    outcome = call("curate", "locate", path, "harbour is shut", "--workspace", FICTION)
    assert [(place["char_start"], place["char_end"]) for place in places(outcome.out)] == [("4", "21")]
    assert "U+00AD SOFT HYPHEN, which the words lack" in outcome.err
    assert "U+200B ZERO WIDTH SPACE" in outcome.err


def test_other_words_are_not_found(call: Call, notice: Path) -> None:
    for words in ("the upper lock", "THE LOWER LOCK", "\u200b", "lockis"):
        outcome = call("curate", "locate", notice, words, "--workspace", FICTION)
        assert (outcome.code, outcome.out) == (1, ""), words
        assert "does not occur in" in outcome.err


def test_words_that_are_near_at_several_places_are_no_choice(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "twice.txt"
    path.write_text("pier\u00a04 and pier\u20074", encoding="utf-8")
    outcome = call("curate", "locate", path, "pier 4", "--workspace", FICTION)
    assert (outcome.code, len(places(outcome.out))) == (1, 2)
    assert "occurs 2 times" in outcome.err


def test_words_across_sentences_have_a_row_for_each(call: Call) -> None:
    text, passages = read_canonical_text(FICTION / "article.txt"), Copy(FICTION).rows("passages")
    first, second = passages[2], passages[3]
    start, end = int(first["char_end"]) - 20, int(second["char_start"]) + 20
    for words in (text[start:end], " ".join(text[start:end].split())):
        outcome = call("curate", "locate", FICTION / "article.txt", words, "--workspace", FICTION)
        assert outcome.code == 0, outcome.err
        rows = places(outcome.out)
        assert [row["passage_id"] for row in rows] == [first["passage_id"], second["passage_id"]]
        assert (int(rows[0]["char_start"]), int(rows[1]["char_end"])) == (start, end)
        for row in rows:
            assert text_digest(text[int(row["char_start"]) : int(row["char_end"])]) == row["sha256"]
        assert "these words span 2 passages" in outcome.err


def test_words_across_sentences_are_found_in_another_copy(call: Call, tmp_path: Path) -> None:
    text, passages = read_canonical_text(FICTION / "article.txt"), Copy(FICTION).rows("passages")
    copy = tmp_path / "copy.txt"
    copy.write_text("Menu\n\n" + text.replace(" ", "\n"), encoding="utf-8")
    words = text[int(passages[1]["char_end"]) - 10 : int(passages[2]["char_start"]) + 10]
    outcome = call("curate", "locate", copy, words, "--workspace", FICTION)
    assert outcome.code == 0, outcome.err
    assert [row["passage_id"] for row in places(outcome.out)] == [passages[1]["passage_id"], passages[2]["passage_id"]]


def test_words_that_are_not_utf8_are_refused(call: Call, notice: Path) -> None:
    assert call("curate", "locate", notice, "Zo\udceb", "--workspace", FICTION)[:2] == (2, "")


def with_wide_character(fiction: Copy, convert: Callable[[str], int], *tables: str) -> Path:
    """Put a wide character after the heading, and count offsets by the length that `convert` gives the text before them."""
    old = read_canonical_text(fiction.text)
    heading, rest = old.split("\n", 1)
    text = f"{heading}\n{WIDE}{rest}"
    fiction.text.write_text(text, encoding="utf-8")
    for table in ("passages", "evidence", "exclusions"):
        rows = fiction.rows(table)
        count = convert if table in tables or not tables else len
        for row in rows:
            for name in ("char_start", "char_end"):
                offset = int(row[name])
                row[name] = str(count(text[: offset + len(WIDE) * (offset > len(heading))]))
        fiction.write(table, rows)
    fiction.edit(
        "documents",
        {"held": "true"},
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        text_length=str((len if tables else convert)(text)),
    )
    return fiction.text


UNITS: dict[str, Callable[[str], int]] = {
    "UTF-16 code units": lambda text: len(text.encode("utf-16-le")) // 2,
    "bytes of UTF-8": lambda text: len(text.encode()),
    "Unicode code points, with CRLF for each line end": lambda text: len(text.replace("\n", "\r\n")),
    "Unicode code points, with a byte order mark": lambda text: len("\ufeff" + text),
    "UTF-16 code units, with CRLF for each line end and a byte order mark": lambda text: (
        len(("\ufeff" + text.replace("\n", "\r\n")).encode("utf-16-le")) // 2
    ),
}


@pytest.mark.parametrize("unit", UNITS)
def test_offsets_in_another_unit_are_one_finding(unit: str, fiction: Copy) -> None:
    report = fiction.validate(with_wide_character(fiction, UNITS[unit]))
    (finding,) = report.findings
    count = sum(len(fiction.rows(table)) for table in ("passages", "evidence", "exclusions"))
    assert (finding.rule, finding.column, finding.severity) == ("offset-unit", "text_length", "error")
    tables = "evidence, exclusions, passages"
    assert finding.found == f"all {count} anchors of doc-border-gazette-raid in {tables} fit when counted in {unit}"
    assert "code points" in finding.fix
    assert {skipped.reason for skipped in report.skipped} == {f"the offsets of doc-border-gazette-raid are counted in {unit}"}


def test_offsets_of_one_table_in_another_unit_are_one_finding(fiction: Copy) -> None:
    report = fiction.validate(with_wide_character(fiction, UNITS["UTF-16 code units"], "evidence"))
    (finding,) = report.findings
    count = len(fiction.rows("evidence"))
    assert finding.found == (f"all {count} anchors of doc-border-gazette-raid in evidence fit when counted in UTF-16 code units")


def test_a_single_wrong_anchor_does_not_hide_the_unit(fiction: Copy) -> None:
    text = with_wide_character(fiction, UNITS["UTF-16 code units"])
    fiction.edit("evidence", {"evidence_id": "evd-002"}, sha256="0" * 64)
    (finding,) = fiction.validate(text).findings
    assert "UTF-16 code units" in finding.found
    count = sum(len(fiction.rows(table)) for table in ("passages", "evidence", "exclusions"))
    assert f"{count - 1} of {count} anchors" in finding.found


def test_offsets_that_fit_and_wrong_ones_are_reported_as_before(fiction: Copy) -> None:
    text = with_wide_character(fiction, len)
    assert {finding.rule for finding in fiction.validate(text).findings} == {"passage-coverage"}  # of the wide character
    fiction.edit("evidence", {"evidence_id": "evd-002"}, char_start="28")
    rules = {finding.rule for finding in fiction.validate(text).findings}
    assert "evidence-digest" in rules
    assert "offset-unit" not in rules


@pytest.mark.parametrize(
    "change",
    [lambda text: text.replace("o", "o\u00ad"), lambda text: text.replace(" ", "\u200b ")],
    ids=["soft hyphens", "zero-width spaces"],
)
def test_a_copy_with_invisible_characters_is_the_same_text(change: Callable[[str], str], fiction: Copy) -> None:
    text = read_canonical_text(fiction.text)
    fiction.text.write_text(change(text), encoding="utf-8")
    report = fiction.validate(fiction.text)
    assert not report.findings
    assert "13 of 13 passages found" in report.notes[0]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"%PDF-1.7\n\xe2\xe3\xcf\xd3", "a PDF document"),
        ("The lock is shut.".encode("utf-16"), "UTF-16LE"),
        (b"\x1f\x8b\x08\x00", "compressed with gzip"),
    ],
)
def test_a_file_that_is_no_text_is_named(content: bytes, found: str, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "notice.txt"
    path.write_bytes(content)
    outcome = call("curate", "locate", path, "lock", "-w", FICTION)
    assert (outcome.code, found in outcome.err) == (2, True), outcome.err
