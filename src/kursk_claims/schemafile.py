"""One table's schema: pandera's own YAML, read so that nothing in it is overlooked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

# Type names are polars' own, as pandera's YAML writes them; the second is DuckDB's.
SQL_TYPES = {"String": "VARCHAR", "Date": "DATE", "Int32": "INTEGER", "Float64": "DOUBLE", "Boolean": "BOOLEAN"}

TABLE_KEYS = {"schema_type", "name", "title", "description", "strict", "ordered", "metadata", "columns"}
TABLE_METADATA = {"primary_key"}
COLUMN_KEYS = {"title", "description", "dtype", "nullable", "metadata"}
COLUMN_METADATA = {"references", "unit", "example", "bad_example", "missing"}
CHECKS = {"isin", "str_matches", "str_length", "in_range", "greater_than_or_equal_to", "less_than_or_equal_to"}


class Mapping(dict[str, Any]):
    """A YAML mapping that knows where each of its keys stands, as `line:column`."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: dict[str, str] = {}


class ContractError(Exception):
    """A file in `schemas/` cannot be read as what it should be."""


@dataclass(frozen=True)
class Column:
    """One column: what it means and what it may hold."""

    name: str
    title: str
    description: str
    dtype: str
    nullable: bool = False
    checks: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.dtype]

    @property
    def codes(self) -> list[str]:
        return list(self.checks.get("isin", []))

    @property
    def unit(self) -> str | None:
        return self.metadata.get("unit")

    @property
    def references(self) -> tuple[str, str] | None:
        """Table and column that this one points at."""
        target = self.metadata.get("references")
        if target is None:
            return None
        table, _, column = target.partition(".")
        return table, column


@dataclass(frozen=True)
class Table:
    """One table: its columns in order and its primary key."""

    name: str
    title: str
    description: str
    primary_key: tuple[str, ...]
    columns: tuple[Column, ...]
    path: Path

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint at the nearest known word, or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


def read_table(path: Path) -> Table:
    """Read a schema. Raises `ContractError` with file, line and column of what is wrong."""
    raw = _read_yaml(path)
    _known(path, "", raw, TABLE_KEYS)
    _required(path, "", raw, ["schema_type", "name", "title", "description", "strict", "ordered", "metadata", "columns"])
    _known(path, "metadata.", raw["metadata"], TABLE_METADATA)
    fixed = {"schema_type": "polars_dataframe", "name": path.stem, "strict": True, "ordered": True}
    for key, expected in fixed.items():
        if raw[key] != expected:
            raise ContractError(f"{path}: {key}: expected {expected!r}, found {raw[key]!r}")
    if not isinstance(raw["columns"], dict) or not raw["columns"]:
        raise ContractError(f"{path}: columns: expected at least one column")
    columns = tuple(_read_column(path, name, body) for name, body in raw["columns"].items())
    names = [column.name for column in columns]
    key = raw["metadata"].get("primary_key")
    if not isinstance(key, list) or not key or any(name not in names for name in key):
        raise ContractError(f"{path}: metadata.primary_key: expected a list of columns of the table, found {key!r}")
    return Table(path.stem, raw["title"], raw["description"], tuple(key), columns, path)


def _read_column(path: Path, name: str, body: Any) -> Column:
    at = f"columns.{name}"
    if not isinstance(body, dict):
        raise ContractError(f"{path}: {at}: expected title, description, dtype and checks, found {body!r}")
    _known(path, f"{at}.", body, COLUMN_KEYS | CHECKS)
    _required(path, f"{at}.", body, ["title", "description", "dtype", "metadata"])
    metadata = body["metadata"]
    _known(path, f"{at}.metadata.", metadata, COLUMN_METADATA)
    _required(path, f"{at}.metadata.", metadata, ["example"] + (["missing"] if body.get("nullable") else []))
    if body["dtype"] not in SQL_TYPES:
        raise ContractError(f"{path}: {at}.dtype: expected one of {', '.join(SQL_TYPES)}, found {body['dtype']!r}")
    if not isinstance(body.get("nullable", False), bool):
        raise ContractError(f"{path}: {at}.nullable: expected true or false, found {body['nullable']!r}")
    checks = {key: value for key, value in body.items() if key in CHECKS}
    _check_arguments(path, at, checks)
    return Column(name, body["title"], body["description"], body["dtype"], body.get("nullable", False), checks, metadata)


def _check_arguments(path: Path, at: str, checks: dict[str, Any]) -> None:
    for name, value in checks.items():
        if name == "isin":
            good = isinstance(value, list) and value and all(isinstance(code, str) for code in value)
            good = good and len(set(value)) == len(value)
        elif name == "str_matches":
            good = isinstance(value, str) and value.startswith("^") and value.endswith("$") and _compiles(value)
        elif name in ("str_length", "in_range"):
            good = isinstance(value, dict) and bool(value) and set(value) <= {"min_value", "max_value"}
        else:
            good = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not good:
            raise ContractError(f"{path}: {at}.{name}: this check cannot be read: {value!r}")


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _known(path: Path, at: str, body: Any, known: set[str]) -> None:
    if not isinstance(body, Mapping):
        raise ContractError(f"{path}: {at}: expected keys with values, found {body!r}")
    for key in body:
        if key not in known:
            raise ContractError(f"{path}:{body.marks[key]}: {at}{key}: unknown key{nearest(key, known)}")


def _required(path: Path, at: str, body: dict[str, Any], keys: list[str]) -> None:
    for key in keys:
        if body.get(key) in (None, ""):
            raise ContractError(f"{path}: {at}{key}: expected a value, found none")


def _read_yaml(path: Path) -> Mapping:
    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        loader = loader_class(path.read_bytes())
        try:
            node = loader.get_single_node()
            value = _plain(path, loader, node, set())
        finally:
            loader.dispose()
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise ContractError(f"{path}{place}: not YAML: {getattr(error, 'problem', None) or error}") from None
    if not isinstance(value, Mapping):
        raise ContractError(f"{path}:1:1: not a schema: expected keys with values, found {type(value).__name__}")
    return value


def _plain(path: Path, loader: Any, node: Any, seen: set[int]) -> Any:
    """Plain values from a YAML node; aliases and doubled keys, which a reader would overlook, are refused."""
    if node is None:
        return None
    place = f"{path}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"
    if id(node) in seen:
        raise ContractError(f"{place}: anchors and aliases are not used in schemas")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        result = Mapping()
        for key_node, value_node in node.value:
            key = _plain(path, loader, key_node, seen)
            mark = f"{key_node.start_mark.line + 1}:{key_node.start_mark.column + 1}"
            if not isinstance(key, str):
                raise ContractError(f"{path}:{mark}: a key must be a word, found {key!r}")
            if key in result:
                raise ContractError(f"{path}:{mark}: {key!r} stands twice, first at {result.marks[key]}")
            result[key] = _plain(path, loader, value_node, seen)
            result.marks[key] = mark
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_plain(path, loader, each, seen) for each in node.value]
    return loader.construct_object(node)
