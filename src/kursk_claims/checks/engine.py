"""Runs key, reference and rule checks. Implemented for DuckDB and Spark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Column, SqlStatement, Table, rule_columns
from kursk_claims.report.model import Fault, Faults
from kursk_claims.report.values import format_value, format_values
from kursk_claims.suggest import did_you_mean

if TYPE_CHECKING:
    import polars as pl


class CheckEngine(Protocol):
    """What is asked in SQL. `checks` asks DuckDB, `sparkengine` asks Spark; a connection is what they ask."""

    def spoil(self, connection: Any, table: str, cells: Mapping[str, pl.Series], /) -> None: ...
    def key_faults(
        self, connection: Any, table: Table, limit: int, /, *, invalid_cells: Sequence[str], among: pl.DataFrame | None
    ) -> Faults: ...
    def reference_faults(
        self,
        connection: Any,
        table: Table,
        column: Column,
        limit: int,
        /,
        *,
        parents: Sequence[str],
        invalid_cells: Sequence[str],
    ) -> Faults: ...
    def rule_faults(
        self, connection: Any, rule: SqlStatement, table: Table, limit: int, /, *, invalid_cells: Sequence[str]
    ) -> Faults: ...


MAX_FAULTS = 999_999  # faults of one check that are told; DuckDB's min() lists no more
MAX_SUGGESTED_KEYS = 10_000  # keys among which the nearest to a wrong one is looked for


def key_fault(table: Table, row: int, first: int, *key: Any) -> Fault:
    """The fault at a row whose key stands first in another."""
    expected, fix = "a key of its own", "Remove one of the rows, or give it another key."
    return Fault(table.name, row, table.primary_key, "key", expected, format_values(key), fix, values=key, first=first)


def reference_fault(table: Table, column: Column, known: Sequence[Any], row: int, value: Any, *key: Any) -> Fault:
    """The fault at a cell that points at no row."""
    assert column.references is not None
    parent, name = column.references
    expected, fix = f"the {name} of a row in {parent}", f"Correct the id, or add its row to {parent}."
    found = f"{value!r}{did_you_mean(value, known)}"
    return Fault(table.name, row, (column.name,), "reference", expected, found, fix, values=key)


def rule_fault(rule: SqlStatement, table: Table, row: int, told: str | None, *cells: Any) -> Fault:
    """The fault at a row that breaks a rule; `cells` are those of its key and of the rule's columns."""
    width, columns = len(table.primary_key), rule_columns(rule)
    found = told or ", ".join(f"{name}={format_value(cell)}" for name, cell in zip(columns, cells[width:], strict=True))
    says = (rule.header["says"], found, rule.header["fix"], rule.header["severity"])
    return Fault(table.name, row, tuple(columns), rule.name, *says, values=cells[:width])


def contract_rows(contract: Contract) -> tuple[list[tuple[Any, ...]], list[tuple[str, str]]]:
    """The rows of `contract_columns` and of `contract_codes`."""
    columns = [
        (table.name, column.name, column.sql_type, column.nullable, column.name in table.primary_key, column.unit)
        for table in contract.tables.values()
        for column in table.columns
    ]
    codes = [
        (f"{table.name}.{column.name}", code)
        for table in contract.tables.values()
        for column in table.columns
        for code in column.codes
    ]
    return columns, codes
