"""The state of one run of all checks.

Each fault is reported once, by the first check that finds it. What a later check would find at the same cell is left out, and a
check across rows of which one is invalid is reported as skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kursk_claims.checks.engine import MAX_FAULTS, CheckEngine
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Table
from kursk_claims.report.model import Fault, Faults, Finding, Report, Severity, Skipped

if TYPE_CHECKING:
    import polars as pl

    from kursk_claims.tables.batch import Batch, ColumnFailure


@dataclass
class CheckRun:
    """The report so far, and what later checks must know about earlier ones.

    `locate` converts a fault to a finding; `limit` is the number of listed faults of each check. `incomplete` and `absent` give
    the reason why a table cannot be relied on. `duplicate_candidates` holds, by table, the only keys that can be duplicates.
    """

    contract: Contract
    engine: CheckEngine
    report: Report
    locate: Callable[[Fault], Finding]
    limit: int = MAX_FAULTS
    incomplete: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    unique_tables: set[str] = field(default_factory=set)
    duplicate_candidates: dict[str, pl.DataFrame] = field(default_factory=dict)
    tables_with_duplicates: set[str] = field(default_factory=set)
    listed: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # by table, rule and column

    def mark_incomplete(self, table: Table) -> None:
        """Remember that some rows of a table could not be read."""
        self.incomplete[table.name] = f"{table.name} could not be read completely"

    def count_column_checks(self, table: Table, *, has_rows: bool) -> None:
        """Count the checks of a table's columns as run, or as skipped if none of its rows could be read."""
        if table.name in self.incomplete and not has_rows:
            self.report.skipped.append(Skipped(f"columns of {table.name}", self.incomplete[table.name]))
        else:
            self.report.rules += sum(1 + len(column.checks) for column in table.columns)

    def add_faults(self, faults: Faults) -> None:
        """Report the faults of one check."""
        self.report.findings.extend(self.locate(fault) for fault in faults.first)
        for fault in faults.first[:1]:
            self.count_unlisted(fault.severity, fault.table, fault.rule, faults.count - len(faults.first))

    def add_findings(self, findings: Iterable[Finding]) -> None:
        """Report what a reader found."""
        for finding in findings:
            key = (finding.table, finding.rule, finding.column)
            self.listed[key] += 1
            if self.listed[key] <= self.limit:
                self.report.findings.append(finding)
            else:
                self.count_unlisted(finding.severity, finding.table, finding.rule, 1)

    def add_column_failures(self, table: Table, batch: Batch, failures: Iterable[ColumnFailure]) -> None:
        """Report what reading a batch and checking its columns found; of each cell the first failure only."""
        from kursk_claims.checks.columns import first_failure_per_cell

        self.add_findings(batch.findings)
        for failure, rows in first_failure_per_cell(batch, failures):
            key = (table.name, failure.rule, failure.column.name)
            faults = [*failure.faults(batch, table, rows.head(self.limit - self.listed[key]))]
            self.listed[key] += len(faults)
            self.report.findings.extend(map(self.locate, faults))
            self.count_unlisted(failure.severity, table.name, failure.rule, len(rows) - len(faults))
        if batch.invalid_cells:
            self.engine.mark_invalid(table, {column: rows + batch.first for column, rows in batch.invalid_cells.items()})

    def count_unlisted(self, severity: str, table: str, rule: str, count: int) -> None:
        """Count findings that are not listed."""
        level: Severity = "warning" if severity == "warning" else "error"
        if count:
            self.report.unlisted[level, table, rule] += count

    def skip_reason(self, used: Mapping[str, Set[str]]) -> str:
        """Return why a check across rows would only repeat other findings; empty if it would not.

        `used` maps the tables that the check reads to their columns that it reads.
        """
        for table in sorted(used):
            columns = used[table]
            if table in self.tables_with_duplicates and columns & set(self.contract.tables[table].primary_key):
                return f"{table} has duplicate keys"
        invalid = sorted(f"{table}.{column}" for table, column in self.engine.invalid_columns if column in used.get(table, ()))
        return f"{invalid[0]} has an invalid cell" if invalid else ""

    def missing_reason(self, tables: Iterable[str]) -> str:
        """Return why one of the tables cannot be relied on; empty if all can."""
        names = sorted(tables)
        return next((reasons[name] for reasons in (self.absent, self.incomplete) for name in names if name in reasons), "")
