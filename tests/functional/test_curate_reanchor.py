"""`curate reanchor` moves all anchors of a document to a corrected version of its text."""

from __future__ import annotations

from pathlib import Path

import pytest

from kursk_claims.claims.text import read_canonical_text, text_digest
from support import Call, Copy, Outcome


def corrected(workspace: Copy, *changes: tuple[str, str]) -> Path:
    text = read_canonical_text(workspace.text)
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = workspace.root / "corrected.txt"
    path.write_text(text, encoding="utf-8")
    return path


def reanchor(call: Call, workspace: Copy, new: Path) -> Outcome:
    return call("curate", "reanchor", "--text", workspace.text, "--text", new, "-w", workspace.root)


def records_of(workspace: Copy) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in workspace.csv("claims").parent.iterdir()}


def test_anchors_keep_their_words(call: Call, fiction: Copy) -> None:
    before = read_canonical_text(fiction.text)
    spans = {row["evidence_id"]: before[int(row["char_start"]) : int(row["char_end"])] for row in fiction.rows("evidence")}
    new = corrected(
        fiction, ("since then.", "since that day."), ("reports.A", "reports. A"), ("a region of Sorren", "a part of Sorren")
    )
    outcome = reanchor(call, fiction, new)
    assert outcome.code == 0, outcome.err
    assert outcome.err.count("changed: ") == 1
    assert "changed: evd-001 (content of clm-001): now" in outcome.err
    text = read_canonical_text(new)
    after = {row["evidence_id"]: text[int(row["char_start"]) : int(row["char_end"])] for row in fiction.rows("evidence")}
    assert {name: words for name, words in after.items() if name != "evd-001"} == {
        name: words for name, words in spans.items() if name != "evd-001"
    }
    assert fiction.validate(new).findings == []
    (document,) = [row for row in fiction.rows("documents") if row["held"] == "true"]
    assert (document["text_sha256"], document["text_length"]) == (text_digest(text), str(len(text)))


def test_new_sentences_become_open_passages(call: Call, fiction: Copy) -> None:
    new = corrected(
        fiction,
        ("since then.", "since then. Nobody has confirmed any of it."),
        ("\n\nMarön:", "\n\nA spokesman had no comment. He left.\n\nMarön:"),
        ("at Oskel.\n", "at Oskel.\n\nMore soon."),
    )
    assert "passages: 4 added: psg-014, psg-015, psg-016, psg-017\n" in reanchor(call, fiction, new).out
    text = read_canonical_text(new)
    rows = sorted(fiction.rows("passages"), key=lambda row: int(row["char_start"]))
    added = [
        (row["paragraph"], row["sentence"], text[int(row["char_start"]) : int(row["char_end"])])
        for row in rows
        if row["passage_id"] > "psg-013"
    ]
    assert added == [
        ("2", "3", "Nobody has confirmed any of it."),
        ("4", "1", "A spokesman had no comment."),
        ("4", "2", "He left."),
        ("8", "1", "More soon."),
    ]
    assert [each.rule for each in fiction.validate(new).findings] == ["passages-coded"]


def test_changed_words_are_listed_and_found_by_the_rules(call: Call, fiction: Copy) -> None:
    new = corrected(fiction, ("almost 70", "almost 72"), ("by Thursday", "by Friday"))
    outcome = reanchor(call, fiction, new)
    assert "changed: evd-006 (number of clm-002): now" in outcome.err
    assert "“We hold almost [[72]] square kilometres" in outcome.err
    assert "changed: evd-021 (time of clm-005)" in outcome.err
    assert {each.rule for each in fiction.validate(new).findings} == {"quantity-surface", "time-surface"}


def test_nothing_is_written_if_the_words_of_an_anchor_are_gone(call: Call, fiction: Copy) -> None:
    before = records_of(fiction)
    outcome = reanchor(call, fiction, corrected(fiction, ("A T-9 tank is said to have been used there as well. ", "")))
    assert (outcome.code, outcome.out) == (1, "")
    assert "evd-042 (content of clm-013): its words are gone: …" in outcome.err
    assert "xcl-005: its words are gone" in outcome.err
    assert "nothing was written: 4 rows would have no place" in outcome.err
    assert records_of(fiction) == before


def test_a_sentence_without_anchors_may_go(call: Call, fiction: Copy) -> None:
    new = corrected(fiction, (" This is what has been said of it since then.", ""))
    outcome = reanchor(call, fiction, new)
    assert (outcome.code, "passages: 1 removed: psg-003\n" in outcome.out) == (0, True)
    assert fiction.validate(new).findings == []


def test_sentences_that_grew_together_are_merged_first(call: Call, fiction: Copy) -> None:
    before = records_of(fiction)
    new = corrected(fiction, ("reports.A T-9", "reports and a T-9"))
    outcome = reanchor(call, fiction, new)
    assert outcome.code == 1
    assert "psg-010 and psg-011: the words where they meet have changed. Merge them first" in outcome.err
    assert records_of(fiction) == before
    call("curate", "merge", "psg-010", "psg-011", "--text", fiction.text, "-w", fiction.root)
    assert reanchor(call, fiction, new).code == 0
    assert fiction.validate(new).findings == []


def test_other_line_ends_and_wraps_change_no_anchor(call: Call, fiction: Copy) -> None:
    new = corrected(fiction, ("Ilka Marön said", "Ilka\nMarön said"), ("used there as", "used\nthere as"))
    outcome = reanchor(call, fiction, new)
    assert (outcome.code, "changed" in outcome.err.replace("0 changed", "")) == (0, False)
    assert fiction.validate(new).findings == []


@pytest.mark.parametrize("count", [0, 1, 3])
def test_two_texts_are_needed(call: Call, fiction: Copy, count: int) -> None:
    options = [each for _ in range(count) for each in ("--text", fiction.text)]
    outcome = call("curate", "reanchor", *options, "-w", fiction.root)
    assert (outcome.code, "name two texts: --text OLD --text NEW" in outcome.err) == (2, True)


def test_texts_in_the_wrong_order_or_of_another_document(call: Call, fiction: Copy, tmp_path: Path) -> None:
    before = records_of(fiction)
    new = corrected(fiction, ("almost 70", "almost 72"))
    wrong = call("curate", "reanchor", "--text", new, "--text", fiction.text, "-w", fiction.root)
    assert (wrong.code, "is not the text of a held document; the first text is the one that was coded" in wrong.err) == (2, True)
    same = reanchor(call, fiction, fiction.text)
    assert (same.code, "is the text of doc-border-gazette-raid already" in same.err) == (2, True)
    other = tmp_path / "other.txt"
    other.write_text("The ferry sank. Nobody saw it.", encoding="utf-8")
    refused = reanchor(call, fiction, other)
    assert (refused.code, "it is no version of it" in refused.err) == (2, True)
    assert records_of(fiction) == before
