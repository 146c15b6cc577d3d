"""One run of all checks: columns, keys, references and rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kursk_claims.checks import duckdb_engine
from kursk_claims.checks.engine import MAX_FAULTS
from kursk_claims.claims.relations import MADE_FROM
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Column, SqlStatement, Table, rule_columns
from kursk_claims.report.model import Fault, Faults, Finding, Report, Severity, Skipped

if TYPE_CHECKING:
    import polars as pl

    from kursk_claims.tables.batch import Batch, ColumnFailure


# A query without these words looks at one row at a time, so that a cell at fault says nothing of other rows.
ACROSS_ROWS = re.compile(r"\b(join|over|group|union)\b|\bselect\b.*\bselect\b|\bfrom [\w ]+,", re.IGNORECASE | re.DOTALL)


@dataclass
class CheckRun:
    """One run over tables that are in DuckDB, or where another `engine` finds them.

    `locate` says where a fault is; `limit` is how many faults of each check are listed, the others being counted. `unread`
    says of a table why it is not whole, `absent` why it is not there; `partners` names relations whose keys may be referred
    to as well.
    """

    contract: Contract
    connection: Any
    report: Report
    locate: Callable[[Fault], Finding]
    limit: int = MAX_FAULTS
    unread: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    partners: dict[str, str] = field(default_factory=dict)
    unique: set[str] = field(default_factory=set)  # tables whose keys are known to stand once
    odd: dict[str, pl.DataFrame] = field(default_factory=dict)  # by table the only keys that may stand twice
    engine: Any = duckdb_engine
    invalid_cells: set[tuple[str, str]] = field(default_factory=set)  # tables and columns that have cells at fault
    doubled: set[str] = field(default_factory=set)  # tables in which a key stands twice
    listed: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # by table, check and column

    def add(self, faults: Faults) -> None:
        """Report what a check found."""
        self.report.findings.extend(self.locate(fault) for fault in faults.first)
        for fault in faults.first[:1]:
            self.hide(fault.severity, fault.table, fault.rule, faults.count - len(faults.first))

    def note(self, findings: Iterable[Finding]) -> None:
        """Report what was found while reading."""
        for each in findings:
            key = (each.table, each.rule, each.column)
            self.listed[key] += 1
            if self.listed[key] <= self.limit:
                self.report.findings.append(each)
            else:
                self.hide(each.severity, each.table, each.rule, 1)

    def hide(self, severity: str, table: str, rule: str, count: int) -> None:
        """Count what is not listed."""
        level: Severity = "warning" if severity == "warning" else "error"
        if count:
            self.report.hidden[level, table, rule] += count

    def columns(self, table: Table, batch: Batch, failures: Iterable[ColumnFailure]) -> None:
        """Report what reading some rows and checks of their columns found: of each cell what was found first."""
        from kursk_claims.checks.columns import first_failure_per_cell

        self.note(batch.findings)
        for failure, rows in first_failure_per_cell(batch, failures):
            name = failure.column.name
            key = (table.name, failure.rule, name)
            faults = [*failure.faults(batch, table, rows.head(self.limit - self.listed[key]))]
            self.listed[key] += len(faults)
            self.report.findings.extend(map(self.locate, faults))
            self.hide("error", table.name, failure.rule, len(rows) - len(faults))
        if batch.invalid_cells:
            self.invalid_cells.update((table.name, column) for column in batch.invalid_cells)
            cells = {column: rows + batch.first for column, rows in batch.invalid_cells.items()}
            self.engine.mark_invalid(self.connection, table.name, cells)

    def across(self, tables: Iterable[Table], blocked: Callable[[SqlStatement], tuple[list[str], bool]]) -> None:
        """Check keys, references and rules, once all columns are.

        `blocked` says of a rule why it cannot be run on all there is, and whether it cannot be run at all.
        """
        tables = list(tables)
        for table in tables:
            self.report.rules += 1
            if table.name in self.unique:
                continue
            invalid_cells, among = self._at_fault(table, table.primary_key), self.odd.get(table.name)
            faults = self.engine.find_key_faults(self.connection, table, self.limit, invalid_cells=invalid_cells, among=among)
            self.add(faults)
            if faults.count:
                self.doubled.add(table.name)
                self.invalid_cells.update((table.name, name) for name in table.primary_key)
        keys_at_fault = {
            table for table, column in self.invalid_cells if column in self.contract.tables[table].primary_key
        } | self.doubled
        for table in tables:
            for column in table.columns:
                if column.references is not None:
                    self._reference(table, column, keys_at_fault)
        for rule in self.contract.rules:
            self._rule(rule, *blocked(rule))

    def _at_fault(self, table: Table, names: Iterable[str]) -> list[str]:
        """Those of the names that are columns of the table with a cell at fault."""
        return sorted(name for name in names if (table.name, name) in self.invalid_cells)

    def _reference(self, table: Table, column: Column, keys_at_fault: set[str]) -> None:
        assert column.references is not None
        parent = column.references[0]
        parents = [*([] if parent in self.absent else [parent]), *([self.partners[parent]] if parent in self.partners else [])]
        reason = self.unread.get(parent, "")
        if not reason and parent in keys_at_fault:
            reason = f"a key of {parent} is at fault"
        if reason or not parents:
            self.report.skipped.append(Skipped(f"reference {table.name}.{column.name}", reason or self.absent[parent]))
            return
        invalid_cells = self._at_fault(table, [column.name])
        faults = self.engine.find_reference_faults(
            self.connection, table, column, self.limit, parents=parents, invalid_cells=invalid_cells
        )
        self.add(faults)
        self.report.rules += 1
        if faults.count:
            self.invalid_cells.add((table.name, column.name))

    def _rule(self, rule: SqlStatement, reasons: list[str], runs: bool) -> None:
        table = self.contract.tables[rule.header["table"]]
        words = {table.name, *re.findall(r"\w+", rule.sql)}
        words.update(*(MADE_FROM[word].split() for word in words & set(MADE_FROM)))
        across = "needs" in rule.header or ACROSS_ROWS.search(rule.sql) is not None
        doubt = self.doubt(words, across=across)
        self.report.skipped.extend(Skipped(rule.name, reason) for reason in ([doubt] if doubt else reasons))
        if doubt or not runs:
            return
        self.report.rules += 1
        invalid_cells = self._at_fault(table, words & set(table.column_names) | set(rule_columns(rule)))
        self.add(self.engine.find_rule_faults(self.connection, rule, table, self.limit, invalid_cells=invalid_cells))

    def doubt(self, words: set[str], *, across: bool = True) -> str:
        """Why a query with these words cannot run, or would report what follows from a fault that is reported already."""
        for reasons in (self.absent, self.unread):
            for name in sorted(words & set(reasons)):
                return reasons[name]
        if not across:
            return ""
        keys = {name: set(table.primary_key) for name, table in self.contract.tables.items()}
        doubled = sorted(name for name in self.doubled & words if words & keys[name])
        if doubled:
            return f"a key of {doubled[0]} stands twice"
        invalid_cells = sorted(f"{table}.{column}" for table, column in self.invalid_cells if table in words and column in words)
        return f"{invalid_cells[0]} has a cell at fault" if invalid_cells else ""
