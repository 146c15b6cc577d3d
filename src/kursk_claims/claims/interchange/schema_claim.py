"""Write claims as schema.org Claim: https://schema.org/Claim. Nothing rates them: the dataset does not say what is true."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kursk_claims.claims.interchange.annotations import AnnotatedDocument, Claim
from kursk_claims.claims.interchange.json_ld import document_address, dump_json_ld, make_urn
from kursk_claims.database.export.about import About

# By the specificity of a claim's origin; a class such as "Russian media" or nobody is no author.
AUTHOR_TYPES = {"named": "Person", "role": "Person", "organization": "Organization"}
# By the kind of a document; other kinds are a CreativeWork.
WORK_TYPES = {"news_article": "NewsArticle", "news_report": "NewsArticle", "social_media_post": "SocialMediaPosting"}


def render_schema_claims(documents: Sequence[AnnotatedDocument], about: About) -> bytes:
    """Render the dataset with its claims: statement, author and the document in which each appears."""
    claims = [_claim(claim, document, about) for document in documents for claim in document.claims]
    return dump_json_ld(
        {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "@id": make_urn(about, "schema-claim"),
            "name": about.title,
            "description": about.caveat,
            "version": about.version_label,
            "datePublished": about.date,
            "url": about.homepage,
            "license": about.license_url or ({"@type": "CreativeWork", "name": about.license} if about.license else None),
            "creator": [{"@type": "Organization", "name": author} for author in about.authors],
            "creditText": about.citation,
            "hasPart": sorted(claims, key=lambda claim: str(claim["@id"])),
        }
    )


def _claim(claim: Claim, document: AnnotatedDocument, about: About) -> dict[str, Any]:
    return {
        "@type": "Claim",
        "@id": make_urn(about, claim.claim_id),
        "identifier": claim.claim_id,
        "text": claim.statement,
        "inLanguage": about.language,
        "author": _author(claim),
        "appearance": [_work(document, about)],
    }


def _author(claim: Claim) -> dict[str, Any] | None:
    kind = AUTHOR_TYPES.get(claim.origin_specificity or "")
    if kind is None or claim.origin is None:
        return None
    wikidata = f"https://www.wikidata.org/entity/{claim.origin_wikidata_id}" if claim.origin_wikidata_id else None
    return {"@type": kind, "name": claim.origin, "sameAs": wikidata}


def _work(document: AnnotatedDocument, about: About) -> dict[str, Any]:
    address = document_address(document, about)
    return {
        "@type": WORK_TYPES.get(document.kind or "", "CreativeWork"),
        "@id": address,
        "url": address if address == document.url else None,
        "name": document.title,
        "datePublished": document.published,
        "inLanguage": None if document.language == "und" else document.language,
        "publisher": {"@type": "Organization", "name": document.publisher} if document.publisher else None,
    }
