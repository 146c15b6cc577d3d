"""`curate split`, `merge` and `done` correct passages; `curate exclude` and `code add` add what a claim needs besides."""

from __future__ import annotations

from pathlib import Path

import pytest

from kursk_claims.claims.text import text_digest
from support import Call, Copy

FOG = """Fog over Sund

The fog bank reached Sund on 4 May. Pilots refused to sail until noon, No. 3 berth included. One of two tugs stayed.

The harbour opened again.
"""


@pytest.fixture
def fog(call: Call, fiction: Copy, tmp_path: Path) -> Path:
    """A text of a document that the fiction holds besides its own: psg-014 to psg-018."""
    path = tmp_path / "texts" / "fog.txt"
    path.parent.mkdir()
    path.write_text(FOG, encoding="utf-8")
    options = ["--publisher", "Border Gazette", "--language", "en", "--id", "doc-fog"]
    assert call("curate", "document", "add", path, *options, "-w", fiction.root).code == 0
    return path


def words_of(workspace: Copy, text: str, doc_id: str = "doc-fog") -> list[tuple[str, str, str, str]]:
    """Id, place and words of each passage; its digest is that of the words."""
    rows = sorted((row for row in workspace.rows("passages") if row["doc_id"] == doc_id), key=lambda row: int(row["char_start"]))
    found = []
    for row in rows:
        words = text[int(row["char_start"]) : int(row["char_end"])]
        assert row["sha256"] == text_digest(words)
        found.append((row["passage_id"], f"{row['paragraph']}.{row['sentence']}", words, row["disposition"]))
    return found


def records_of(workspace: Copy) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in workspace.csv("claims").parent.iterdir()}


def test_a_passage_is_split_and_merged_again(call: Call, fiction: Copy, fog: Path) -> None:
    before = words_of(fiction, FOG)
    assert [each[:2] for each in before] == [("psg-014", "1.1"), ("psg-015", "2.1"), ("psg-016", "2.2"), ("psg-017", "3.1")]
    split = call("curate", "split", "psg-015", "Pilots refused", "--text", fog, "-w", fiction.root)
    assert (split.code, split.out) == (0, "passages: 1 added: psg-018\npassages: 2 changed: psg-015, psg-016\n")
    assert words_of(fiction, FOG)[1:4] == [
        ("psg-015", "2.1", "The fog bank reached Sund on 4 May.", ""),
        ("psg-018", "2.2", "Pilots refused to sail until noon, No. 3 berth included.", ""),
        ("psg-016", "2.3", "One of two tugs stayed.", ""),
    ]
    merge = call("curate", "merge", "psg-018", "psg-015", "--text", fog.parent, "-w", fiction.root)
    assert merge.code == 0
    assert words_of(fiction, FOG) == before


def test_passages_of_two_paragraphs_are_merged(call: Call, fiction: Copy, fog: Path) -> None:
    call("curate", "merge", "psg-016", "psg-017", "--text", fog, "-w", fiction.root)
    assert [each[:3] for each in words_of(fiction, FOG)][1:] == [
        ("psg-015", "2.1", FOG[15:107]),
        ("psg-016", "2.2", "One of two tugs stayed.\n\nThe harbour opened again."),
    ]


def test_anchors_move_with_their_passage(call: Call, fiction: Copy) -> None:
    spans = {row["evidence_id"]: row["char_start"] for row in fiction.rows("evidence")}
    options = ["--text", fiction.text, "-w", fiction.root]
    split = call("curate", "split", "psg-005", "and the prisoners", *options)
    assert (split.code, "passages: 1 added: psg-014" in split.out) == (0, True)
    rows = {row["evidence_id"]: row for row in fiction.rows("evidence")}
    assert {each["passage_id"] for each in rows.values() if each["claim_id"] == "clm-004" and each["role"] == "number"} == {
        "psg-014"
    }
    assert rows["evd-009"]["passage_id"] == "psg-005"
    assert {name: row["char_start"] for name, row in rows.items()} == spans
    assert [each.rule for each in fiction.validate(fiction.text).findings] == []
    call("curate", "merge", "psg-005", "psg-014", *options)
    assert {row["passage_id"] for row in fiction.rows("evidence") if row["claim_id"] == "clm-004"} == {"psg-005"}
    assert fiction.validate(fiction.text).findings == []


def test_a_part_without_claims_is_open_again(call: Call, fiction: Copy) -> None:
    call("curate", "split", "psg-013", "because one", "--text", fiction.text, "-w", fiction.root)
    states = {row["passage_id"]: row["disposition"] for row in fiction.rows("passages")}
    assert (states["psg-013"], states["psg-014"]) == ("claims", "claims")
    call("curate", "split", "psg-010", "according to", "--text", fiction.text, "-w", fiction.root)
    states = {row["passage_id"]: row["disposition"] for row in fiction.rows("passages")}
    assert (states["psg-010"], states["psg-015"]) == ("claims", "")


def test_no_anchor_is_split(call: Call, fiction: Copy) -> None:
    before = records_of(fiction)
    outcome = call("curate", "split", "psg-008", "wrecked the", "--text", fiction.text, "-w", fiction.root)
    assert (outcome.code, "psg-008 cannot be split there" in outcome.err) == (2, True)
    assert "evd-028 spans" in outcome.err
    assert records_of(fiction) == before


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["split", "psg-015", "harbour"], "'harbour' does not occur in psg-015"),
        (["split", "psg-015", "o"], "'o' occurs"),
        (["split", "psg-015", "The fog"], "psg-015 begins with these words"),
        (["split", "psg-0155", "The fog"], "no passage 'psg-0155' (did you mean 'psg-015'?)"),
        (["merge", "psg-015", "psg-017"], "psg-015 and psg-017 do not follow each other"),
        (["merge", "psg-015", "psg-015"], "psg-015 and psg-015 do not follow each other"),
        (["merge", "psg-014", "psg-015"], "only one of psg-014 and psg-015 is a heading"),
        (["exclude", "psg-015", "4 May", "--as", "date"], "--as: expected one of name, designation"),
        (["exclude", "psg-015", "Sund", "--as", "name"], "contains no number"),
        (["exclude", "psg-015", "o", "--as", "name"], "'o' does not occur in psg-015"),
    ],
)
def test_what_cannot_be_done_changes_nothing(call: Call, fiction: Copy, fog: Path, command: list[str], message: str) -> None:
    before = records_of(fiction)
    outcome = call("curate", *command, "--text", fog, "-w", fiction.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert records_of(fiction) == before


def test_ambiguous_words_are_shown_in_their_context(call: Call, fiction: Copy, fog: Path) -> None:
    outcome = call("curate", "split", "psg-015", "un", "--text", fog, "-w", fiction.root)
    assert "fog bank reached S[[un]]d on 4 May. Pilots r… | " in outcome.err
    assert "to sail [[un]]til noon" in outcome.err


def test_the_text_must_be_the_one_that_was_coded(call: Call, fiction: Copy, fog: Path) -> None:
    none = call("curate", "split", "psg-015", "Pilots", "-w", fiction.root)
    assert (none.code, "the text of doc-fog is needed; name it with --text" in none.err) == (2, True)
    other = call("curate", "split", "psg-015", "Pilots", "--text", fiction.text, "-w", fiction.root)
    assert (other.code, "expected the text of doc-fog (sha256 " in other.err) == (2, True)
    (fiction.root / ".kursk-claims.toml").write_text(f'texts = "{fog.parent}"\n', encoding="utf-8")
    assert call("curate", "split", "psg-015", "Pilots", "-w", fiction.root).code == 0


def test_a_reason_closes_a_passage_and_no_reason_opens_it(call: Call, fiction: Copy, fog: Path) -> None:
    outcome = call("curate", "done", "psg-017", "--reason", "It closes the tale.", "-w", fiction.root)
    assert (outcome.code, outcome.out) == (0, "passages: 1 changed: psg-017\n")
    call("curate", "done", "psg-014", "--reason", "It names the subject.", "-w", fiction.root)
    rows = {row["passage_id"]: (row["disposition"], row["reason"]) for row in fiction.rows("passages")}
    assert rows["psg-017"] == ("no_claim", "It closes the tale.")
    assert rows["psg-014"] == ("heading", "It names the subject.")
    call("curate", "done", "psg-017", "-w", fiction.root)
    call("curate", "done", "psg-014", "--sentence", "-w", fiction.root)
    call("curate", "done", "psg-016", "--heading", "-w", fiction.root)
    rows = {row["passage_id"]: (row["disposition"], row["reason"]) for row in fiction.rows("passages")}
    assert (rows["psg-017"], rows["psg-014"], rows["psg-016"]) == (("", ""), ("", ""), ("heading", ""))
    refused = call("curate", "done", "psg-002", "--reason", "It says nothing.", "-w", fiction.root)
    assert (refused.code, "psg-002 has claims" in refused.err) == (2, True)


def test_a_number_is_excluded_once(call: Call, fiction: Copy, fog: Path) -> None:
    options = ["--text", fog, "-w", fiction.root]
    command = ["curate", "exclude", "psg-015", "4", "--as", "time_expression", "--note", "The day.", *options]
    outcome = call(*command)
    assert (outcome.code, outcome.out) == (0, "exclusions: 1 added: xcl-007\n")
    row = fiction.rows("exclusions")[-1]
    assert (row["doc_id"], row["passage_id"], row["reason"], row["note"]) == ("doc-fog", "psg-015", "time_expression", "The day.")
    assert FOG[int(row["char_start"]) : int(row["char_end"])] == "4"
    assert call(*command).out == "nothing changes\n"
    again = call("curate", "exclude", "psg-015", "4 May", "--as", "name", *options)
    assert (again.code, "'4 May' at" in again.err, "is part of xcl-007 already" in again.err) == (2, True, True)
    assert call("curate", "exclude", "psg-016", "One", "--as", "partitive", *options).code == 0
    status = call("curate", "status", *options)
    assert "open numbers: 3" in status.out
    assert "open numbers: two" in status.out
    taken = call("curate", "exclude", "psg-004", "70", "--as", "name", "--text", fiction.text, "-w", fiction.root)
    assert (taken.code, "is part of qty-001 already" in taken.err) == (2, True)


def test_a_code_is_added_once(call: Call, fiction: Copy) -> None:
    words = ["--label", "Fog", "--definition", "Fog that keeps ships in port."]
    outcome = call("curate", "code", "add", "events.kind", "fog", *words, "-w", fiction.root)
    assert (outcome.code, outcome.out) == (0, "codes: 1 added: events.kind fog\n")
    assert call("curate", "code", "add", "events.kind", "fog", *words, "-w", fiction.root).out == "nothing changes\n"
    assert fiction.validate(fiction.text).findings == []
    measure = ["quantities.measure", "depth", "--label", "Depth", "--definition", "Depth of the water."]
    unknown = call("curate", "code", "add", *measure, "--unit", "fathom", "-w", fiction.root)
    assert (unknown.code, "--unit: expected one of" in unknown.err) == (2, True)
    unit = ["quantities.unit", "m", "--label", "Metre", "--definition", "A metre, a unit of length."]
    assert call("curate", "code", "add", *unit, "-w", fiction.root).code == 0
    assert call("curate", "code", "add", *measure, "--unit", "m", "-w", fiction.root).code == 0
    assert [row["unit"] for row in fiction.rows("codes") if row["code"] == "depth"] == ["m"]


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["events.kinds", "fog"], "found 'events.kinds' (did you mean 'events.kind'?)"),
        (["claims.kind", "rumour"], "found claims.kind, whose codes belong to the model: occurrence"),
        (["events.kind", "strike"], "events.kind has a code strike with label 'Strike'"),
        (["events.kind", "fog", "--unit", "m"], "--unit is for measures"),
        (["events.kind", "x" * 41], "CODE: expected 1 to 40 characters"),
    ],
)
def test_a_code_that_cannot_be_added(call: Call, fiction: Copy, command: list[str], message: str) -> None:
    before = records_of(fiction)
    words = ["--label", "Fog", "--definition", "Fog that keeps ships in port."]
    outcome = call("curate", "code", "add", *command, *words, "-w", fiction.root)
    assert (outcome.code, outcome.out, message in outcome.err) == (2, "", True), outcome.err
    assert records_of(fiction) == before


def test_status_is_a_checklist(call: Call, fiction: Copy, fog: Path) -> None:
    call("curate", "done", "psg-017", "--reason", "It closes the tale.", "-w", fiction.root)
    out = call("curate", "status", "--text", fog, "-w", fiction.root).out
    assert "doc-border-gazette-raid: 2 headings and 11 sentences, 0 open; numbers are counted with --text; 17 claims" in out
    assert "  [####################] 13 of 13 done\n  [x] psg-001  heading; no claim: It names the subject" in out
    assert out.partition("doc-fog: ")[2].splitlines() == [
        "1 heading and 3 sentences, 3 open; 4 numbers open; 0 claims",
        "  [#####...............] 1 of 4 done",
        "  [ ] psg-014  heading; “Fog over Sund”",
        "  [ ] psg-015  open numbers: 4, 3; “The fog bank reached Sund on 4 May. Pilots refused…”",
        "  [ ] psg-016  open numbers: One, two; “One of two tugs stayed.”",
        "  [x] psg-017  no claim: It closes the tale.; “The harbour opened again.”",
        "findings: 0 errors, 1 warning; `kursk-claims validate` lists them",
    ]


def test_status_names_a_text_that_is_not_held(call: Call, fiction: Copy, tmp_path: Path) -> None:
    path = tmp_path / "other.txt"
    path.write_text(FOG, encoding="utf-8")
    outcome = call("curate", "status", "--text", path, "-w", fiction.root)
    assert (outcome.code, f"{path} is not the text of a held document" in outcome.err) == (0, True)
