"""Identifiers and agents of JSON-LD."""

from __future__ import annotations

import json
import re
from typing import Any

from kursk_claims.claims.interchange.annotations import AnnotatedDocument
from kursk_claims.database.export.about import About

WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'{}|\\^`]+")


def make_urn(about: About, name: str) -> str:
    """Return the URN of something that the dataset names; an id is never used again for something else."""
    namespace = re.sub("[^a-z0-9]+", "-", about.name.lower()).strip("-")
    return f"urn:{namespace or 'dataset'}:{name}"


def document_address(document: AnnotatedDocument, about: About) -> str:
    """Return the address of a document, or a URN if none is recorded."""
    url = document.url or ""
    return url if WEB_ADDRESS.fullmatch(url) else make_urn(about, document.doc_id)


def dump_json_ld(value: dict[str, Any]) -> bytes:
    """Serialize without the keys of a mapping whose value is None or empty."""
    return (json.dumps(_drop_empty(value), ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _drop_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _drop_empty(each) for name, each in value.items() if each not in (None, "", [], {}, ())}
    return [*map(_drop_empty, value)] if isinstance(value, (list, tuple)) else value
