"""Render croissant.json: Croissant 1.1 with a record set per table and view."""

from __future__ import annotations

import json
from typing import Any

from kursk_claims.contract.types import LOGICAL_TYPES
from kursk_claims.release.metadata.citation import render_bibtex
from kursk_claims.release.metadata.model import GENERATED, ReleaseDescription, Resource

VERSIONS = ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
TERMS = """
annotation arrayShape citeAs column containedIn equivalentProperty excludes extract field fileObject fileProperty
fileSet format includes isArray isLiveDataset jsonPath key md5 parentField path readLines recordSet references regex
repeated replace samplingRate sdVersion separator source subField transform unArchive value
""".split()
# The contexts of the specification's appendix and of mlcroissant, which warns about every key that is absent.
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
} | {term: f"cr:{term}" for term in TERMS}


def render_croissant(release: ReleaseDescription) -> str:
    """Render the description as JSON-LD; addresses are relative to the release's folder."""
    info = release.info
    authors = [{"@type": "sc:Organization", "name": author} for author in info.authors]
    description = {
        "@context": CONTEXT | ({"@language": info.language} if info.language else {}),
        "@type": "sc:Dataset",
        "conformsTo": VERSIONS,
        "name": info.name,
        "alternateName": info.title,
        "description": info.description,
        "url": info.homepage or "README.md",
        "version": release.version,
        "datePublished": release.date,
        "license": (info.license.url or info.license.title) if info.license else None,
        "inLanguage": info.language,
        "isLiveDataset": False,
        "keywords": list(info.keywords),
        "creator": _one_or_list(authors),
        "publisher": _one_or_list(authors),
        "sdPublisher": _one_or_list([author | {"description": GENERATED} for author in authors]),
        "citeAs": render_bibtex(info, release.version, release.date),
        "isBasedOn": [
            {"@type": "sc:CreativeWork", "name": each.title} | ({"url": each.url} if each.url else {}) for each in info.sources
        ],
        "rai:dataLimitations": list(info.limitation_items),
        "distribution": [_file_object(each) for each in release.resources],
        "recordSet": [_record_set(each) for each in release.resources],
    }
    stated = {name: value for name, value in description.items() if value not in (None, [])}
    return json.dumps(stated, ensure_ascii=False, indent=2) + "\n"


def _one_or_list(values: list[dict[str, str]]) -> dict[str, str] | list[dict[str, str]]:
    return values[0] if len(values) == 1 else values


def _file_object(resource: Resource) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": resource.file.path,
        "name": resource.file.path,
        "description": resource.description,
        "contentUrl": resource.file.path,
        "contentSize": f"{resource.file.size} B",
        # The registered media type, and the only one that mlcroissant knows.
        "encodingFormat": ["application/vnd.apache.parquet", "application/x-parquet"],
        "sha256": resource.file.sha256,
    }


def _record_set(resource: Resource) -> dict[str, Any]:
    record_set: dict[str, Any] = {
        "@type": "cr:RecordSet",
        "@id": resource.name,
        "name": resource.name,
        "description": resource.description,
        "field": [_field(resource, name, kind) for name, kind in resource.columns],
    }
    if resource.table is not None:
        record_set["key"] = [{"@id": f"{resource.name}/{name}"} for name in resource.table.primary_key]
    return record_set


def _field(resource: Resource, name: str, kind: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{resource.name}/{name}",
        "name": name,
        "dataType": LOGICAL_TYPES[kind].croissant,
        "source": _field_source(resource.name, name),
    }
    if resource.table is not None:
        column = resource.table.column(name)
        field["description"] = column.description
        if column.references:
            # Refers to the column of the file, not to the field of the record set: mlcroissant 1.1.1 loads record sets that are
            # referred to as fields wrongly, and fails on references within one record set.
            field["references"] = _field_source(*column.references)
    return field


def _field_source(table: str, column: str) -> dict[str, Any]:
    return {"fileObject": {"@id": f"{table}.parquet"}, "extract": {"column": column}}
