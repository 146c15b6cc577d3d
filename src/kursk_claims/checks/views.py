"""Check the rows of views against their schemas, when they are built."""

from __future__ import annotations

import duckdb
import polars as pl

from kursk_claims.checks.columns import find_column_failures
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import SqlStatement, Table
from kursk_claims.database.sql import quote_identifier
from kursk_claims.errors import ContractError
from kursk_claims.report.values import format_key
from kursk_claims.suggest import did_you_mean
from kursk_claims.tables.batch import Batch


def check_views(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Check every view that has a schema: columns in order, types, empty cells, constraints, unique key.

    Raises `ContractError` for the first fault, with the view, the column, the value and how to mend it.
    """
    for view in contract.views:
        schema = contract.view_schemas.get(view.name)
        if schema is not None:
            relation = connection.sql(f"SELECT * FROM {quote_identifier(view.name)}")
            _check_columns(relation, view, schema)
            rows = relation.pl()
            _check_cells(rows, view, schema)
            _check_key(rows, view, schema)


def _check_columns(relation: duckdb.DuckDBPyRelation, view: SqlStatement, schema: Table) -> None:
    found = dict(zip(relation.columns, map(str, relation.types), strict=True))
    for column in schema.columns:
        if column.name not in found:
            problem = f"expected a column {column.name}, found none{did_you_mean(column.name, found)}"
            raise _fault(view, f"{problem}. Select it, or remove it from {schema.path}.")
        if found[column.name] != column.type.duckdb:
            problem = f"column {column.name}: expected the type {column.type.duckdb}, found {found[column.name]}"
            raise _fault(view, f"{problem}. Cast it, or correct {schema.path}.")
    for name in found:
        if name not in schema.column_names:
            raise _fault(view, f"column {name} is not described. Add it to {schema.path}, or do not select it.")
    if relation.columns != schema.column_names:
        order = f"expected the columns in the order {', '.join(schema.column_names)}, found {', '.join(relation.columns)}"
        raise _fault(view, f"{order}. Reorder them here, or in {schema.path}.")


def _check_cells(rows: pl.DataFrame, view: SqlStatement, schema: Table) -> None:
    batch = Batch.of(rows)
    for failure in find_column_failures(batch, schema):
        fault = next(failure.faults(batch, schema, failure.rows))
        key = format_key(schema.primary_key, fault.values)
        problem = f"column {failure.column.name} [{key}]: expected {fault.expected}, found {fault.found}"
        raise _fault(view, f"{problem}. Correct the SQL of the view, the records it reads, or {schema.path}.")


def _check_key(rows: pl.DataFrame, view: SqlStatement, schema: Table) -> None:
    keys = rows.select(schema.primary_key)
    repeated = keys.filter(keys.is_duplicated())
    if repeated.height:
        key = format_key(schema.primary_key, repeated.row(0))
        problem = f"columns {', '.join(schema.primary_key)}: expected a unique key, found {key} more than once"
        raise _fault(view, f"{problem}. Correct the SQL of the view, or primary_key in {schema.path}.")


def _fault(view: SqlStatement, problem: str) -> ContractError:
    return ContractError(f"{view.path}:{view.line}:1: view {view.name}: {problem}")
