"""All checks of the contract on tables, wherever these came from: columns, keys, references, rules, and what follows from what.

A fault is reported once, by the first check that finds it. What a later check would find at the same cell, or across rows of
which one is at fault, is left out or reported as skipped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from kursk_claims import checks
from kursk_claims.contract import Column, Contract, Statement, Table, rule_columns
from kursk_claims.findings import Finding, Report, Severity, Skipped

if TYPE_CHECKING:
    import polars as pl

    from kursk_claims.batches import Batch
    from kursk_claims.columns import Failure

NO_TEXT = "it needs a document's text, which only `validate --text` reads"
# What these relations are made from: a rule that reads one of them reads those tables and columns too.
HELD = "documents doc_id held text_sha256 text_length passages passage_id char_start char_end sha256"
MADE_FROM = {"texts": HELD, "passage_texts": HELD, "numerals": HELD, "surface_values": "quantities quantity_id surface"}
# A query without these words looks at one row at a time, so that a cell at fault says nothing of other rows.
ACROSS_ROWS = re.compile(r"\b(join|over|group|union)\b|\bselect\b.*\bselect\b|\bfrom [\w ]+,", re.IGNORECASE | re.DOTALL)


class Engine(Protocol):
    """What is asked in SQL. `checks` asks DuckDB, `sparkengine` asks Spark; a connection is what they ask."""

    def spoil(self, connection: Any, table: str, cells: Mapping[str, pl.Series], /) -> None: ...
    def key_faults(
        self, connection: Any, table: Table, limit: int, /, *, spoiled: Sequence[str], among: pl.DataFrame | None
    ) -> checks.Faults: ...
    def reference_faults(
        self, connection: Any, table: Table, column: Column, limit: int, /, *, parents: Sequence[str], spoiled: Sequence[str]
    ) -> checks.Faults: ...
    def rule_faults(
        self, connection: Any, rule: Statement, table: Table, limit: int, /, *, spoiled: Sequence[str]
    ) -> checks.Faults: ...


@dataclass
class Run:
    """One run over tables that are in DuckDB, or where another `engine` finds them.

    `locate` says where a fault is; `limit` is how many faults of each check are listed, the others being counted. `unread`
    says of a table why it is not whole, `absent` why it is not there; `partners` names relations whose keys may be referred
    to as well.
    """

    contract: Contract
    connection: Any
    report: Report
    locate: Callable[[checks.Fault], Finding]
    limit: int = checks.MOST
    unread: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    partners: dict[str, str] = field(default_factory=dict)
    unique: set[str] = field(default_factory=set)  # tables whose keys are known to stand once
    odd: dict[str, pl.DataFrame] = field(default_factory=dict)  # by table the only keys that may stand twice
    engine: Engine = checks
    spoiled: set[tuple[str, str]] = field(default_factory=set)  # tables and columns that have cells at fault
    doubled: set[str] = field(default_factory=set)  # tables in which a key stands twice
    listed: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # by table, check and column

    def add(self, faults: checks.Faults) -> None:
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

    def columns(self, table: Table, batch: Batch, failures: Iterable[Failure]) -> None:
        """Report what reading some rows and checks of their columns found: of each cell what was found first."""
        from kursk_claims.columns import first_of_each_cell

        self.note(batch.findings)
        for failure, rows in first_of_each_cell(batch, failures):
            name = failure.column.name
            key = (table.name, failure.rule, name)
            faults = [*failure.faults(batch, table, rows.head(self.limit - self.listed[key]))]
            self.listed[key] += len(faults)
            self.report.findings.extend(map(self.locate, faults))
            self.hide("error", table.name, failure.rule, len(rows) - len(faults))
        if batch.spoiled:
            self.spoiled.update((table.name, column) for column in batch.spoiled)
            cells = {column: rows + batch.first for column, rows in batch.spoiled.items()}
            self.engine.spoil(self.connection, table.name, cells)

    def across(self, tables: Iterable[Table], blocked: Callable[[Statement], tuple[list[str], bool]]) -> None:
        """Check keys, references and rules, once all columns are.

        `blocked` says of a rule why it cannot be run on all there is, and whether it cannot be run at all.
        """
        tables = list(tables)
        for table in tables:
            self.report.rules += 1
            if table.name in self.unique:
                continue
            spoiled, among = self._at_fault(table, table.primary_key), self.odd.get(table.name)
            faults = self.engine.key_faults(self.connection, table, self.limit, spoiled=spoiled, among=among)
            self.add(faults)
            if faults.count:
                self.doubled.add(table.name)
                self.spoiled.update((table.name, name) for name in table.primary_key)
        keys_at_fault = {
            table for table, column in self.spoiled if column in self.contract.tables[table].primary_key
        } | self.doubled
        for table in tables:
            for column in table.columns:
                if column.references is not None:
                    self._reference(table, column, keys_at_fault)
        for rule in self.contract.rules:
            self._rule(rule, *blocked(rule))

    def _at_fault(self, table: Table, names: Iterable[str]) -> list[str]:
        """Those of the names that are columns of the table with a cell at fault."""
        return sorted(name for name in names if (table.name, name) in self.spoiled)

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
        spoiled = self._at_fault(table, [column.name])
        faults = self.engine.reference_faults(self.connection, table, column, self.limit, parents=parents, spoiled=spoiled)
        self.add(faults)
        self.report.rules += 1
        if faults.count:
            self.spoiled.add((table.name, column.name))

    def _rule(self, rule: Statement, reasons: list[str], runs: bool) -> None:
        table = self.contract.tables[rule.header["table"]]
        words = {table.name, *re.findall(r"\w+", rule.sql)}
        words.update(*(MADE_FROM[word].split() for word in words & set(MADE_FROM)))
        across = "needs" in rule.header or ACROSS_ROWS.search(rule.sql) is not None
        doubt = self.doubt(words, across=across)
        self.report.skipped.extend(Skipped(rule.name, reason) for reason in ([doubt] if doubt else reasons))
        if doubt or not runs:
            return
        self.report.rules += 1
        spoiled = self._at_fault(table, words & set(table.column_names) | set(rule_columns(rule)))
        self.add(self.engine.rule_faults(self.connection, rule, table, self.limit, spoiled=spoiled))

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
        spoiled = sorted(f"{table}.{column}" for table, column in self.spoiled if table in words and column in words)
        return f"{spoiled[0]} has a cell at fault" if spoiled else ""
