"""Render croissant.json: Croissant 1.1 with a record set per table and view."""

from __future__ import annotations

import json
from typing import Any

from kursk_claims.contract.types import LOGICAL_TYPES
from kursk_claims.release.metadata.citation import render_bibtex
from kursk_claims.release.metadata.codebook import GENERATED, KEYWORDS, LANGUAGE, LICENCE_URL
from kursk_claims.release.metadata.model import ReleaseDescription, Resource

VERSIONS = ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
TERMS = """
annotation arrayShape citeAs column containedIn equivalentProperty excludes extract field fileObject fileProperty
fileSet format includes isArray isLiveDataset jsonPath key md5 parentField path readLines recordSet references regex
repeated replace samplingRate sdVersion separator source subField transform unArchive value
""".split()
# The context of the specification's appendix and of mlcroissant together: mlcroissant warns of every key that it misses.
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


def render_croissant(dataset: ReleaseDescription) -> str:
    """The description, as JSON-LD; addresses are relative to the release's folder."""
    about = dataset.about
    authors = {"@type": "sc:Organization", "name": about.authors}
    description = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": VERSIONS,
        "name": about.name,
        "alternateName": about.title,
        "description": about.description,
        "url": "README.md",
        "version": dataset.version,
        "datePublished": dataset.date,
        "license": LICENCE_URL,
        "inLanguage": LANGUAGE,
        "isLiveDataset": False,
        "keywords": list(KEYWORDS),
        "creator": authors,
        "publisher": authors,
        "sdPublisher": {"@type": "sc:Organization", "name": about.authors, "description": GENERATED},
        "citeAs": render_bibtex(about, dataset.version, dataset.date),
        "isBasedOn": [
            {"@type": "sc:CreativeWork", "name": title} | ({"url": url} if url else {}) for title, url in dataset.sources
        ],
        "rai:dataLimitations": list(about.limitations),
        "distribution": [_file_object(each) for each in dataset.resources],
        "recordSet": [_record_set(each) for each in dataset.resources],
    }
    return json.dumps(description, ensure_ascii=False, indent=2) + "\n"


def _file_object(resource: Resource) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": resource.file.path,
        "name": resource.file.path,
        "description": resource.description,
        "contentUrl": resource.file.path,
        "contentSize": f"{resource.file.size} B",
        # The name that is registered, and the only one that mlcroissant knows.
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
            # The column of the file and not the field of the record set: with the latter, mlcroissant 1.1.1 loads a record set
            # wrongly once another one that refers to it was loaded, and fails on references within one record set.
            field["references"] = _field_source(*column.references)
    return field


def _field_source(table: str, column: str) -> dict[str, Any]:
    return {"fileObject": {"@id": f"{table}.parquet"}, "extract": {"column": column}}
