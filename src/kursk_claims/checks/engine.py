"""Runs key, reference and rule checks. Implemented for DuckDB and Spark."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Column, SqlStatement, Table, rule_columns
from kursk_claims.database.limits import SqlLimits
from kursk_claims.report.model import Fault, Faults
from kursk_claims.report.values import format_value, format_values
from kursk_claims.suggest import did_you_mean
from kursk_claims.tables.text_quality import name_foreign_letters

if TYPE_CHECKING:
    import polars as pl

    from kursk_claims.claims.relations import ParsedColumn
    from kursk_claims.tables.table_input import TableInput

MAX_FAULTS = 999_999  # listed faults of one check; DuckDB's min() returns no more
MAX_SUGGESTIONS = 100  # faults of one check for which a key is suggested
MAX_SUGGESTED_KEYS = 10_000  # keys among which the nearest to a wrong one is searched


class CheckEngine(ABC):
    """Owns a connection, the relations in it and the invalid cells found so far.

    Every check skips rows with an invalid cell in its own columns: what it would find there only repeats a finding.
    """

    def __init__(self, limits: SqlLimits | None = None) -> None:
        """`limits` hold for the SQL of rules."""
        self.limits = limits or SqlLimits()
        self.invalid_columns: set[tuple[str, str]] = set()  # (table, column) pairs that have invalid cells

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        self.close()
        if error is not None:
            self.translate_error(error)

    @abstractmethod
    def close(self) -> None:
        """Close the connection."""

    @abstractmethod
    def translate_error(self, error: BaseException) -> None:
        """Raise the engine's own errors as `OperationalError` with advice; return for any other."""

    def check_columns(self, table_input: TableInput, limit: int) -> list[Faults] | None:
        """Check the columns of a table where the engine is; None leaves it to this process, in batches.

        An engine that checks them advances through all parts and marks the invalid cells itself.
        """
        return None

    @abstractmethod
    def add_table(self, table_input: TableInput) -> None:
        """Make a table, whose batches have been read, known under its name."""

    @abstractmethod
    def add_published(self, table: Table, path: Path) -> None:
        """Add a released table whose keys may be referred to."""

    @abstractmethod
    def create_relation(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        """Create a relation from rows; `columns` maps names to SQL types."""

    @abstractmethod
    def create_parsed_column(self, parsed: ParsedColumn) -> list[str]:
        """Create a relation of a key and the values that a function parses from a text column; returns texts not read."""

    @abstractmethod
    def fetch_rows(self, table: Table) -> list[dict[str, Any]]:
        """Return all rows of a small table, in the order of its file."""

    @abstractmethod
    def start_sandbox(self) -> None:
        """Deny files, network and settings to the SQL of rules, which others may have written."""

    def skip_reason(self, rule: SqlStatement) -> str:
        """Return why this engine cannot run a rule; empty if it can."""
        return ""

    @abstractmethod
    def mark_invalid(self, table: Table, cells: Mapping[str, pl.Series]) -> None:
        """Remember invalid cells: for each column the numbers of the rows."""

    def invalid_among(self, table: Table, columns: Iterable[str]) -> list[str]:
        """Return those of the columns that have invalid cells."""
        return sorted(name for name in columns if (table.name, name) in self.invalid_columns)

    @abstractmethod
    def find_key_faults(self, table: Table, limit: int, candidates: pl.DataFrame | None) -> Faults:
        """Find rows whose key an earlier row has; the keys of all these rows become invalid cells.

        `candidates` are the only keys that can be duplicates, if that is known.
        """

    @abstractmethod
    def find_reference_faults(self, table: Table, column: Column, limit: int) -> Faults:
        """Find cells that refer to a row that neither the input nor the published table has.

        The cells become invalid cells.
        """

    def probe(self, contract: Contract, rules: Sequence[SqlStatement]) -> None:
        """Find out, if that is faster, in few queries for all which references and rules hold, when all tables are there."""
        return

    def limit(self) -> AbstractContextManager[None]:
        """Limit how long a block waits for the SQL of rules that runs in another thread."""
        return nullcontext()

    def interrupt(self) -> None:
        """Interrupt the query that runs in another thread, if there is one."""
        return

    @abstractmethod
    def find_rule_faults(self, rule: SqlStatement, table: Table, limit: int, columns: Iterable[str]) -> Faults:
        """Find the rows whose keys a rule's query returns; `columns` are those of the table that the rule reads.

        A column `found` of the query says what was found. Raises `ContractError` if the query fails or returns other keys.
        """


def load_contract_relations(engine: CheckEngine, contract: Contract) -> None:
    """Create `contract_columns` and `contract_codes`, in which rules read the contract itself."""
    columns = [
        (
            table.name,
            column.name,
            column.type.duckdb,
            column.nullable,
            column.name in table.primary_key,
            column.unit,
            column.code_list,
        )
        for table in contract.tables.values()
        for column in table.columns
    ]
    codes = [
        (f"{table.name}.{column.name}", code)
        for table in contract.tables.values()
        for column in table.columns
        for code in column.codes
    ]
    engine.create_relation("contract_columns", CONTRACT_COLUMNS, columns)
    engine.create_relation("contract_codes", CONTRACT_CODES, codes)


CONTRACT_COLUMNS = {
    "table_name": "VARCHAR",
    "column_name": "VARCHAR",
    "type": "VARCHAR",
    "nullable": "BOOLEAN",
    "in_key": "BOOLEAN",
    "unit": "VARCHAR",
    "code_list": "VARCHAR",
}
CONTRACT_CODES = {"field": "VARCHAR", "code": "VARCHAR"}


def describe_key_fault(table: Table, row: int, first: int, *key: Any) -> Fault:
    """Describe a row whose key is first used in row `first`."""
    expected, fix = "a unique key", "Remove one of the rows, or give it another key."
    return Fault(table.name, row, table.primary_key, "key", expected, format_values(key), fix, values=key, first=first)


def referred_rows(table: Table, column: Column) -> tuple[str, str, str | None]:
    """Return the table and column that hold the allowed values, and the `field` of these rows if the table is a code list."""
    if column.references is not None:
        return *column.references, None
    assert column.code_list is not None
    return column.code_list, "code", f"{table.name}.{column.name}"


def describe_reference_faults(table: Table, column: Column, known: Sequence[Any], rows: Iterable[tuple[Any, ...]]) -> list[Fault]:
    """Describe cells that refer to missing rows, each given as row, value and key; the first ones with a suggestion."""
    return [
        describe_reference_fault(table, column, known if index < MAX_SUGGESTIONS else (), *row) for index, row in enumerate(rows)
    ]


def describe_reference_fault(table: Table, column: Column, known: Sequence[Any], row: int, value: Any, *key: Any) -> Fault:
    """Describe a cell that refers to a missing row; `known` are keys that exist."""
    parent, name, field = referred_rows(table, column)
    if field:
        expected, fix = f"a code that {parent} defines for {field}", f"Correct the code, or add a row for it to {parent}."
    else:
        expected, fix = f"the {name} of a row in {parent}", f"Correct the id, or add its row to {parent}."
    found = f"{value!r}{name_foreign_letters(value)}{did_you_mean(value, known)}" if isinstance(value, str) else repr(value)
    return Fault(table.name, row, (column.name,), "reference", expected, found, fix, values=key)


def describe_rule_fault(rule: SqlStatement, table: Table, row: int, found: str | None, *cells: Any) -> Fault:
    """Describe a row that breaks a rule; `cells` are those of its key, then of the rule's columns."""
    width, columns = len(table.primary_key), rule_columns(rule)
    if not found:
        pairs = zip(columns, cells[width:], strict=True)
        found = ", ".join(f"{name}={format_value(cell)}" for name, cell in pairs)
    explanation = (rule.header["says"], found, rule.header["fix"], rule.header["severity"])
    return Fault(table.name, row, tuple(columns), rule.name, *explanation, values=cells[:width])
