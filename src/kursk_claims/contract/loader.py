"""Read everything that `schemas/` promises."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kursk_claims.contract.model import SqlStatement, Table, rule_columns, rule_scope
from kursk_claims.contract.statements import load_questions, load_statements
from kursk_claims.contract.table_schema import load_table_schema
from kursk_claims.errors import ContractError
from kursk_claims.suggest import did_you_mean
from kursk_claims.workspace import Workspace


@dataclass(frozen=True)
class Contract:
    """All of `schemas/`."""

    folder: Path
    tables: dict[str, Table]

    @cached_property
    def rules(self) -> tuple[SqlStatement, ...]:
        """What must hold across rows and tables; each query returns the keys that break it."""
        rules = load_statements(
            self.folder / "rules.sql", "rule", {"table", "columns", "severity", "says", "fix"}, {"needs", "scope"}
        )
        for rule in rules:
            table = self.tables.get(rule.header["table"])
            at = f"{rule.path}:{rule.line}:1: rule {rule.name}"
            if table is None:
                raise ContractError(
                    f"{at}: unknown table {rule.header['table']!r}{did_you_mean(rule.header['table'], self.tables)}"
                )
            for column in rule_columns(rule):
                if column not in table.column_names:
                    raise ContractError(f"{at}: {table.name} has no column {column!r}{did_you_mean(column, table.column_names)}")
            if rule.header["severity"] not in ("error", "warning"):
                raise ContractError(f"{at}: severity is error or warning, found {rule.header['severity']!r}")
            if rule.header.get("needs", "text") not in ("text", "document"):
                raise ContractError(f"{at}: needs is text or document, found {rule.header['needs']!r}")
            if rule_scope(rule) not in ("row", "table"):
                raise ContractError(f"{at}: scope is row or table, found {rule.header['scope']!r}")
        return rules

    @cached_property
    def views(self) -> tuple[SqlStatement, ...]:
        return load_statements(self.folder / "views.sql", "view", {"says"}, set())

    @cached_property
    def questions(self) -> tuple[SqlStatement, ...]:
        return load_questions(self.folder)


def load_workspace_contract(workspace: Workspace) -> Contract:
    """The contract of a workspace. Raises `ContractError`."""
    return load_contract(workspace.schemas)


def load_contract(folder: Path) -> Contract:
    """Read every table's schema. Raises `ContractError` with file, line and column of what is wrong."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise ContractError(f"{folder}: expected one YAML file per table, found none")
    tables = {path.stem: load_table_schema(path) for path in paths}
    keys = {(table.name, *table.primary_key): table.column(table.primary_key[0]).dtype for table in tables.values()}
    for table in tables.values():
        for column in table.columns:
            if column.references is not None and keys.get(column.references) != column.dtype:
                found = column.metadata["references"]
                hint = did_you_mean(found, [".".join(key) for key in keys if len(key) == 2])
                raise ContractError(
                    f"{table.path}:{column.metadata.marks['references']}: columns.{column.name}.metadata.references: "
                    f"expected the key of a table as table.column, and of this type, found {found}{hint}"
                )
    return Contract(folder, tables)
