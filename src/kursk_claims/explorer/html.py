"""Render the page of a release: one HTML file that needs no network."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kursk_claims.explorer.bundle import read_bundle
from kursk_claims.explorer.payload import encode_payload

if TYPE_CHECKING:
    import jinja2

ASSETS = Path(__file__).parent
SCHEMA_ORG_KEYS = {
    "title": "name",
    "description": "description",
    "version": "version",
    "date": "datePublished",
    "homepage": "url",
}


def render_page(payload: dict[str, Any], title: str | None = None, picture: str | None = None) -> str:
    """Render the data of `collect_payload` as HTML. `picture` is the name of the share picture beside the page.

    All text is escaped, and the content security policy allows no script but that of the page, by its digest.
    Raises `WorkspaceError` if the script is not built.
    """
    environment, bundle = open_templates(), read_bundle()
    return environment.get_template("page.html.j2").render(
        payload=payload,
        headline=title or describe_headline(payload),
        description=f"{payload['about']['title']}. Who said each claim, through whom it came, and what other reports say.",
        picture=quote(picture) if picture else None,
        json_ld=_describe_for_search_engines(payload["about"]),
        style=(ASSETS / "page.css").read_text(encoding="utf-8"),
        plain_claims=_list_plain_claims(payload["tables"]),
        libraries=bundle.libraries,
        encoded=encode_payload(payload),
        script=bundle.script,
        digest="sha256-" + base64.b64encode(hashlib.sha256(bundle.script.encode()).digest()).decode(),
    )


def open_templates() -> jinja2.Environment:
    """Return the templates, with escaping."""
    import jinja2

    loader = jinja2.FileSystemLoader(ASSETS)
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def describe_headline(payload: dict[str, Any]) -> str:
    """Return the headline, such as “One article, 52 claims. Who is behind each?”."""
    claims = to_rows(payload["tables"]["claims"])
    held = {row["doc_id"] for row in claims}
    kinds = {row["kind"] for row in to_rows(payload["tables"]["documents"]) if row["doc_id"] in held}
    labels = payload["codes"].get("documents.kind", {})
    one = labels.get(kinds.pop(), "document").lower() if len(kinds) == 1 else "document"
    documents = f"One {one}" if len(held) == 1 else f"{len(held):,} documents"
    return f"{documents}, {len(claims):,} claim{'' if len(claims) == 1 else 's'}. Who is behind each?"


def to_rows(table: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a table of the payload by column."""
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def list_in_text_order(tables: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of `said` in the order of the documents and of their text."""
    return sorted(to_rows(tables["said"]), key=lambda row: (row["doc_id"], row["char_start"] or 0, row["claim_id"]))


def find_objections(tables: dict[str, dict[str, Any]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return, by claim, who denies it and which reports differ."""
    origins = {row["claim_id"]: row["origin"] for row in to_rows(tables["said"])}
    denied, differs = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for row in to_rows(tables["claim_relations"]):
        if row["relation"] == "denies" and row["from_claim_id"] in origins:
            denied[row["to_claim_id"]].append(origins[row["from_claim_id"]])
    for row in to_rows(tables["crosschecks"]) if "crosschecks" in tables else []:
        if row["finding"] == "differs":
            differs[row["claim_id"]].append(row["publisher"])
    return denied, differs


def _list_plain_claims(tables: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what the page shows of each claim where no script runs, in the order of the text."""
    denied, differs = find_objections(tables)
    return [
        {
            "statement": row["statement"],
            "chain": row["chain"],
            "number": row["number"],
            "location": f"paragraph {row['paragraph']}, sentence {row['sentence']}" if row["paragraph"] else "",
            "denied_by": sorted(set(denied[row["claim_id"]])),
            "differs": sorted(set(differs[row["claim_id"]])),
        }
        for row in list_in_text_order(tables)
    ]


def _describe_for_search_engines(about: dict[str, Any]) -> dict[str, Any]:
    """Return a schema.org Dataset as JSON-LD."""
    known = {key: about[name] for name, key in SCHEMA_ORG_KEYS.items() if about[name]}
    if about["license"]:
        known["license"] = about["license_url"] or about["license"]
    creators = [{"@type": "Organization", "name": name} for name in about["authors"]]
    return {"@context": "https://schema.org", "@type": "Dataset", **known, "creator": creators}
