"""Build Arrow schemas from tables of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kursk_claims.contract.model import Table

if TYPE_CHECKING:
    import pyarrow


def build_arrow_schema(table: Table) -> pyarrow.Schema:
    """Build the table's Arrow schema, with title, description and unit in the metadata of each field."""
    import pyarrow as pa

    fields = []
    for column in table.columns:
        metadata = {"title": column.title, "description": column.description}
        if column.unit:
            metadata["unit"] = column.unit
        fields.append(pa.field(column.name, column.type.to_arrow(), column.nullable, metadata))
    return pa.schema(fields, {"title": table.title, "description": table.description})


def build_nullable_schema(table: Table) -> pyarrow.Schema:
    """Build the table's Arrow schema with columns that may all be null, for rows that are not checked yet."""
    import pyarrow as pa

    schema = build_arrow_schema(table)
    return pa.schema([field.with_nullable(True) for field in schema], schema.metadata)
