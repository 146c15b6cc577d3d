"""Write the evidence as W3C Web Annotations: https://www.w3.org/TR/annotation-model/."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kursk_claims._version import __version__
from kursk_claims.claims.interchange.annotations import AnnotatedDocument, Claim, Span
from kursk_claims.claims.interchange.json_ld import document_address, dump_json_ld, make_urn
from kursk_claims.database.export.about import About

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
QUOTE_CONTEXT = 32  # characters before and after a quotation
OFFSETS = (
    "Each annotation is a span of evidence; its body is the claim, in words of this dataset, and the role of the span. start and "
    "end count Unicode code points of the document's canonical text: decoded as UTF-8, without byte order mark, line ends as LF, "
    "NFC. The state has the SHA-256 of that text, each selector that of its span."
)


def render_web_annotations(documents: Sequence[AnnotatedDocument], about: About) -> bytes:
    """Render one collection with one page of annotations. Words of a document are quoted only if its text is known."""
    items = [
        _annotation(span, claim, document, about)
        for document in documents
        for claims in [{claim.claim_id: claim for claim in document.claims}]
        for span in document.spans
        if (claim := claims.get(span.claim_id))
    ]
    collection = make_urn(about, "web-annotation")
    page = {"id": f"{collection}:1", "type": "AnnotationPage", "partOf": collection, "startIndex": 0, "items": items}
    return dump_json_ld(
        {
            "@context": CONTEXT,
            "id": collection,
            "type": "AnnotationCollection",
            "label": about.title,
            "schema:version": about.version_label,
            "dcterms:bibliographicCitation": about.citation,
            "skos:scopeNote": about.caveat,
            "dcterms:description": OFFSETS,
            **_provenance(about),
            "total": len(items),
            "first": page if items else None,
        }
    )


def _annotation(span: Span, claim: Claim, document: AnnotatedDocument, about: About) -> dict[str, Any]:
    statement = {
        "id": make_urn(about, claim.claim_id),
        "type": "TextualBody",
        "value": claim.statement,
        "format": "text/plain",
        "language": about.language,
        "purpose": "describing",
    }
    role = {"type": "TextualBody", "value": span.role, "format": "text/plain", "purpose": "tagging"}
    digest = document.held and document.held.sha256
    return {
        "id": make_urn(about, span.evidence_id),
        "type": "Annotation",
        "motivation": "describing",
        **_provenance(about),
        "body": [statement, role],
        "target": {
            "type": "SpecificResource",
            "source": document_address(document, about),
            "state": {"type": "oa:State", "schema:sha256": digest} if digest else None,
            "selector": _selectors(span, document.text),
        },
    }


def _selectors(span: Span, text: str | None) -> list[dict[str, Any]]:
    position = {"type": "TextPositionSelector", "start": span.start, "end": span.end, "schema:sha256": span.sha256}
    if text is None:
        return [position]
    before, after = text[max(0, span.start - QUOTE_CONTEXT) : span.start], text[span.end : span.end + QUOTE_CONTEXT]
    words = text[span.start : span.end]
    return [position, {"type": "TextQuoteSelector", "exact": words, "prefix": before, "suffix": after}]


def _provenance(about: About) -> dict[str, Any]:
    """Return who made the annotations, with what, and under which licence; one without an address is named."""
    rights = {"rights": about.license_url} if about.license_url else {"dc:rights": about.license}
    return {
        "creator": [{"name": author} for author in about.authors],
        "generator": {"type": "Software", "name": f"kursk-claims {__version__}"},
        **rights,
    }
