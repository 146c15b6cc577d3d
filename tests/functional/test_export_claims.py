"""Claims in the formats of other fields, read back by libraries of those fields."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import conllu
import pytest
import rdflib
from pybrat.parser import BratParser
from rdflib.namespace import DCTERMS, RDF

from support import ROOT, Call, Copy

HARBOUR = ROOT / "tests" / "harbour"
TEXTS = {
    "doc-harbour-herald-storm": HARBOUR / "harbour-herald.uk.txt",
    "doc-quay-letter-storm": HARBOUR / "quay-letter.en.txt",
}
CAVEAT = "No row says what happened."
OA = rdflib.Namespace("http://www.w3.org/ns/oa#")
AS = rdflib.Namespace("http://www.w3.org/ns/activitystreams#")
SCHEMA = rdflib.Namespace("http://schema.org/")
# The terms that these files use, with the meaning that the specification gives them, so that nothing is fetched.
ANNOTATION_CONTEXT = {
    **{name: str(space) for name, space in {"oa": OA, "as": AS, "schema": SCHEMA, "dcterms": DCTERMS}.items()},
    "dc": "http://purl.org/dc/elements/1.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "id": "@id",
    "type": "@type",
    **{name: f"oa:{name}" for name in ("Annotation", "SpecificResource", "TextualBody")},
    **{name: f"oa:{name}" for name in ("TextPositionSelector", "TextQuoteSelector")},
    **{name: f"oa:{name}" for name in ("start", "end", "exact", "prefix", "suffix", "describing", "tagging")},
    "AnnotationCollection": "as:OrderedCollection",
    "AnnotationPage": "as:OrderedCollectionPage",
    "Software": "as:Application",
    "label": "http://www.w3.org/2000/01/rdf-schema#label",
    "value": "http://www.w3.org/1999/02/22-rdf-syntax-ns#value",
    "name": "http://xmlns.com/foaf/0.1/name",
    "format": "dc:format",
    "language": "dc:language",
    "total": "as:totalItems",
    "startIndex": "as:startIndex",
    "items": {"@id": "as:items", "@type": "@id", "@container": "@list"},
    "motivation": {"@id": "oa:motivatedBy", "@type": "@vocab"},
    "purpose": {"@id": "oa:hasPurpose", "@type": "@vocab"},
    **{
        name: {"@id": meaning, "@type": "@id"}
        for name, meaning in {
            "body": "oa:hasBody",
            "target": "oa:hasTarget",
            "source": "oa:hasSource",
            "selector": "oa:hasSelector",
            "state": "oa:hasState",
            "creator": "dcterms:creator",
            "generator": "as:generator",
            "rights": "dcterms:rights",
            "partOf": "as:partOf",
            "first": "as:first",
        }.items()
    },
}


@pytest.fixture
def harbour(tmp_path: Path) -> Copy:
    """Two fictional articles, in English and Ukrainian, with a caveat."""
    shutil.copytree(HARBOUR, tmp_path / "harbour")
    path = tmp_path / "harbour" / "dataset" / "dataset.yaml"
    path.write_text(f"{path.read_text(encoding='utf-8')}caveat: {CAVEAT}\n", encoding="utf-8")
    return Copy(tmp_path / "harbour")


@pytest.fixture
def export(harbour: Copy, call: Call, tmp_path: Path) -> Callable[..., Path]:
    def run(name: str, *options: str | Path) -> Path:
        outcome = call("export", tmp_path / name, "--records", "--workspace", harbour.root, "--format", *options)
        assert (outcome.code, outcome.out) == (0, f"{tmp_path / name}\n"), outcome.err
        return tmp_path / name

    return run


def with_texts() -> list[str | Path]:
    return [word for path in TEXTS.values() for word in ("--text", path)]


def evidence(copy: Copy) -> dict[str, dict[str, str]]:
    return {row["evidence_id"]: row for row in copy.rows("evidence")}


def canonical_texts() -> dict[str, str]:
    return {doc_id: path.read_text(encoding="utf-8") for doc_id, path in TEXTS.items()}


def parse(path: Path, context: Any) -> tuple[dict[str, Any], rdflib.Graph]:
    """Return the JSON and its meaning as RDF; each key of the JSON must have one."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    graph = rdflib.Graph().parse(data=json.dumps(document | {"@context": context}), format="json-ld")
    assert "file://" not in graph.serialize(format="nt"), "a relative address"
    return document, graph


def keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {name for name in value if not name.startswith("@")} | {name for each in value.values() for name in keys(each)}
    return {name for each in value for name in keys(each)} if isinstance(value, list) else set()


# W3C Web Annotation


def test_web_annotations_are_the_evidence(export: Callable[..., Path], harbour: Copy) -> None:
    document, graph = parse(export("a.jsonld", "web-annotation"), ANNOTATION_CONTEXT)
    assert document["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert [
        name for name in keys(document) if name not in ANNOTATION_CONTEXT and name.partition(":")[0] not in ANNOTATION_CONTEXT
    ] == []
    spans, statements = evidence(harbour), {row["claim_id"]: row["statement"] for row in harbour.rows("claims")}
    urls = {row["doc_id"]: row["url"] or f"urn:solonets-harbour-claims:{row['doc_id']}" for row in harbour.rows("documents")}
    annotations = {str(each).rpartition(":")[2]: each for each in graph.subjects(RDF.type, OA.Annotation)}
    assert annotations.keys() == spans.keys()
    for name, annotation in annotations.items():
        span, (target,) = spans[name], graph.objects(annotation, OA.hasTarget)
        (selector,) = graph.objects(target, OA.hasSelector)
        assert graph.value(selector, RDF.type) == OA.TextPositionSelector
        assert [int(str(graph.value(selector, each))) for each in (OA.start, OA.end)] == [
            int(span["char_start"]),
            int(span["char_end"]),
        ]
        assert str(graph.value(selector, SCHEMA.sha256)) == span["sha256"]
        assert str(graph.value(target, OA.hasSource)) == urls[span["doc_id"]]
        bodies = {
            graph.value(body, OA.hasPurpose): str(graph.value(body, RDF.value)) for body in graph.objects(annotation, OA.hasBody)
        }
        assert bodies == {OA.describing: statements[span["claim_id"]], OA.tagging: span["role"]}
        for provenance in (DCTERMS.creator, DCTERMS.rights, AS.generator):
            assert graph.value(annotation, provenance) or list(graph.objects(annotation, provenance)), provenance
    (collection,) = graph.subjects(RDF.type, AS.OrderedCollection)
    assert int(str(graph.value(collection, AS.totalItems))) == len(spans)
    assert str(graph.value(collection, rdflib.SKOS.scopeNote)) == CAVEAT
    assert "code points" in str(graph.value(collection, DCTERMS.description))
    assert str(graph.value(collection, DCTERMS.bibliographicCitation)).startswith("Mira Tallow; Остап Вітрук: After the storm")


def test_web_annotations_quote_the_texts_that_are_given_alone(export: Callable[..., Path], harbour: Copy) -> None:
    texts = canonical_texts()
    for name, options, quoted in (
        ("none.jsonld", [], set()),
        ("one.jsonld", ["--text", TEXTS["doc-harbour-herald-storm"]], {"doc-harbour-herald-storm"}),
        ("both.jsonld", with_texts(), set(texts)),
    ):
        path = export(name, "web-annotation", *options)
        for item in json.loads(path.read_text(encoding="utf-8"))["first"]["items"]:
            span = evidence(harbour)[item["id"].rpartition(":")[2]]
            position, *quotes = item["target"]["selector"]
            assert bool(quotes) == (span["doc_id"] in quoted)
            for quote in quotes:
                text = texts[span["doc_id"]]
                assert quote["exact"] == text[position["start"] : position["end"]]
                assert hashlib.sha256(quote["exact"].encode()).hexdigest() == span["sha256"]
                before, after = quote.get("prefix", ""), quote.get("suffix", "")
                assert f"{before}{quote['exact']}{after}" in text


def test_a_document_without_an_address_has_a_urn(export: Callable[..., Path], harbour: Copy) -> None:
    for row in harbour.rows("documents"):
        if row["url"]:
            harbour.edit("documents", {"doc_id": row["doc_id"]}, url="javascript:alert(1)" if "herald" in row["doc_id"] else "")
    items = json.loads(export("a.jsonld", "web-annotation").read_text(encoding="utf-8"))["first"]["items"]
    assert {item["target"]["source"] for item in items} == {f"urn:solonets-harbour-claims:{name}" for name in TEXTS}


# schema.org


def test_schema_claims_have_appearance_and_author_and_no_rating(export: Callable[..., Path], harbour: Copy) -> None:
    path = export("c.jsonld", "schema-claim")
    document, graph = parse(path, {"@vocab": str(rdflib.SDO)})
    assert document["@context"] == "https://schema.org"
    terms = {str(term) for triple in graph for term in triple if str(term).startswith(str(rdflib.SDO))}
    assert [term for term in terms if term.removeprefix(str(rdflib.SDO)) not in rdflib.SDO] == []
    for word in ("ClaimReview", "reviewRating", "Rating", "claimReviewed"):
        assert word not in path.read_text(encoding="utf-8")
    claims = {str(graph.value(each, rdflib.SDO.identifier)): each for each in graph.subjects(RDF.type, rdflib.SDO.Claim)}
    rows = {row["claim_id"]: row for row in harbour.rows("claims")}
    assert claims.keys() == rows.keys()
    last: dict[str, dict[str, str]] = {}
    for step in harbour.rows("attributions"):
        if step["claim_id"] not in last or int(step["step"]) > int(last[step["claim_id"]]["step"]):
            last[step["claim_id"]] = step
    names = {row["actor_id"]: row["name"] for row in harbour.rows("actors")}
    kinds = {"named": rdflib.SDO.Person, "role": rdflib.SDO.Person, "organization": rdflib.SDO.Organization}
    seen = set()
    for claim_id, claim in claims.items():
        origin = last[claim_id]
        author = graph.value(claim, rdflib.SDO.author)
        seen.add(origin["specificity"])
        assert str(graph.value(claim, rdflib.SDO.text)) == rows[claim_id]["statement"]
        assert graph.value(graph.value(claim, rdflib.SDO.appearance), rdflib.SDO.name) is not None
        if origin["specificity"] in kinds:
            assert (str(graph.value(author, rdflib.SDO.name)), graph.value(author, RDF.type)) == (
                names[origin["actor_id"]],
                kinds[origin["specificity"]],
            )
        else:
            assert author is None
    assert seen > {"named", "organization"}
    (dataset,) = graph.subjects(RDF.type, rdflib.SDO.Dataset)
    assert str(graph.value(dataset, rdflib.SDO.description)) == CAVEAT
    assert str(graph.value(dataset, rdflib.SDO.version)) == "unreleased records"
    assert str(graph.value(dataset, rdflib.SDO.license)) == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert "After the storm" in str(graph.value(dataset, rdflib.SDO.creditText))


# brat


@pytest.fixture
def parser(monkeypatch: pytest.MonkeyPatch) -> BratParser:
    """A parser that raises errors, but allows spans of different roles to be the same, as brat does."""
    monkeypatch.setattr(BratParser, "_check_entities", lambda *_: None)
    return BratParser(error="raise")


def test_brat_has_a_text_and_its_annotation_per_document(export: Callable[..., Path], harbour: Copy, parser: BratParser) -> None:
    folder = export("brat", "brat", *with_texts())
    texts = canonical_texts()
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["README.md", "annotation.conf", *(f"{name}{ending}" for name in texts for ending in (".ann", ".txt"))]
    )
    documents = {document.text: document for document in parser.parse(folder)}
    spans = evidence(harbour)
    for name, text in texts.items():
        document = documents[text]
        for entity in document.entities:
            assert entity.mention == text[entity.start : entity.end]
        found = {(each.type, each.start, each.end) for each in document.entities}
        assert len(found) == len(document.entities), "an entity twice"
        rows = [row for row in spans.values() if row["doc_id"] == name]
        assert found == {(row["role"], int(row["char_start"]), int(row["char_end"])) for row in rows}
        lines = [line.split("\t") for line in (folder / f"{name}.ann").read_text(encoding="utf-8").splitlines()]
        notes = {kind.split(" ")[1]: words[0].partition(":")[0] for mark, kind, *words in lines if mark.startswith("#")}
        arguments = set()
        for event in document.events:
            assert event.trigger.type == event.type == "content"
            entities: list[Any] = [event.trigger, *event.arguments]
            arguments |= {(notes[str(event.id)], each.type, each.start, each.end) for each in entities}
        assert arguments == {(row["claim_id"], row["role"], int(row["char_start"]), int(row["char_end"])) for row in rows}
        attributes = [kind.split(" ") for mark, kind, *_ in lines if mark.startswith("A")]
        assert {notes[event]: value for attribute, event, value in attributes if attribute == "polarity"} == {
            row["claim_id"]: row["polarity"] for row in harbour.rows("claims") if row["doc_id"] == name
        }
    for name in ("README.md", "annotation.conf"):
        assert CAVEAT in (folder / name).read_text(encoding="utf-8")


def test_a_span_over_two_lines_is_two_fragments(harbour: Copy, call: Call, tmp_path: Path, parser: BratParser) -> None:
    """brat has no entity across lines."""
    text = canonical_texts()["doc-quay-letter-storm"]
    end = text.index("\n") + 10
    row = next(row for row in harbour.rows("evidence") if row["doc_id"] == "doc-quay-letter-storm" and row["role"] == "content")
    digest = hashlib.sha256(text[:end].encode()).hexdigest()
    harbour.edit("evidence", {"evidence_id": row["evidence_id"]}, char_start="0", char_end=str(end), sha256=digest)
    arguments = ["export", tmp_path / "brat", "--records", "-w", harbour.root, "--format", "brat", *with_texts()]
    assert call(*arguments).code == 0
    (document,) = (each for each in parser.parse(tmp_path / "brat") if each.text == text)
    (entity,) = (each for each in document.entities if each.spans[0].start == 0)
    assert [(each.start, each.end) for each in entity.spans] == [(0, end - 10), (end - 8, end)]
    assert entity.mention == f"{text[: end - 10]} {text[end - 8 : end]}"


# CoNLL


def test_conll_has_a_column_per_role(export: Callable[..., Path], harbour: Copy) -> None:
    content = export("c.conllup", "conll", *with_texts()).read_text(encoding="utf-8")
    sentences = conllu.parse(content)
    assert content.startswith("# global.columns = ID FORM MISC CLAIM:CONTENT CLAIM:CUE")
    assert sentences[0].metadata["caveat"] == CAVEAT
    assert sentences[0].metadata["dataset_title"].startswith("After the storm")
    texts, passages = canonical_texts(), {row["passage_id"]: row for row in harbour.rows("passages")}
    assert [sentence.metadata["sent_id"] for sentence in sentences] == sorted(
        passages, key=lambda name: (passages[name]["doc_id"], int(passages[name]["char_start"]))
    )
    labelled: dict[tuple[str, str], list[tuple[int, int]]] = {}
    starts: dict[tuple[str, str], int] = {}
    for sentence in sentences:
        passage = passages[sentence.metadata["sent_id"]]
        text = texts[passage["doc_id"]]
        assert [token["id"] for token in sentence] == [*range(1, len(sentence) + 1)]
        assert "".join(token["form"] for token in sentence) == "".join(
            text[int(passage["char_start"]) : int(passage["char_end"])].split()
        )
        for token in sentence:
            start, end = int(token["misc"]["start_char"]), int(token["misc"]["end_char"])
            assert text[start:end] == token["form"]
            for column, cell in token.items():
                for label in [] if cell == "O" or not column.startswith("claim:") else cell.split("|"):
                    place, _, claim_id = label.partition("-")
                    key = (column.removeprefix("claim:"), claim_id)
                    starts[key] = starts.get(key, 0) + (place == "B")
                    labelled.setdefault(key, []).append((start, end))
    rows = list(evidence(harbour).values())
    assert labelled.keys() == {(row["role"], row["claim_id"]) for row in rows}
    for (role, claim_id), places in labelled.items():
        own = [row for row in rows if (row["role"], row["claim_id"]) == (role, claim_id)]
        assert starts[role, claim_id] == len(own)
        assert (places[0][0], max(end for _, end in places)) == (
            min(int(row["char_start"]) for row in own),
            max(int(row["char_end"]) for row in own),
        )


# Calls and faults


@pytest.mark.parametrize("format", ["brat", "conll"])
def test_a_missing_text_is_named(harbour: Copy, call: Call, tmp_path: Path, format: str) -> None:
    name = "x" if format == "brat" else "x.conllup"
    for texts, missing in (
        ([], "doc-harbour-herald-storm"),
        (["--text", TEXTS["doc-harbour-herald-storm"]], "doc-quay-letter-storm"),
    ):
        outcome = call("export", tmp_path / name, "--records", "-w", harbour.root, "--format", format, *texts)
        assert (outcome.code, f"the text of {missing}, which is missing; add it with --text FILE" in outcome.err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["harbour"]


@pytest.mark.parametrize(("name", "options", "words"), [
    ("x.jsonld", ["--format", "schema-claim", "--text", TEXTS["doc-quay-letter-storm"]], "--text is for --format web-annotation"),
    ("x.sqlite", ["--text", TEXTS["doc-quay-letter-storm"]], "--text is for --format web-annotation"),
    ("x.jsonld", ["--format", "schema-claim", "--safe"], "--safe is for CSV"),
    ("x.sqlite", ["--format", "web-annotation"], "expected a name that ends in .jsonld or .json for --format web-annotation"),
    ("x", ["--format", "conll"], "expected a name that ends in .conllup or .conll for --format conll, found none"),
    ("x.ann", ["--format", "brat"], "expected a folder for --format brat, found .ann"),
    ("x", ["--format", "bart"], "bart"),
    ("x", ["--format", "brat", "--text", ROOT / "LICENSE"], "expected the text of a held document"),
])  # fmt: skip
def test_calls_that_cannot_be(
    harbour: Copy, call: Call, tmp_path: Path, name: str, options: list[str | Path], words: str
) -> None:
    outcome = call("export", tmp_path / name, "--records", "-w", harbour.root, *options)
    assert (outcome.code, words in outcome.err) == (2, True), outcome.err
    assert not (tmp_path / name).exists()


def test_another_copy_of_a_text_is_refused(harbour: Copy, call: Call, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("A line before.\n\n" + canonical_texts()["doc-quay-letter-storm"], encoding="utf-8")
    for texts, words in (
        ([other], "other.txt: expected the text of doc-quay-letter-storm that was coded, found a copy with other offsets"),
        ([TEXTS["doc-quay-letter-storm"]] * 2, "a second copy of doc-quay-letter-storm"),
    ):
        options = [word for path in texts for word in ("--text", path)]
        outcome = call("export", tmp_path / "x.jsonld", "--records", "-w", harbour.root, "-f", "web-annotation", *options)
        assert (outcome.code, words in outcome.err) == (2, True), outcome.err


@pytest.mark.parametrize(("table", "column", "value", "words"), [
    ("evidence", "evidence_id", "evd-1\tx", r"expected letters, digits and hyphens as evidence_id, found 'evd-1\\tx'"),
    ("evidence", "role", "content\nT9", "as role"),
    ("evidence", "char_start", "", "char_start is empty"),
    ("evidence", "char_end", "3", "are missing or have another digest"),
    ("claims", "claim_id", "../clm", "as claim_id"),
    ("claims", "doc_id", "../../doc", "as doc_id"),
    ("claims", "statement", "", "statement is empty"),
])  # fmt: skip
def test_records_that_do_not_fit_are_at_fault(
    harbour: Copy, call: Call, tmp_path: Path, table: str, column: str, value: str, words: str
) -> None:
    """Records may be unvalidated or someone else's: no id becomes a path or a line of its own."""
    row = harbour.rows(table)[0]
    harbour.edit(table, {name: row[name] for name in list(row)[:1]}, **{column: value})
    outcome = call("export", tmp_path / "x", "--records", "-w", harbour.root, "--format", "brat", *with_texts())
    assert outcome.code == 1, outcome.err
    assert words.replace("\\\\", "\\") in outcome.err.replace("\\\\", "\\")
    assert [path.name for path in tmp_path.iterdir()] == ["harbour"]


def test_a_dataset_without_claims_is_refused(wells: Copy, call: Call, tmp_path: Path) -> None:
    outcome = call("export", tmp_path / "x.jsonld", "--records", "-w", wells.root, "--format", "web-annotation")
    assert outcome.code == 2
    assert "for claims with their evidence, but the dataset has no actors. Export its tables instead" in outcome.err


def test_an_export_is_replaced_on_request_alone(export: Callable[..., Path], harbour: Copy, call: Call, tmp_path: Path) -> None:
    for name, format in (("brat", "brat"), ("x.conllup", "conll")):
        target = export(name, format, *with_texts())
        arguments = ["export", target, "--records", "-w", harbour.root, "--format", format, *with_texts()]
        outcome = call(*arguments)
        assert (outcome.code, "exists already" in outcome.err) == (2, True)
        export(name, format, *with_texts(), "--replace")
    (tmp_path / "brat" / "mine.ann").write_text("mine", encoding="utf-8")
    outcome = call("export", tmp_path / "brat", "--records", "-w", harbour.root, "-f", "brat", *with_texts(), "--replace")
    assert (outcome.code, "holds mine.ann, which is not part of such an export" in outcome.err) == (2, True)


def test_standard_output_gets_the_file(harbour: Copy, call: Call) -> None:
    if not os.path.exists("/dev/stdout"):
        pytest.skip("this system has no /dev/stdout")
    outcome = call("export", "/dev/stdout", "--records", "-w", harbour.root, "--format", "schema-claim")
    assert outcome.code == 0, outcome.err
    assert json.loads(outcome.out.removesuffix("/dev/stdout\n"))["@type"] == "Dataset"


def test_old_releases_are_exported_too(call: Call, tmp_path: Path) -> None:
    for version in ("1.0.0", "1.1.0"):
        target = tmp_path / f"{version}.jsonld"
        assert call("export", target, "--release", version, "-w", ROOT, "--format", "web-annotation").code == 0
        with (ROOT / "build" / version / "records" / "evidence.csv").open(encoding="utf-8", newline="") as file:
            assert json.loads(target.read_text(encoding="utf-8"))["total"] == len([*csv.DictReader(file)])
