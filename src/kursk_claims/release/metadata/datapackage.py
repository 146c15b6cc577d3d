"""Render datapackage.json: Data Package 2.0 with a Table Schema per table and view."""

from __future__ import annotations

import json
from typing import Any

from kursk_claims.contract.model import Column, Table
from kursk_claims.contract.types import LOGICAL_TYPES
from kursk_claims.release.metadata.codebook import GENERATED, KEYWORDS, LICENCE, LICENCE_URL
from kursk_claims.release.metadata.model import ReleaseDescription, Resource

PROFILES = "https://datapackage.org/profiles/2.0"
MEDIA_TYPE = "application/vnd.apache.parquet"
BOUNDS = {"greater_than_or_equal_to": "minimum", "less_than_or_equal_to": "maximum"}


def render_datapackage(dataset: ReleaseDescription) -> str:
    """The descriptor, as JSON."""
    about = dataset.about
    descriptor = {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": about.name,
        "title": about.title,
        "description": about.description,
        "generated": GENERATED,  # no property of the standard, which allows others
        "version": dataset.version,
        "created": f"{dataset.date}T00:00:00Z",
        "keywords": list(KEYWORDS),
        "licenses": [{"name": LICENCE, "path": LICENCE_URL, "title": "Creative Commons Attribution 4.0"}],
        "contributors": [{"title": about.authors, "roles": ["creator"]}],
        "sources": [{"title": title, "path": url} if url else {"title": title} for title, url in dataset.sources],
        "resources": [_datapackage_resource(each) for each in dataset.resources],
    }
    return json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"


def _datapackage_resource(resource: Resource) -> dict[str, Any]:
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
    plain = [{"name": name, "type": LOGICAL_TYPES[kind].data_package} for name, kind in resource.columns]
    schema: dict[str, Any] = {"$schema": f"{PROFILES}/tableschema.json", "fields": plain, "missingValues": [""]}
    if table is not None:
        schema["fields"] = [field | _describe_column(column) for field, column in zip(plain, table.columns, strict=True)]
        schema["primaryKey"] = list(table.primary_key)
        if keys := [_foreign_key(table, column) for column in table.columns if column.references]:
            schema["foreignKeys"] = keys
    return schema


def _describe_column(column: Column) -> dict[str, Any]:
    """What the contract says of a column; the reason why a value may be missing is the label of the empty cell."""
    promise: dict[str, Any] = {"title": column.title, "description": column.description}
    promise["example"] = str(column.metadata["example"])
    if column.unit:
        promise["unit"] = column.unit
    if column.nullable:
        promise["missingValues"] = [{"value": "", "label": column.metadata["missing"]}]
    if constraints := _constraints(column):
        promise["constraints"] = constraints
    return promise


def _constraints(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {} if column.nullable else {"required": True}
    for check, value in column.checks.items():
        if check == "isin":
            found["enum"] = list(value)
        elif check == "str_matches":
            found["pattern"] = value
        elif check == "str_length":
            found |= {name.replace("_value", "Length"): bound for name, bound in value.items()}
        elif check == "in_range":
            found |= {name.replace("_value", "imum"): bound for name, bound in value.items()}
        else:
            found[BOUNDS[check]] = value
    return found


def _foreign_key(table: Table, column: Column) -> dict[str, Any]:
    assert column.references is not None
    parent, key = column.references
    # The standard demands that a reference to the table itself names no resource.
    reference = {"fields": [key]} if parent == table.name else {"resource": parent, "fields": [key]}
    return {"fields": [column.name], "reference": reference}
