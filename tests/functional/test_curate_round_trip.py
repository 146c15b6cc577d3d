"""A draft of all claims, added to records without claims, gives the same records byte for byte."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml

from kursk_claims.curation.draft_items import HANGING
from support import FICTION, ROOT, Call, Copy

HARBOUR = ROOT / "tests" / "harbour"
TEXT = os.environ.get("KURSK_CLAIMS_TEXT", "")


@pytest.fixture
def round_trip(call: Call, tmp_path: Path) -> Callable[[Path, list[Path], list[str]], tuple[Path, list[Path]]]:
    """Draft the claims of some documents, remove all claims, and add them again; returns the records and the drafts."""

    def run(source: Path, texts: list[Path], documents: list[str]) -> tuple[Path, list[Path]]:
        copy = tmp_path / "copy"
        shutil.copytree(source / "dataset", copy / "dataset")
        shutil.copytree(source / "schemas", copy / "schemas")
        options = [option for text in texts for option in ("--text", text)] + ["--workspace", copy, "--quiet"]
        drafts = []
        for document in documents:
            outcome = call("curate", "draft", document, *options)
            assert outcome.code == 0, outcome.err
            drafts.append(tmp_path / f"{document}.yaml")
            drafts[-1].write_text(outcome.out, encoding="utf-8")
        records = copy / "dataset" / "records"
        for table in ("claims", *HANGING):
            path = records / f"{table}.csv"
            path.write_text(path.read_text(encoding="utf-8").split("\n")[0] + "\n", encoding="utf-8")
        passages = records / "passages.csv"
        passages.write_text(passages.read_text(encoding="utf-8").replace(",claims,\n", ",,\n"), encoding="utf-8")
        outcome = call("curate", "add", *drafts, *options)
        assert outcome.code == 0, outcome.err
        return records, drafts

    return run


def assert_same(records: Path, source: Path) -> None:
    for path in sorted((source / "dataset" / "records").glob("*.csv")):
        assert (records / path.name).read_text(encoding="utf-8") == path.read_text(encoding="utf-8"), path.name


def test_the_fiction_comes_back(round_trip: Callable[..., tuple[Path, list[Path]]]) -> None:
    records, (draft,) = round_trip(FICTION, [FICTION / "article.txt"], ["doc-border-gazette-raid"])
    assert_same(records, FICTION)
    for hidden in ("sha256", "char_start", "affirmed", "step"):
        assert hidden not in draft.read_text(encoding="utf-8")


def test_two_documents_come_back_together(round_trip: Callable[..., tuple[Path, list[Path]]]) -> None:
    texts = sorted(HARBOUR.glob("*.txt"))
    records, _ = round_trip(HARBOUR, texts, ["doc-harbour-herald-storm", "doc-quay-letter-storm"])
    assert_same(records, HARBOUR)


@pytest.mark.skipif(not TEXT, reason="KURSK_CLAIMS_TEXT names no file with the text of the article")
def test_the_real_records_come_back(round_trip: Callable[..., tuple[Path, list[Path]]]) -> None:
    records, _ = round_trip(ROOT, [Path(TEXT)], ["doc-pledgetimes-victory-plan"])
    assert_same(records, ROOT)


def test_a_draft_of_one_claim_changes_only_what_was_edited(fiction: Copy, call: Call, tmp_path: Path) -> None:
    options = ("--text", FICTION / "article.txt", "--workspace", fiction.root, "--quiet")
    draft = tmp_path / "draft.yaml"
    draft.write_text(call("curate", "draft", "clm-012", *options).out, encoding="utf-8")
    before = fiction.rows("claim_objects"), fiction.rows("evidence")
    assert call("curate", "add", draft, *options).out == "nothing changes\n"
    draft.write_text(draft.read_text(encoding="utf-8").replace("effect: damaged", "effect: destroyed"), encoding="utf-8")
    assert call("curate", "add", draft, *options).out == "claim_objects: 1 changed: clm-012 warehouse affected\n"
    assert [row["effect"] for row in fiction.rows("claim_objects") if row["object"] == "warehouse"] == ["destroyed"]
    assert fiction.rows("evidence") == before[1]


def test_the_schema_for_editors_accepts_drafts_and_refuses_what_add_refuses(fiction: Copy, call: Call) -> None:
    options = ("--text", FICTION / "article.txt", "--workspace", fiction.root, "--quiet")
    schema = json.loads(call("curate", "draft", "--schema", *options).out)
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    draft = yaml.load(call("curate", "draft", *options).out, yaml.BaseLoader)
    assert [error.message for error in validator.iter_errors(draft)] == []
    claim = draft["claims"][0]
    for change in ({"kind": "ocurrence"}, {"saying": "no key"}, {"where": [{"beside": "Brennland"}]}):
        assert not validator.is_valid({**draft, "claims": [{**claim, **change}]})
