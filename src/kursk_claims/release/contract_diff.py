"""Compare two contracts, and name the version step that each change requires."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Column, SqlStatement, Table
from kursk_claims.report.values import count_noun

LEVELS = ["none", "patch", "minor", "major"]  # version steps, in ascending order


@dataclass(frozen=True)
class Change:
    """A difference between two contracts or two sets of rows, and the version step (`level`) that it requires."""

    level: str
    table: str
    what: str


def contract_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the differences of tables, columns, constraints, rules and views."""
    for name in old.tables.keys() - new.tables.keys():
        yield Change("major", name, "table removed")
    for name in new.tables.keys() - old.tables.keys():
        yield Change("minor", name, "table added")
    for name in old.tables.keys() & new.tables.keys():
        yield from _table_changes(old.tables[name], new.tables[name])
    yield from _rule_changes(old, new)
    yield from _view_changes(old, new)


def _view_changes(old: Contract, new: Contract) -> Iterator[Change]:
    before, after = ({view.name: view for view in contract.views} for contract in (old, new))
    for name in before.keys() - after.keys():
        yield Change("major", name, "view removed")
    for name in after.keys() - before.keys():
        yield Change("minor", name, "view added")
    for name in before.keys() & after.keys():
        if before[name].sql != after[name].sql:
            yield Change("patch", name, "SQL of the view changed")
        if name in old.view_schemas and name in new.view_schemas:
            yield from _table_changes(old.view_schemas[name], new.view_schemas[name])
        elif name in new.view_schemas:
            yield Change("patch", name, "columns of the view described")


def _table_changes(old: Table, new: Table) -> Iterator[Change]:
    before, after = ({column.name: column for column in table.columns} for table in (old, new))
    for name in before.keys() - after.keys():
        yield Change("major", new.name, f"column {name} removed")
    for name in after.keys() - before.keys():
        if after[name].nullable:
            yield Change("minor", new.name, f"column {name} added")
        else:
            yield Change("major", new.name, f"column {name} added, which must have a value")
    shared = [name for name in new.column_names if name in before]
    if shared != [name for name in old.column_names if name in after]:
        yield Change("major", new.name, "order of columns changed")
    if old.primary_key != new.primary_key:
        yield Change("major", new.name, f"primary key was {', '.join(old.primary_key)}, is {', '.join(new.primary_key)}")
    for name in shared:
        yield from _column_changes(new.name, before[name], after[name])
    if described := [name for name in shared if _description(before[name]) != _description(after[name])]:
        yield Change("patch", new.name, f"{count_noun(len(described), 'column')} described anew: {', '.join(described)}")
    if (old.title, old.description) != (new.title, new.description):
        yield Change("patch", new.name, "table described anew")


def _column_changes(table: str, old: Column, new: Column) -> Iterator[Change]:
    yield from _code_changes(table, old, new)
    properties = {
        "type": (old.dtype, new.dtype),
        "nullable": (old.nullable, new.nullable),
        "unit": (old.unit, new.unit),
        "references": (old.references, new.references),
    }
    is_opened = bool(old.codes and new.code_list)
    if is_opened:
        yield Change("major", table, f"column {new.name}: any code of this field in {new.code_list} is allowed now")
    else:
        properties["code list"] = (old.code_list, new.code_list)
    for name in sorted(old.checks.keys() | new.checks.keys()):
        if name != "isin" or not (is_opened or _both_list_codes(old, new)):
            properties[f"check {name}"] = (old.checks.get(name), new.checks.get(name))
    for name, (before, after) in properties.items():
        if before != after:
            yield Change("major", table, f"column {new.name}: {name} was {_word(before)}, is {_word(after)}")


def _description(column: Column) -> tuple[str | None, ...]:
    return column.title, column.description, column.metadata.get("missing")


def _word(value: object) -> object:
    return "none" if value is None else value


def _code_changes(table: str, old: Column, new: Column) -> Iterator[Change]:
    removed = [code for code in old.codes if code not in new.codes]
    added = [code for code in new.codes if code not in old.codes]
    if _both_list_codes(old, new) and removed:
        yield Change("major", table, f"column {new.name}: codes removed: {', '.join(removed)}")
    if _both_list_codes(old, new) and added:
        yield Change("minor", table, f"column {new.name}: codes added: {', '.join(added)}")


def _both_list_codes(old: Column, new: Column) -> bool:
    return bool(old.codes and new.codes)


def _rule_changes(old: Contract, new: Contract) -> Iterator[Change]:
    before, after = ({rule.name: rule for rule in contract.rules} for contract in (old, new))
    for name in before.keys() - after.keys():
        yield Change("major", before[name].header["table"], f"rule {name} removed")
    for name in after.keys() - before.keys():
        table = after[name].header["table"]
        yield Change("major" if table in old.tables else "minor", table, f"rule {name} added")
    reworded: dict[str, list[str]] = {}
    for name in sorted(before.keys() & after.keys()):
        table = after[name].header["table"]
        if _effect(before[name]) != _effect(after[name]):
            yield Change("major", table, f"rule {name} changed")
        elif before[name].header != after[name].header:
            reworded.setdefault(table, []).append(name)
    for table, names in reworded.items():
        yield Change("patch", table, f"{count_noun(len(names), 'rule')} reworded: {', '.join(names)}")


def _effect(rule: SqlStatement) -> tuple[str | None, ...]:
    """Return the parts of a rule on which its findings depend."""
    return rule.sql, rule.header["table"], rule.header["severity"], rule.header.get("needs")
