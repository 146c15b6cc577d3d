"""Compare two contracts, and the version step that each change demands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Column, Table

LEVELS = ["none", "patch", "minor", "major"]


@dataclass(frozen=True)
class Change:
    """One difference between two contracts or two sets of rows, and the version step that it demands."""

    level: str
    table: str
    what: str


def contract_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Tables, columns, codes, constraints, rules and views that differ, with the step that each demands."""
    for name in old.tables.keys() - new.tables.keys():
        yield Change("major", name, "table removed")
    for name in new.tables.keys() - old.tables.keys():
        yield Change("minor", name, "table added")
    for name in old.tables.keys() & new.tables.keys():
        yield from _table_changes(old.tables[name], new.tables[name])
    yield from _rule_changes(old, new)
    before, after = ({view.name: view for view in contract.views} for contract in (old, new))
    for name in before.keys() - after.keys():
        yield Change("major", name, "view removed")
    for name in after.keys() - before.keys():
        yield Change("minor", name, "view added")
    for name in before.keys() & after.keys():
        if before[name].sql != after[name].sql:
            yield Change("patch", name, "SQL of the view changed")


def _table_changes(old: Table, new: Table) -> Iterator[Change]:
    before, after = ({column.name: column for column in table.columns} for table in (old, new))
    for name in before.keys() - after.keys():
        yield Change("major", new.name, f"column {name} removed")
    for name in after.keys() - before.keys():
        nullable = after[name].nullable
        yield Change(
            "minor" if nullable else "major",
            new.name,
            f"column {name} added" + ("" if nullable else ", and it must have a value"),
        )
    shared = [name for name in new.column_names if name in before]
    if shared != [name for name in old.column_names if name in after]:
        yield Change("major", new.name, "columns in another order")
    if old.primary_key != new.primary_key:
        yield Change("major", new.name, f"key was {', '.join(old.primary_key)}, is {', '.join(new.primary_key)}")
    for name in shared:
        yield from _column_changes(new.name, before[name], after[name])
    if (old.title, old.description) != (new.title, new.description):
        yield Change("patch", new.name, "title or description changed")


def _column_changes(table: str, old: Column, new: Column) -> Iterator[Change]:
    gone = [code for code in old.codes if code not in new.codes]
    come = [code for code in new.codes if code not in old.codes]
    if "isin" in old.checks and "isin" in new.checks:
        if gone:
            yield Change("major", table, f"column {new.name}: codes removed: {', '.join(gone)}")
        if come:
            yield Change("minor", table, f"column {new.name}: codes added: {', '.join(come)}")
    facts = {
        "type": (old.dtype, new.dtype),
        "nullable": (old.nullable, new.nullable),
        "unit": (old.unit, new.unit),
        "references": (old.references, new.references),
    }
    for what, (was, now) in facts.items():
        if was != now:
            yield Change("major", table, f"column {new.name}: {what} was {was}, is {now}")
    for check in sorted(old.checks.keys() | new.checks.keys()):
        was, now = old.checks.get(check), new.checks.get(check)
        if was != now and not (check == "isin" and was and now):
            yield Change("major", table, f"column {new.name}: check {check} was {was}, is {now}")
    if (old.title, old.description, old.metadata.get("missing")) != (new.title, new.description, new.metadata.get("missing")):
        yield Change("patch", table, f"column {new.name}: title or description changed")


def _rule_changes(old: Contract, new: Contract) -> Iterator[Change]:
    before, after = ({rule.name: rule for rule in contract.rules} for contract in (old, new))
    for name in before.keys() - after.keys():
        yield Change("major", before[name].header["table"], f"rule {name} removed")
    for name in after.keys() - before.keys():
        table = after[name].header["table"]
        yield Change("major" if table in old.tables else "minor", table, f"rule {name} added")
    for name in before.keys() & after.keys():
        was, now = before[name], after[name]
        strict = [(rule.sql, rule.header["table"], rule.header["severity"], rule.header.get("needs")) for rule in (was, now)]
        if strict[0] != strict[1]:
            yield Change("major", now.header["table"], f"rule {name} changed")
        elif was.header != now.header:
            yield Change("patch", now.header["table"], f"rule {name}: words changed")
