"""The promise in `schemas/`: tables, columns, keys, references, rules, views and questions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kursk_claims.schemafile import Column, ContractError, Table, nearest, read_table
from kursk_claims.sqlfile import Statement, read_questions, read_statements
from kursk_claims.workspace import Workspace

if TYPE_CHECKING:
    import pandera.polars as pa
    import pyarrow

__all__ = ["Column", "Contract", "ContractError", "Statement", "Table", "load_contract", "nearest"]


@dataclass(frozen=True)
class Contract:
    """All of `schemas/`."""

    folder: Path
    tables: dict[str, Table]

    @cached_property
    def rules(self) -> tuple[Statement, ...]:
        """What must hold across rows and tables; each query returns the keys that break it."""
        rules = read_statements(
            self.folder / "rules.sql", "rule", {"table", "columns", "severity", "says", "fix"}, {"needs", "scope"}
        )
        for rule in rules:
            table = self.tables.get(rule.header["table"])
            at = f"{rule.path}:{rule.line}:1: rule {rule.name}"
            if table is None:
                raise ContractError(f"{at}: unknown table {rule.header['table']!r}{nearest(rule.header['table'], self.tables)}")
            for column in rule_columns(rule):
                if column not in table.column_names:
                    raise ContractError(f"{at}: {table.name} has no column {column!r}{nearest(column, table.column_names)}")
            if rule.header["severity"] not in ("error", "warning"):
                raise ContractError(f"{at}: severity is error or warning, found {rule.header['severity']!r}")
            if rule.header.get("needs", "text") not in ("text", "document"):
                raise ContractError(f"{at}: needs is text or document, found {rule.header['needs']!r}")
            if rule_scope(rule) not in ("row", "table"):
                raise ContractError(f"{at}: scope is row or table, found {rule.header['scope']!r}")
        return rules

    @cached_property
    def views(self) -> tuple[Statement, ...]:
        return read_statements(self.folder / "views.sql", "view", {"says"}, set())

    @cached_property
    def questions(self) -> tuple[Statement, ...]:
        return read_questions(self.folder)


def rule_columns(rule: Statement) -> list[str]:
    """The columns that a rule points at."""
    return [name.strip() for name in rule.header["columns"].split(",")]


def rule_scope(rule: Statement) -> str:
    """Return `row` if the rule looks at one row of its table at a time, otherwise `table`."""
    return rule.header.get("scope", "table")


def load_contract(workspace: Workspace) -> Contract:
    """The contract of a workspace. Raises `ContractError`."""
    return read_contract(workspace.schemas)


def read_contract(folder: Path) -> Contract:
    """Read every table's schema. Raises `ContractError` with file, line and column of what is wrong."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise ContractError(f"{folder}: expected one YAML file per table, found none")
    tables = {path.stem: read_table(path) for path in paths}
    keys = {(table.name, *table.primary_key): table.column(table.primary_key[0]).dtype for table in tables.values()}
    for table in tables.values():
        for column in table.columns:
            if column.references is not None and keys.get(column.references) != column.dtype:
                found = column.metadata["references"]
                hint = nearest(found, [".".join(key) for key in keys if len(key) == 2])
                raise ContractError(
                    f"{table.path}:{column.metadata.marks['references']}: columns.{column.name}.metadata.references: "
                    f"expected the key of a table as table.column, and of this type, found {found}{hint}"
                )
    return Contract(folder, tables)


def pandera_schema(table: Table, *, metadata: bool = True) -> pa.DataFrameSchema:
    """The table's schema as pandera on polars builds it; without `metadata` it validates faster, for pandera copies all of it.

    pandera's own reader of polars YAML needs pandas as soon as a column has a check; this one does not.
    """
    import pandera.polars as pa
    import polars as pl

    columns = {
        column.name: pa.Column(
            getattr(pl, column.dtype),
            nullable=column.nullable,
            title=column.title,
            description=column.description,
            checks=[_pandera_check(name, value) for name, value in column.checks.items()],
            metadata=column.metadata if metadata else None,
        )
        for column in table.columns
    }
    return pa.DataFrameSchema(
        columns=columns,
        strict=True,
        ordered=True,
        name=table.name,
        title=table.title,
        description=table.description,
        metadata={"primary_key": list(table.primary_key)},
    )


def arrow_schema(table: Table) -> pyarrow.Schema:
    """The table as Arrow: types, nullability, and title, description and unit in the metadata of each field."""
    import pyarrow as pa

    types = {"String": pa.string(), "Date": pa.date32(), "Int32": pa.int32(), "Float64": pa.float64(), "Boolean": pa.bool_()}
    fields = []
    for column in table.columns:
        words = {"title": column.title, "description": column.description}
        if column.unit:
            words["unit"] = column.unit
        fields.append(pa.field(column.name, types[column.dtype], column.nullable, words))
    return pa.schema(fields, {"title": table.title, "description": table.description})


def _pandera_check(name: str, value: Any) -> pa.Check:
    import pandera.polars as pa

    build = getattr(pa.Check, name)
    check: pa.Check = build(**value) if isinstance(value, dict) else build(value)
    return check
