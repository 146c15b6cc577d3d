"""Render datapackage.json: Data Package 2.0 with a Table Schema per table and view."""

from __future__ import annotations

import json
from typing import Any

from kursk_claims.contract.data_package import PROFILES, render_table_schema
from kursk_claims.contract.types import LOGICAL_TYPES
from kursk_claims.release.metadata.dataset_file import License, Link
from kursk_claims.release.metadata.model import GENERATED, ReleaseDescription, Resource

MEDIA_TYPE = "application/vnd.apache.parquet"


def render_datapackage(release: ReleaseDescription) -> str:
    """Render the descriptor as JSON."""
    info = release.info
    descriptor: dict[str, Any] = {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": info.name,
        "title": info.title,
        "description": info.description,
        "generated": GENERATED,  # not in the standard, which allows further properties
        "version": release.version,
        "created": f"{release.date}T00:00:00Z",
    }
    lists = {  # which the standard does not allow to be empty
        "keywords": list(info.keywords),
        "licenses": [_license(info.license)] if info.license else [],
        "contributors": [{"title": author, "roles": ["creator"]} for author in info.authors],
        "sources": [_source(each) for each in info.sources],
        "resources": [_resource(each) for each in release.resources],
    }
    if info.caveat:
        descriptor["caveat"] = info.caveat  # not in the standard either
    if info.homepage:
        descriptor["homepage"] = info.homepage
    descriptor |= {name: values for name, values in lists.items() if values}
    return json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"


def _license(license: License) -> dict[str, str]:
    path = {"path": license.url} if license.url else {}
    return {"name": license.name, **path, "title": license.title}


def _source(source: Link) -> dict[str, str]:
    return {"title": source.title, "path": source.url} if source.url else {"title": source.title}


def _resource(resource: Resource) -> dict[str, Any]:
    types = [(name, LOGICAL_TYPES[kind].data_package) for name, kind in resource.columns]
    return {
        "$schema": f"{PROFILES}/dataresource.json",
        "name": resource.name,
        "type": "table",
        "title": resource.title,
        "description": resource.description,
        "path": resource.file.path,
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        "bytes": resource.file.size,
        "hash": f"sha256:{resource.file.sha256}",
        "schema": render_table_schema(types, resource.table),
    }
