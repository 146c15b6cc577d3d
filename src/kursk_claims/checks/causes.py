"""Tell findings that follow from others: one cause, such as a missing row, can break many rows and rules."""

from __future__ import annotations

from collections.abc import Iterable

from kursk_claims.contract.loader import CAUSE_KEY, Contract
from kursk_claims.report.model import Finding

REFERENCE = "reference"


def find_causes(findings: Iterable[Finding], contract: Contract) -> dict[Finding, Finding]:
    """Return, for each finding that follows from another one, that other one.

    References to the same missing row follow from the first of them. The findings of a rule with `after` follow from the first
    finding of the rule that it names.
    """
    after = {rule.name: rule.header[CAUSE_KEY] for rule in contract.rules if CAUSE_KEY in rule.header}
    ordered = sorted(findings, key=Finding.sort_key)
    first_of_rule: dict[str, Finding] = {}
    first_of_row: dict[tuple[str, ...], Finding] = {}
    causes: dict[Finding, Finding] = {}
    for finding in ordered:
        first_of_rule.setdefault(finding.rule, finding)
        if finding.rule == REFERENCE:
            cause = first_of_row.setdefault(_missing_row(finding, contract), finding)
            if cause is not finding:
                causes[finding] = cause
    for finding in ordered:
        if first := first_of_rule.get(after.get(finding.rule, "")):
            causes[finding] = first
    return causes


def _missing_row(finding: Finding, contract: Contract) -> tuple[str, ...]:
    """Return what a reference leads to: the table, the field of a code, and the key."""
    column = contract.tables[finding.table].column(finding.column)
    field = f"{finding.table}.{column.name}" if column.code_list else ""
    return (column.parent_table or "", field, finding.found)
