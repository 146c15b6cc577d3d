"""Describe tables as Table Schemas of the Data Package standard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kursk_claims.contract.model import Column, Table

PROFILES = "https://datapackage.org/profiles/2.0"
BOUNDS = {"greater_than_or_equal_to": "minimum", "less_than_or_equal_to": "maximum"}


def render_table_schema(columns: Iterable[tuple[str, str]], table: Table | None) -> dict[str, Any]:
    """Return the Table Schema of columns, each a name and a type; `table` describes them in the same order, if it is known."""
    fields = [{"name": name, "type": kind} for name, kind in columns]
    schema: dict[str, Any] = {"$schema": f"{PROFILES}/tableschema.json", "fields": fields, "missingValues": [""]}
    if table is not None:
        schema["fields"] = [field | _describe_column(column) for field, column in zip(fields, table.columns, strict=True)]
        schema["primaryKey"] = list(table.primary_key)
        if keys := [_foreign_key(table, column) for column in table.columns if column.references]:
            schema["foreignKeys"] = keys
    return schema


def _describe_column(column: Column) -> dict[str, Any]:
    """Describe a column; `missing` is the reason why a value may be missing.

    The standard has a place for it, the labels of `missingValues`, but frictionless refuses a package with such labels.
    """
    field: dict[str, Any] = {"title": column.title, "description": column.description}
    field["example"] = str(column.metadata["example"])
    if column.unit:
        field["unit"] = column.unit
    if column.nullable:
        field["missing"] = column.metadata["missing"]
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
