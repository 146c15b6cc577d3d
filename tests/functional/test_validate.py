"""`validate` for a curator at work: one document, counts alone, and consequences below their cause."""

from __future__ import annotations

import json
import shutil

import pytest

from support import ROOT, Call, Copy

LETTER, HERALD = "doc-quay-letter-storm", "doc-harbour-herald-storm"


@pytest.fixture
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    root = tmp_path_factory.mktemp("work") / "harbour"
    shutil.copytree(ROOT / "tests" / "harbour", root, ignore=shutil.ignore_patterns("schemas"))
    return Copy(root)


def claims_of(copy: Copy, doc_id: str) -> list[str]:
    return [row["claim_id"] for row in copy.rows("claims") if row["doc_id"] == doc_id]


def open_passage(copy: Copy, doc_id: str) -> str:
    passage = next(
        row["passage_id"] for row in copy.rows("passages") if row["doc_id"] == doc_id and row["disposition"] == "claims"
    )
    copy.edit("passages", {"passage_id": passage}, disposition="")
    return passage


def test_findings_of_one_document(harbour: Copy, call: Call) -> None:
    for doc_id in (LETTER, HERALD):
        harbour.edit("claims", {"claim_id": claims_of(harbour, doc_id)[0]}, occurred_latest="1999-01-01")
    harbour.edit("documents", {"doc_id": LETTER}, published_latest="1999-01-01")
    harbour.add("actors", actor_id="act-nobody", name="Nobody", kind="person")
    everything = call("validate", "-q", "-w", harbour.root, "--format", "json")
    findings = json.loads(everything.out)["findings"]
    outcome = call("validate", "-q", "-w", harbour.root, "--document", LETTER, "--format", "json")
    assert outcome.code == 1
    own = json.loads(outcome.out)
    keys = {f"doc_id={LETTER}", *(f"claim_id={claim}" for claim in claims_of(harbour, LETTER))}
    assert own["findings"] == [each for each in findings if each["key"].partition(",")[0] in keys]
    assert {each["table"] for each in own["findings"]} >= {"claims", "documents"}
    others = len(findings) - len(own["findings"])
    assert others > 1
    assert f"only the rows of {LETTER} are looked at: {others} other findings in other rows and files" in own["notes"]
    assert own["summary"]["findings"] == len(own["findings"])


def test_a_document_without_findings_is_fine_whatever_else_is_wrong(harbour: Copy, call: Call) -> None:
    harbour.edit("claims", {"claim_id": claims_of(harbour, HERALD)[0]}, occurred_latest="1999-01-01")
    assert call("validate", "-w", harbour.root).code == 1
    outcome = call("validate", "-w", harbour.root, "-d", LETTER)
    assert outcome.code == 0
    assert "other finding" in outcome.out


def test_an_unknown_document(harbour: Copy, call: Call) -> None:
    outcome = call("validate", "-q", "-w", harbour.root, "--document", "doc-quay-leter-storm")
    assert (outcome.code, outcome.out) == (2, "")
    assert f"no document 'doc-quay-leter-storm' (did you mean '{LETTER}'?)" in outcome.err


def test_counts_alone(harbour: Copy, call: Call) -> None:
    for number in (1, 2):
        harbour.add("actors", actor_id=f"act-nobody-{number}", name="Nobody", kind="person")
    outcome = call("validate", "-q", "-w", harbour.root, "--summary")
    assert outcome.code == 1
    lines = outcome.out.splitlines()
    assert lines[0].endswith("actors.csv: error actor-used: 2 findings")
    assert all(line.startswith("skipped ") for line in lines[1:-1])
    assert lines[-1].endswith(", 2 findings")
    outcome = call("validate", "-q", "-w", harbour.root, "--summary", "--format", "json")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--summary is for --format text" in outcome.err


def test_what_is_not_used_yet_is_no_news_while_passages_are_open(harbour: Copy, call: Call) -> None:
    harbour.add("actors", actor_id="act-nobody", name="Nobody", kind="person")
    harbour.add("places", place_id="plc-nowhere", name="Nowhere", kind="town")
    line = len(harbour.rows("actors")) + 1
    assert f"actors.csv:{line}:1: error actor-used" in call("validate", "-q", "-w", harbour.root).out, "all passages are coded"
    passage = open_passage(harbour, LETTER)
    outcome = call("validate", "-q", "-w", harbour.root)
    assert outcome.code == 1
    assert "error actor-used" not in outcome.out
    lines = outcome.out.splitlines()
    first = next(index for index, text in enumerate(lines) if "warning passages-coded" in text)
    assert passage in lines[first + 2]
    assert lines[first + 4].startswith("  follows: 1 finding of actor-used: actor_id in ")
    assert lines[first + 4].endswith(f"actors.csv:{line}")
    assert lines[first + 5].startswith("  follows: 1 finding of place-used: place_id in ")
    rules = [each["rule"] for each in json.loads(call("validate", "-q", "-w", harbour.root, "-f", "json").out)["findings"]]
    assert sorted(rules) == ["actor-used", "passages-coded", "place-used"], "other formats hold every finding"


def test_references_to_one_missing_row_are_one_finding(harbour: Copy, call: Call) -> None:
    event = harbour.rows("claims")[0]["event_id"]
    lines = [number for number, row in enumerate(harbour.rows("claims"), 2) if row["event_id"] == event]
    assert len(lines) > 1
    harbour.remove("events", {"event_id": event})
    out = call("validate", "-q", "-w", harbour.root).out
    assert out.count("error reference: event_id") + out.count("error reference: parent_id") == 1
    numbers = ", ".join(map(str, lines[1:11])) + (f" and {len(lines) - 11} more" if len(lines) > 11 else "")
    assert f"follows: {len(lines) - 1} findings of reference: event_id in " in out
    assert f"claims.csv:{numbers}\n" in out
    assert "error event-used" not in out


def test_a_rule_that_follows_no_rule(real: Copy, call: Call) -> None:
    path = real.root / "schemas" / "rules.sql"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("after: passages-coded", "after: passage-coded", 1), encoding="utf-8")
    outcome = call("validate", "-w", real.root)
    assert outcome.code == 2
    assert "after: unknown rule 'passage-coded' (did you mean 'passages-coded'?)" in outcome.err
