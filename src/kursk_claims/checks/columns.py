"""Check the columns of a batch with pandera."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import polars as pl

from kursk_claims.contract.constraints import RULE_IDS, describe_constraint
from kursk_claims.contract.model import Column, Table
from kursk_claims.contract.pandera import build_column_checks, prepare_check
from kursk_claims.errors import ContractError
from kursk_claims.report.values import format_value
from kursk_claims.suggest import did_you_mean
from kursk_claims.tables.batch import Batch, ColumnFailure
from kursk_claims.tables.text_quality import name_foreign_letters

MAX_SUGGESTED_CODES = 1000  # codes among which the nearest to a wrong one is searched


def find_column_failures(batch: Batch, table: Table) -> Iterator[ColumnFailure]:
    """Yield what pandera finds in rows with the contract's types: empty cells, codes, patterns, lengths, ranges."""
    outcomes = iter(_run_checks(batch, table))
    for column in table.columns:
        cells = batch.cells[column.name]
        if not column.nullable and cells.has_empty_rows and len(empty := cells.empty_rows()):
            yield ColumnFailure(column, RULE_IDS["not_nullable"], empty, partial(_explain_column_fault, column, "not_nullable"))
        for name in column.checks:
            passed = next(outcomes)
            if not passed.all() and len(rows := cells.rows_of((~passed).arg_true())):
                yield ColumnFailure(column, RULE_IDS[name], rows, partial(_explain_column_fault, column, name))


def _run_checks(batch: Batch, table: Table) -> list[pl.Series]:
    """Return which values pass each check of each column; null for an empty cell.

    All checks are collected at once. Validating with pandera's schema would collect several query plans for each of them.
    """
    queries: list[tuple[str, Any]] = []
    for column, checks in zip(table.columns, build_column_checks(table), strict=True):
        if not checks:
            continue
        frame = batch.cells[column.name].values.rename(column.name).to_frame().lazy()
        queries += [(f"{column.name}: {name}", prepare_check(check, frame, column.name)) for name, check in checks]
    try:
        outcomes = pl.collect_all([query for _, query in queries])
    except pl.exceptions.PolarsError:
        outcomes = [_run_check(f"{table.path}: {name}", query) for name, query in queries]
    return [outcome.to_series() for outcome in outcomes]


def _run_check(place: str, query: pl.LazyFrame) -> pl.DataFrame:
    try:
        return query.collect()
    except pl.exceptions.PolarsError as error:
        raise ContractError(f"{place}: {str(error).strip()}") from None


def first_failure_per_cell(batch: Batch, failures: Iterable[ColumnFailure]) -> Iterator[tuple[ColumnFailure, pl.Series]]:
    """Yield each failure with the rows of cells that no earlier error has; adds errors to the invalid cells of the batch."""
    for failure in failures:
        name, rows = failure.column.name, failure.rows
        before = batch.invalid_cells.get(name)
        if before is not None:
            rows = rows.filter(~rows.is_in(before.implode()))
        if len(rows):
            if failure.severity == "error":
                batch.invalid_cells[name] = rows if before is None else pl.concat([before, rows])
            yield failure, rows


def _explain_column_fault(column: Column, check: str, value: Any) -> tuple[str, str, str]:
    """What was expected, what was found and what to do, for a failed check of a column."""
    expected, found = describe_constraint(column, check), format_value(value)
    meaning = f"{column.title}: {column.description}"
    if check == "not_nullable":
        return expected, found, f"Give the cell a value. {meaning}"
    if check == "isin":
        suggestion = did_you_mean(found, column.codes[:MAX_SUGGESTED_CODES])
        return expected, f"{found!r}{name_foreign_letters(found)}{suggestion}", "Use a code of the list."
    return expected, f"{found!r}{name_foreign_letters(found)}", meaning
