"""Tables, columns and named SQL statements of a contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kursk_claims.contract.strict_yaml import YamlMapping
from kursk_claims.contract.types import COLUMN_TYPES, ColumnType


@dataclass(frozen=True)
class Column:
    """One column: its meaning, its type (`dtype`) and its constraints, by their names in the schema (`checks`)."""

    name: str
    title: str
    description: str
    dtype: str
    nullable: bool = False
    checks: dict[str, Any] = field(default_factory=dict)
    metadata: YamlMapping = field(default_factory=YamlMapping)

    @property
    def type(self) -> ColumnType:
        """The names of the column's type in every system."""
        return COLUMN_TYPES[self.dtype]

    @property
    def codes(self) -> list[str]:
        """The allowed values, if they are listed."""
        return list(self.checks.get("isin", []))

    @property
    def unit(self) -> str | None:
        return self.metadata.get("unit")

    @property
    def references(self) -> tuple[str, str] | None:
        """The table and column that the values refer to."""
        target = self.metadata.get("references")
        if target is None:
            return None
        table, _, column = target.partition(".")
        return table, column

    @property
    def code_list(self) -> str | None:
        """The table that lists the codes of this column, by `field` and `code`, where the dataset itself may add some."""
        return self.metadata.get("code_list")

    @property
    def parent_table(self) -> str | None:
        """The table that has a row for each value: the one that is referred to, or the code list."""
        return self.references[0] if self.references else self.code_list


@dataclass(frozen=True, eq=False)  # equal only to itself, so that it can be a key of a cache
class Table:
    """One table: its columns in order, its primary key and the least number of its rows; `path` is its schema."""

    name: str
    title: str
    description: str
    primary_key: tuple[str, ...]
    columns: tuple[Column, ...]
    path: Path
    min_rows: int = 0

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def code_field(self, column: Column) -> str:
        """Return the field under which a list of codes has those of the column: `table.column`, for a view the table's."""
        return str(column.metadata.get("same_as", f"{self.name}.{column.name}"))


@dataclass(frozen=True)
class SqlStatement:
    """One named SQL statement of a file, with the pairs of its header; `line` is that of its name."""

    name: str
    header: dict[str, str]
    sql: str
    path: Path
    line: int


def rule_scope(rule: SqlStatement) -> str:
    """Return `row` if the rule looks at one row of its table at a time, otherwise `table`."""
    return rule.header.get("scope", "table")


def rule_columns(rule: SqlStatement) -> list[str]:
    """Return the columns that a rule's findings name."""
    return [name.strip() for name in rule.header["columns"].split(",")]
