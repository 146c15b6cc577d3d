"""Build pandera schemas from tables of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kursk_claims.contract.model import Table

if TYPE_CHECKING:
    import pandera.polars as pa


def build_pandera_schema(table: Table, *, metadata: bool = True) -> pa.DataFrameSchema:
    """The table's schema as pandera on polars builds it; without `metadata` it validates faster, for pandera copies all of it.

    pandera's own reader of polars YAML needs pandas as soon as a column has a check; this one does not.
    """
    import pandera.polars as pa

    columns = {
        column.name: pa.Column(
            column.type.to_polars(),
            nullable=column.nullable,
            title=column.title,
            description=column.description,
            checks=[_pandera_check(name, value) for name, value in column.checks.items()],
            metadata=column.metadata if metadata else None,
        )
        for column in table.columns
    }
    return pa.DataFrameSchema(
        columns=columns,
        strict=True,
        ordered=True,
        name=table.name,
        title=table.title,
        description=table.description,
        metadata={"primary_key": list(table.primary_key)},
    )


def _pandera_check(name: str, value: Any) -> pa.Check:
    import pandera.polars as pa

    build = getattr(pa.Check, name)
    check: pa.Check = build(**value) if isinstance(value, dict) else build(value)
    return check
