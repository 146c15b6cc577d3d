"""A workspace with two held documents, one in Ukrainian and one in English that cites it, uses all of the model."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from kursk_claims.contract.loader import load_contract
from kursk_claims.workspace import find_workspace
from support import FICTION, ROOT, Call, Copy

CONTRACT = load_contract(find_workspace(ROOT).schemas)
TEXTS = ("harbour-herald.uk.txt", "quay-letter.en.txt")
CLOSED = {(table.name, column.name): set(column.codes) for table in CONTRACT.tables.values() for column in table.columns}
OPEN = [(table.name, column.name) for table in CONTRACT.tables.values() for column in table.columns if column.code_list]


@pytest.fixture
def harbour(tmp_path: Path) -> Copy:
    """The workspace, copied whole: links become files."""
    shutil.copytree(ROOT / "tests" / "harbour", tmp_path / "harbour")
    return Copy(tmp_path / "harbour")


def texts_of(copy: Copy) -> list[Path]:
    return [copy.root / name for name in TEXTS]


def used_codes(table: str, column: str, workspaces: Iterable[Copy]) -> set[str]:
    return {row[column] for copy in workspaces for row in copy.rows(table)} - {""}


def query(call: Call, copy: Copy, sql: str) -> list[dict[str, str]]:
    outcome = call("query", sql, "--format", "csv", "-q", "-w", copy.root)
    assert (outcome.code, outcome.err) == (0, "")
    return list(csv.DictReader(outcome.out.splitlines()))


def test_both_texts_are_valid_and_no_check_is_skipped(harbour: Copy) -> None:
    report = harbour.validate(*texts_of(harbour))
    assert (report.findings, report.skipped) == ([], [])
    assert report.rows == sum(len(harbour.rows(table)) for table in CONTRACT.tables)
    assert [note.rpartition(": ")[2] for note in report.notes] == [
        f"the text of {row['doc_id']}, with the offsets of the records"
        for row in harbour.rows("documents")
        if row["held"] == "true"
    ]


def test_one_text_leaves_the_checks_of_the_other_one_skipped(harbour: Copy) -> None:
    report = harbour.validate(harbour.root / TEXTS[1])
    assert report.findings == []
    rules = {rule.name for rule in CONTRACT.rules if "needs" in rule.header}
    skipped = {skipped.rule: skipped.reason for skipped in report.skipped}
    assert rules <= set(skipped)
    assert all("doc-harbour-herald-storm is missing" in skipped[rule] for rule in rules)


@pytest.mark.parametrize("exclusion", ["xcl-001", "xcl-007"])
def test_a_number_that_no_row_accounts_for_is_found_in_each_text(exclusion: str, harbour: Copy) -> None:
    row = next(row for row in harbour.rows("exclusions") if row["exclusion_id"] == exclusion)
    harbour.remove("exclusions", {"exclusion_id": exclusion})
    findings = harbour.validate(*texts_of(harbour)).findings
    assert [(each.rule, each.key) for each in findings] == [("numeral-accounted", f"passage_id={row['passage_id']}")]
    assert f"at {row['char_start']}-{row['char_end']}" in findings[0].found


def test_a_number_word_that_no_row_accounts_for_is_found_in_ukrainian(harbour: Copy) -> None:
    harbour.remove("quantities", {"quantity_id": "qty-002"})
    found = {each.rule: each.found for each in harbour.validate(*texts_of(harbour)).findings}
    assert found["numeral-accounted"].startswith("двадцять at ")


@pytest.mark.parametrize(
    ("quantity", "cells", "found"),
    [
        ("qty-010", {"value": "613"}, "value 613.0, read 612.0 from 612"),
        ("qty-001", {"low": "200"}, "low 200.0 and high 500.0, read 300.0 to 500.0 from від 300 до 500"),
        ("qty-002", {"value": "21", "low": "21"}, "value 21.0, read 20.0 from двадцять"),
        ("qty-007", {"value": "2.1"}, "value 2.1, read -2.1 from −2,1 %"),
    ],
)
def test_a_number_that_the_text_does_not_state_is_found(quantity: str, cells: dict[str, str], found: str, harbour: Copy) -> None:
    harbour.edit("quantities", {"quantity_id": quantity}, **cells)
    findings = [each for each in harbour.validate().findings if each.rule == "surface-value"]
    assert [(each.key, each.found) for each in findings] == [(f"quantity_id={quantity}", found)]


def test_evidence_of_one_text_is_none_of_a_claim_of_the_other(harbour: Copy) -> None:
    row = next(row for row in harbour.rows("evidence") if row["claim_id"] == "clm-001")
    harbour.edit("evidence", {"evidence_id": row["evidence_id"]}, doc_id="doc-quay-letter-storm")
    rules = {finding.rule for finding in harbour.validate(*texts_of(harbour)).findings}
    assert "evidence-document" in rules


def test_a_relay_needs_the_document_that_it_passes_on(harbour: Copy) -> None:
    harbour.edit("attributions", {"claim_id": "clm-018", "step": "1"}, via_doc_id="")
    assert [(each.rule, each.key) for each in harbour.validate().findings] == [
        ("relay-cites-document", "from_claim_id=clm-018,to_claim_id=clm-003,relation=relays")
    ]


def test_every_code_of_the_model_is_used(harbour: Copy) -> None:
    """Each value that a schema allows has a row in this workspace, the other fictional one or the dataset."""
    workspaces = [harbour, Copy(FICTION), Copy(ROOT)]
    unused = {f"{table}.{column}": codes - used_codes(table, column, workspaces) for (table, column), codes in CLOSED.items()}
    assert {field: codes for field, codes in unused.items() if codes} == {}


def test_this_workspace_alone_uses_every_code_of_the_model(harbour: Copy) -> None:
    unused = {f"{table}.{column}": codes - used_codes(table, column, [harbour]) for (table, column), codes in CLOSED.items()}
    assert {field: codes for field, codes in unused.items() if codes} == {}


def test_every_code_of_this_workspace_is_used(harbour: Copy) -> None:
    defined = {f"{table}.{column}": set[str]() for table, column in OPEN}
    for row in harbour.rows("codes"):
        if row["field"] in defined:
            defined[row["field"]].add(row["code"])
    assert defined == {f"{table}.{column}": used_codes(table, column, [harbour]) for table, column in OPEN}


def test_closed_codes_are_defined_as_in_the_dataset(harbour: Copy) -> None:
    fields = {f"{table}.{column}" for (table, column), codes in CLOSED.items() if codes}
    own, dataset = ([row for row in copy.rows("codes") if row["field"] in fields] for copy in (harbour, Copy(ROOT)))
    assert own == dataset


def test_every_kind_of_number_has_a_row(harbour: Copy) -> None:
    rows = harbour.rows("quantities")
    units = {row["unit"] for row in rows}
    assert {unit for unit in units if not unit.startswith("{")} == {"t", "km", "km/h", "%", "EUR", "UAH"} == units - {"{person}"}
    assert min(float(row["value"]) for row in rows if row["value"]) < 0
    assert {row["comparator"] for row in rows if not row["value"]} == {"between", "vague"}
    surfaces = {row["surface"] for row in rows}
    assert {"€3 million", "2.5bn", "5 млн євро", "п’ять мільйонів", "12\u00a0480,5", "−2,1 %", "двадцять"} <= surfaces
    assert {"between 300 and 500", "від 300 до 500", "Dozens", "Кілька"} <= surfaces


def test_a_release_names_its_own_dataset_alone(harbour: Copy, call: Call) -> None:
    outcome = call("release", "1.1.0", "-q", "--text", harbour.root, "-w", harbour.root)
    assert (outcome.code, outcome.err) == (0, "")
    for path in [path for path in (harbour.root / "build").rglob("*") if path.is_file()] + [harbour.root / "CITATION.cff"]:
        assert b"kursk" not in re.sub(rb"kursk[-_]claims", b"", path.read_bytes(), flags=re.IGNORECASE).lower(), path
    package = json.loads((harbour.root / "build" / "1.1.0" / "datapackage.json").read_text(encoding="utf-8"))
    assert package["name"] == "solonets-harbour-claims"
    assert call("verify", "-q", "-w", harbour.root).code == 0
    assert query(call, harbour, "SELECT count(*) AS claims FROM said") == [{"claims": "39"}]


def test_each_claim_is_said_in_one_of_the_documents(harbour: Copy, call: Call) -> None:
    rows = query(
        call, harbour, "SELECT language, count(*) AS claims FROM said JOIN documents USING (doc_id) GROUP BY ALL ORDER BY 1"
    )
    assert rows == [{"language": "en", "claims": "22"}, {"language": "uk", "claims": "17"}]


def test_a_relayed_claim_has_the_origin_of_the_claim_that_it_relays(harbour: Copy, call: Call) -> None:
    sql = """SELECT a.claim_id, a.origin, b.claim_id AS relayed, b.origin AS relayed_origin FROM claim_relations r
        JOIN said a ON a.claim_id = r.from_claim_id JOIN said b ON b.claim_id = r.to_claim_id WHERE r.relation = 'relays'"""
    assert query(call, harbour, sql) == [
        {"claim_id": "clm-018", "origin": "Daryna Levko", "relayed": "clm-003", "relayed_origin": "Daryna Levko"}
    ]


def test_who_gives_which_number_of_passengers(harbour: Copy, call: Call) -> None:
    sql = "SELECT origin, value, low, high FROM numbers WHERE measure = 'people_aboard' ORDER BY claim_id"
    in_range = {"origin": "Daryna Levko", "value": "", "low": "300", "high": "500"}
    exact = {"origin": "Coast Guard", "value": "612", "low": "", "high": ""}
    assert query(call, harbour, sql) == [in_range, in_range, exact]


def test_denials_across_and_within_the_documents(harbour: Copy, call: Call) -> None:
    sql = "SELECT claim_id, relation, disputed_claim_id FROM disputes ORDER BY ALL"
    assert [tuple(row.values()) for row in query(call, harbour, sql)] == [
        ("clm-003", "contradicts", "clm-019"),
        ("clm-015", "denies", "clm-013"),
        ("clm-018", "contradicts", "clm-019"),
        ("clm-036", "denies", "clm-035"),
    ]
