"""Read everything that a folder of schemas promises."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kursk_claims.contract.model import SqlStatement, Table, rule_columns
from kursk_claims.contract.statements import list_view_names, load_questions, load_statements, load_views
from kursk_claims.contract.table_schema import load_table_schema, load_view_schema
from kursk_claims.errors import ContractError
from kursk_claims.files import is_foreign_file
from kursk_claims.report.locations import path_in_repository
from kursk_claims.report.model import ContractIdentity
from kursk_claims.suggest import did_you_mean
from kursk_claims.workspace import Workspace

CODE_LIST_KEY = ("field", "code")
RULE_KEYS = {"table", "columns", "severity", "says", "fix"}
RULE_CHOICES = {
    "severity": ("error", "warning"),
    "needs": ("text", "document"),
    "scope": ("row", "table"),
    "blocks": ("release",),
}
CAUSE_KEY = "after"  # the rule whose findings explain those of this one, for now


@dataclass(frozen=True)
class Contract:
    """The tables of a folder of schemas, and its rules, views and questions, which are read when they are used.

    `view_schemas` describe the columns of views, by name; older contracts have none.
    """

    folder: Path
    tables: dict[str, Table]
    name: str
    view_schemas: dict[str, Table] = field(default_factory=dict)

    @cached_property
    def identity(self) -> ContractIdentity:
        """The name of the contract and a digest of its files, which depends on their names but not on the folder."""
        names = (path.name for path in self.folder.iterdir() if path.suffix in (".yaml", ".sql"))
        files = sorted(self.folder / name for name in names if not is_foreign_file(name))
        lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
        return ContractIdentity(self.name, hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest())

    @cached_property
    def rules(self) -> tuple[SqlStatement, ...]:
        """Rules across rows and tables; each query returns the keys of the rows that break the rule."""
        rules = load_statements(self.folder / "rules.sql", "rule", RULE_KEYS, {*RULE_CHOICES, CAUSE_KEY})
        names = [rule.name for rule in rules]
        for rule in rules:
            _validate_rule(rule, self.tables, names)
        return rules

    @cached_property
    def views(self) -> tuple[SqlStatement, ...]:
        return load_views(self.folder)

    def schema_of(self, name: str) -> Table | None:
        """Return the schema of a table or view; None if there is none."""
        return self.tables.get(name) or self.view_schemas.get(name)

    def describe_view(self, view: SqlStatement) -> str:
        """Return the description of a view: that of its schema, else what views.sql says."""
        schema = self.view_schemas.get(view.name)
        return schema.description if schema else view.header["says"]

    @cached_property
    def questions(self) -> tuple[SqlStatement, ...]:
        return load_questions(self.folder)


def load_contract(folder: Path, name: str = "") -> Contract:
    """Read the schema of every table; without a name, the contract is named after its folder.

    Raises `ContractError` with the file, line and column of the first fault.
    """
    paths = sorted(path for path in folder.glob("*.yaml") if not is_foreign_file(path.name))
    if not paths:
        raise ContractError(f"{folder}: expected one YAML file per table, found none")
    views = list_view_names(folder)
    tables = {path.stem: load_table_schema(path) for path in paths if path.stem not in views}
    for table in tables.values():
        _validate_references(table, tables)
    described = {path.stem for path in paths}
    view_schemas: dict[str, Table] = {}
    for view in views:  # in this order, so that a view can take columns from those above it
        if view in described:
            view_schemas[view] = load_view_schema(folder / f"{view}.yaml", tables | view_schemas)
            _validate_references(view_schemas[view], tables)
    return Contract(folder, tables, name or path_in_repository(str(folder)), view_schemas)


def load_workspace_contract(workspace: Workspace) -> Contract:
    """Read the contract that applies to a workspace: its own, or else the package's. Raises `ContractError`."""
    return load_contract(workspace.schemas, workspace.contract_name)


def _validate_references(table: Table, tables: dict[str, Table]) -> None:
    """Require that references name the key of a table, of the same type, and code lists a table of codes by their field."""
    key_types = {
        f"{parent.name}.{parent.primary_key[0]}": parent.column(parent.primary_key[0]).dtype
        for parent in tables.values()
        if len(parent.primary_key) == 1
    }
    code_lists = {parent.name for parent in tables.values() if parent.primary_key == CODE_LIST_KEY}
    for column in table.columns:
        target = column.metadata.get("references")
        if target is not None and key_types.get(target) != column.dtype:
            raise ContractError(
                f"{table.path}:{column.metadata.marks['references']}: columns.{column.name}.metadata.references: "
                f"expected the key of a table as table.column, and of this type, found {target}{did_you_mean(target, key_types)}"
            )
        if column.code_list is not None and column.code_list not in code_lists:
            raise ContractError(
                f"{table.path}:{column.metadata.marks['code_list']}: columns.{column.name}.metadata.code_list: "
                f"expected a table with the key {', '.join(CODE_LIST_KEY)}, found {column.code_list}"
            )


def _validate_rule(rule: SqlStatement, tables: dict[str, Table], names: list[str]) -> None:
    location = f"{rule.path}:{rule.line}:1: rule {rule.name}"
    table = tables.get(rule.header["table"])
    if table is None:
        raise ContractError(f"{location}: unknown table {rule.header['table']!r}{did_you_mean(rule.header['table'], tables)}")
    for column in rule_columns(rule):
        if column not in table.column_names:
            raise ContractError(f"{location}: {table.name} has no column {column!r}{did_you_mean(column, table.column_names)}")
    cause = rule.header.get(CAUSE_KEY, names[0])
    if cause not in names:
        raise ContractError(f"{location}: {CAUSE_KEY}: unknown rule {cause!r}{did_you_mean(cause, names)}")
    for key, choices in RULE_CHOICES.items():
        value = rule.header.get(key, choices[0])
        if value not in choices:
            raise ContractError(f"{location}: expected {key} {' or '.join(choices)}, found {value!r}")
