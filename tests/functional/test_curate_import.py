"""`curate import` turns annotations of brat and W3C Web Annotations into a draft to fill in."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml

from kursk_claims.claims.text import read_canonical_text
from support import Call, Copy, Outcome

RAID = "doc-border-gazette-raid"


@pytest.fixture
def article(fiction: Copy) -> str:
    return read_canonical_text(fiction.text)


def read(call: Call, fiction: Copy, name: str, content: str, text: Path | None = None) -> Outcome:
    path = fiction.root / name
    path.write_text(content, encoding="utf-8", newline="")
    return call("curate", "import", path, "--text", text or fiction.text, "-w", fiction.root)


def claims_of(outcome: Outcome) -> list[dict[str, Any]]:
    assert outcome.code == 0, outcome.err
    draft = yaml.safe_load(outcome.out)
    assert draft["document"] == RAID
    claims: list[dict[str, Any]] = draft["claims"]
    return claims


def span(text: str, words: str) -> str:
    start = text.index(words)
    return f"{start} {start + len(words)}"


@pytest.mark.parametrize("format", ["brat", "web-annotation"])
def test_claims_that_were_exported_come_back(call: Call, fiction: Copy, article: str, format: str) -> None:
    target = fiction.root / ("raid" if format == "brat" else "raid.json")
    options = ["--format", format, "--records", "--text", fiction.text, "-w", fiction.root]
    assert call("export", target, *options).code == 0
    file = target / f"{RAID}.ann" if format == "brat" else target
    items = claims_of(call("curate", "import", file, "--text", fiction.text, "-w", fiction.root))
    rows = {row["claim_id"]: row for row in fiction.rows("claims")}
    assert sorted(each["says"] for each in items) == sorted(row["statement"] for row in rows.values())
    for item in items:
        (row,) = [row for row in rows.values() if row["statement"] == item["says"]]
        spans = [each for each in fiction.rows("evidence") if each["claim_id"] == row["claim_id"] and each["role"] == "content"]
        parts = [" ".join(article[int(each["char_start"]) : int(each["char_end"])].split()) for each in spans]
        assert (item["words"], item["passage"]) == (" … ".join(parts), spans[0]["passage_id"])
        if format == "brat":
            assert (item["kind"], item["polarity"], item["mode"]) == (row["kind"], row["polarity"], row["mode"])
    hold = next(each for each in items if each["says"].startswith("Talvian forces hold almost 70"))
    assert hold["number"] == {"words": "70", "hedge": "almost", "measure": None, "unit": None}
    assert hold["by"] == [{"who": "President Ilka Marön", "cue": "said"}, {"who": "the Talmar Courier", "cue": "reported"}]


def test_spans_of_another_scheme_of_brat_become_claims_with_notes(call: Call, fiction: Copy, article: str) -> None:
    content = (
        f"T1\tAttack {span(article, 'A drone set fire')}\tA drone set fire\n"
        f"T2\tPerson {span(article, 'Teodor Brask')}\tTeodor Brask\n"
        "A1\tNegation T1\n#1\tAnnotatorNotes T1\tcheck: whose drone?\nR1\tNear Arg1:T1 Arg2:T2\n"
    )
    first, second = claims_of(read(call, fiction, "raid.ann", content))
    assert (first["words"], first["passage"], first["note"]) == ("Teodor Brask", "psg-006", "Person")
    assert (second["words"], second["note"]) == ("A drone set fire", "Attack; Negation true; check: whose drone?")
    assert (second["says"], second["kind"], second["event"], second["by"]) == (None, None, None, [{"who": None, "cue": None}])
    assert "null" not in read(call, fiction, "raid.ann", content).out


def test_offsets_of_a_text_with_other_line_ends_and_normal_form(call: Call, fiction: Copy, article: str) -> None:
    raw = unicodedata.normalize("NFD", article).replace("\n", "\r\n")
    path = fiction.root / "nfd.txt"
    path.write_bytes(raw.encode())
    start = raw.index("a truce")
    outcome = read(call, fiction, "nfd.ann", f"T1\tcontent {start} {start + 7}\ta truce\n", path)
    assert claims_of(outcome)[0]["passage"] == "psg-012"
    body = {"target": {"selector": {"type": "TextPositionSelector", "start": start, "end": start + 7}}}
    assert claims_of(read(call, fiction, "nfd.json", json.dumps(body), path))[0]["words"] == "a truce"


def test_words_that_stand_elsewhere_are_found_if_they_stand_there_once(call: Call, fiction: Copy) -> None:
    outcome = read(call, fiction, "raid.ann", "T1\tcontent 3 10\ta truce\nT2\tcontent 3 9\tKeddin\n")
    assert (outcome.code, outcome.out) == (1, "")
    assert "raid.ann:2: expected 'Keddin' at 3–9, found 't each'" in outcome.err
    assert "raid.ann:1:" not in outcome.err
    assert claims_of(read(call, fiction, "raid.ann", "T1\tcontent 3 10\ta truce\n"))[0]["passage"] == "psg-012"


def test_web_annotations_of_another_tool(call: Call, fiction: Copy, article: str) -> None:
    start = article.index("A drone set fire")
    position = {"type": "TextPositionSelector", "start": start, "end": start + 16}
    quote = {"type": "TextQuoteSelector", "exact": "ask for a truce in May"}
    page = {
        "type": "AnnotationPage",
        "items": [
            {"id": "urn:one", "bodyValue": "A drone caused a fire.", "target": {"selector": [position]}},
            {"body": {"type": "TextualBody", "value": "future", "purpose": "tagging"}, "target": {"selector": quote}},
        ],
    }
    first, second = claims_of(read(call, fiction, "raid.jsonld", json.dumps(page)))
    assert (first["says"], first["words"], first["passage"]) == ("A drone caused a fire.", "A drone set fire", "psg-010")
    assert (second["says"], second["words"], second["note"]) == (None, "ask for a truce in May", "future")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.ann", "T1\tcontent 3\n", "a.ann:1: expected an annotation of brat, found"),
        ("a.ann", "T1\tcontent 9000 9003\tfog\n", "a.ann:1: expected 'fog' at 9000–9003, found the text ends at 1146"),
        ("a.ann", "E1\tcontent:T1\n", "a.ann: E1 refers to T1, which is missing"),
        ("a.json", "{", "a.json:1:2: expected JSON"),
        ("a.json", "{}", "a.json: expected annotations with a target, found none"),
        ("a.json", '[{"target": []}]', "a.json: annotation 1: expected a target, found none"),
        ("a.json", '[{"target": "urn:x"}]', "a.json: annotation 1: expected a TextPositionSelector with start and end"),
        (
            "a.json",
            '[{"id": "urn:x", "target": {"selector": {"type": "TextPositionSelector", "start": 5, "end": 4}}}]',
            "a.json: annotation urn:x: expected words at 5–4",
        ),
    ],
)
def test_an_annotation_that_does_not_fit(call: Call, fiction: Copy, name: str, content: str, message: str) -> None:
    outcome = read(call, fiction, name, content)
    assert (outcome.code, outcome.out, message in outcome.err) == (1, "", True), outcome.err


def test_files_that_cannot_be_read(call: Call, fiction: Copy, tmp_path: Path) -> None:
    assert "expected a file that ends in .ann, .json, .jsonld" in read(call, fiction, "a.xml", "<x/>").err
    other = tmp_path / "other.txt"
    other.write_text("Nobody knows.", encoding="utf-8")
    outcome = read(call, fiction, "a.ann", "T1\tcontent 0 6\tNobody\n", other)
    assert (outcome.code, "name the text that was annotated with --text; 0 of those given are held" in outcome.err) == (2, True)
    missing = call("curate", "import", tmp_path / "no.ann", "--text", fiction.text, "-w", fiction.root)
    assert (missing.code, missing.out) == (2, "")
