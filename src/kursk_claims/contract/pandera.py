"""Build pandera schemas from tables of the contract.

pandera's own reader of YAML is not used: it imports pandas as soon as a column has a check.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kursk_claims.contract.model import Column, Table

if TYPE_CHECKING:
    import pandera.polars as pa
    import polars as pl


def build_pandera_schema(table: Table) -> pa.DataFrameSchema:
    """Build the table's schema as pandera on polars reads it from YAML."""
    import pandera.polars as pa

    columns = {
        column.name: pa.Column(
            column.type.to_polars(),
            nullable=column.nullable,
            title=column.title,
            description=column.description,
            checks=[check for _, check in _build_checks(column)],
            metadata=column.metadata,
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


@lru_cache(maxsize=64)
def build_column_checks(table: Table) -> list[list[tuple[str, pa.Check]]]:
    """Build the checks of each column, with their names in the schema; once per table, for they are run on every batch."""
    return [_build_checks(column) for column in table.columns]


def prepare_check(check: pa.Check, frame: pl.LazyFrame, column: str) -> pl.LazyFrame:
    """Return a query for which values of a column pass a check; null for an empty value.

    Calling the check would collect the query at once, and import all of pandera to find this backend.
    """
    import pandera.backends.polars.builtin_checks  # noqa: F401  registers the checks
    from pandera.api.polars.types import PolarsData
    from pandera.backends.polars.checks import PolarsCheckBackend

    outcome: pl.LazyFrame = PolarsCheckBackend(check).apply(PolarsData(frame, column))
    return outcome


def _build_checks(column: Column) -> list[tuple[str, pa.Check]]:
    return [(name, _build_check(name, value)) for name, value in column.checks.items()]


def _build_check(name: str, value: Any) -> pa.Check:
    from pandera.api.checks import Check  # pandera.polars would also import its models, which takes longer than all checks

    build = getattr(Check, name)
    check: Check = build(**value) if isinstance(value, dict) else build(value)
    return check
