"""Render datapackage.json: Data Package 2.0 with a Table Schema per table and view."""

from __future__ import annotations

import json
from typing import Any

from kursk_claims.contract.model import Column, Table
from kursk_claims.contract.types import LOGICAL_TYPES
from kursk_claims.release.metadata.dataset_file import License, Link
from kursk_claims.release.metadata.model import GENERATED, ReleaseDescription, Resource

PROFILES = "https://datapackage.org/profiles/2.0"
MEDIA_TYPE = "application/vnd.apache.parquet"
BOUNDS = {"greater_than_or_equal_to": "minimum", "less_than_or_equal_to": "maximum"}


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
        "schema": _table_schema(resource),
    }


def _table_schema(resource: Resource) -> dict[str, Any]:
    table = resource.table
    fields = [{"name": name, "type": LOGICAL_TYPES[kind].data_package} for name, kind in resource.columns]
    schema: dict[str, Any] = {"$schema": f"{PROFILES}/tableschema.json", "fields": fields, "missingValues": [""]}
    if table is not None:
        schema["fields"] = [field | _describe_column(column) for field, column in zip(fields, table.columns, strict=True)]
        schema["primaryKey"] = list(table.primary_key)
        if keys := [_foreign_key(table, column) for column in table.columns if column.references]:
            schema["foreignKeys"] = keys
    return schema


def _describe_column(column: Column) -> dict[str, Any]:
    """Describe a column; the label of its empty cell is the reason why a value may be missing."""
    field: dict[str, Any] = {"title": column.title, "description": column.description}
    field["example"] = str(column.metadata["example"])
    if column.unit:
        field["unit"] = column.unit
    if column.nullable:
        field["missingValues"] = [{"value": "", "label": column.metadata["missing"]}]
    if constraints := _constraints(column):
        field["constraints"] = constraints
    return field


def _constraints(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {} if column.nullable else {"required": True}
    for check, value in column.checks.items():
        if check == "isin":
            constraints["enum"] = list(value)
        elif check == "str_matches":
            constraints["pattern"] = value
        elif check == "str_length":
            constraints |= {name.replace("_value", "Length"): bound for name, bound in value.items()}
        elif check == "in_range":
            constraints |= {name.replace("_value", "imum"): bound for name, bound in value.items()}
        else:
            constraints[BOUNDS[check]] = value
    return constraints


def _foreign_key(table: Table, column: Column) -> dict[str, Any]:
    assert column.references is not None
    parent, key = column.references
    # In the standard, a reference to the same table names no resource.
    reference = {"fields": [key]} if parent == table.name else {"resource": parent, "fields": [key]}
    return {"fields": [column.name], "reference": reference}
