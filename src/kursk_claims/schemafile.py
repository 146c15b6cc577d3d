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
TEXT_CHECKS = {"isin", "str_matches", "str_length"}
NUMBER_CHECKS = {"in_range", "greater_than_or_equal_to", "less_than_or_equal_to"}
CHECKS = TEXT_CHECKS | NUMBER_CHECKS
NAME = re.compile("[a-z][a-z0-9_]*")


class Mapping(dict[str, Any]):
    """A YAML mapping that knows where each of its keys stands, as `line:column`."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: dict[str, str] = {}


DEEPEST = 50  # levels of a schema; ours have five


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
    metadata: Mapping = field(default_factory=Mapping)

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
    _texts(path, "", raw, ["title", "description"])
    fixed = {"schema_type": "polars_dataframe", "name": path.stem, "strict": True, "ordered": True}
    for key, expected in fixed.items():
        if raw[key] != expected:
            raise _error(path, raw, key, key, f"expected {expected!r}, found {raw[key]!r}")
    if not NAME.fullmatch(path.stem):
        raise _error(path, raw, "name", "name", f"expected small letters, digits and underscores, found {path.stem!r}")
    if not isinstance(raw["columns"], Mapping) or not raw["columns"]:
        raise _error(path, raw, "columns", "columns", "expected at least one column, each with its keys")
    columns = tuple(_read_column(path, name, raw["columns"]) for name in raw["columns"])
    return Table(path.stem, raw["title"], raw["description"], _primary_key(path, raw, columns), columns, path)


def _primary_key(path: Path, raw: Mapping, columns: tuple[Column, ...]) -> tuple[str, ...]:
    _known(path, "metadata.", raw["metadata"], TABLE_METADATA)
    _required(path, "metadata.", raw["metadata"], ["primary_key"])
    key = raw["metadata"]["primary_key"]
    never_empty = [column.name for column in columns if not column.nullable]
    if not isinstance(key, list) or not key or any(name not in never_empty or key.count(name) > 1 for name in key):
        expected = "a list of columns of the table that are never empty"
        raise _error(path, raw["metadata"], "primary_key", "metadata.primary_key", f"expected {expected}, found {key!r}")
    return tuple(key)


def _read_column(path: Path, name: str, columns: Mapping) -> Column:
    at = f"columns.{name}"
    body = columns[name]
    if not NAME.fullmatch(name):
        raise _error(path, columns, name, at, "expected a name of small letters, digits and underscores")
    if not isinstance(body, Mapping):
        raise _error(path, columns, name, at, f"expected title, description, dtype and checks, found {body!r}")
    _known(path, f"{at}.", body, COLUMN_KEYS | CHECKS)
    _required(path, f"{at}.", body, ["title", "description", "dtype", "metadata"], columns.marks[name])
    _texts(path, f"{at}.", body, ["title", "description", "dtype"])
    if body["dtype"] not in SQL_TYPES:
        raise _error(path, body, "dtype", f"{at}.dtype", f"expected one of {', '.join(SQL_TYPES)}, found {body['dtype']!r}")
    if not isinstance(body.get("nullable", False), bool):
        raise _error(path, body, "nullable", f"{at}.nullable", f"expected true or false, found {body['nullable']!r}")
    metadata = body["metadata"]
    _known(path, f"{at}.metadata.", metadata, COLUMN_METADATA)
    needed = ["example", "missing"] if body.get("nullable") else ["example"]
    _required(path, f"{at}.metadata.", metadata, needed, body.marks["metadata"])
    _texts(path, f"{at}.metadata.", metadata, ["references", "unit", "missing"])
    checks = {key: value for key, value in body.items() if key in CHECKS}
    for check, value in checks.items():
        if not _fits(check, value, body["dtype"]):
            raise _error(path, body, check, f"{at}.{check}", f"expected a check for {body['dtype']} columns, found {value!r}")
    return Column(name, body["title"], body["description"], body["dtype"], body.get("nullable", False), checks, metadata)


def _fits(check: str, value: Any, dtype: str) -> bool:
    """Whether a check can be read, and is one for columns of this type."""
    if dtype not in (("String",) if check in TEXT_CHECKS else ("Int32", "Float64")):
        return False
    if check == "isin":
        codes = isinstance(value, list) and all(isinstance(code, str) for code in value)
        return codes and 0 < len(set(value)) == len(value)
    if check == "str_matches":
        return isinstance(value, str) and value.startswith("^") and value.endswith("$") and _compiles(value)
    if check == "str_length":
        return isinstance(value, dict) and set(value) <= {"min_value", "max_value"} and _rising(value)
    if check == "in_range":
        return isinstance(value, dict) and set(value) == {"min_value", "max_value"} and _rising(value)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _rising(limits: dict[str, Any]) -> bool:
    values = [limits[key] for key in ("min_value", "max_value") if key in limits]
    return bool(values) and all(type(value) in (int, float) for value in values) and values[0] <= values[-1]


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _known(path: Path, at: str, body: Any, known: set[str]) -> None:
    if not isinstance(body, Mapping):
        raise ContractError(f"{path}: {at.removesuffix('.')}: expected keys with values, found {body!r}")
    for key in body:
        if key not in known:
            raise _error(path, body, key, f"{at}{key}", f"unknown key{nearest(key, known)}")


def _required(path: Path, at: str, body: Mapping, keys: list[str], mark: str = "1:1") -> None:
    for key in keys:
        if body.get(key) in (None, ""):
            raise ContractError(f"{path}:{body.marks.get(key, mark)}: {at}{key}: expected a value, found none")


def _texts(path: Path, at: str, body: Mapping, keys: list[str]) -> None:
    for key in keys:
        if key in body and not (isinstance(body[key], str) and body[key].strip()):
            raise _error(path, body, key, f"{at}{key}", f"expected words, found {body[key]!r}")


def _error(path: Path, body: Mapping, key: str, at: str, words: str) -> ContractError:
    return ContractError(f"{path}:{body.marks[key]}: {at}: {words}")


def _read_yaml(path: Path) -> Mapping:
    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        text = path.read_bytes().decode("utf-8")
        _refuse_deep(text, loader_class)
        loader = loader_class(text)
        try:
            value = _plain(path, loader, loader.get_single_node(), set())
        finally:
            loader.dispose()
    except OSError as error:
        raise ContractError(f"{path}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or error
        raise ContractError(f"{path}{place}: not YAML: {what}") from None
    if not isinstance(value, Mapping):
        raise ContractError(f"{path}:1:1: not a schema: expected keys with values, found {type(value).__name__}")
    return value


def _refuse_deep(text: str, loader_class: Any) -> None:
    """Count levels before a tree is made: the loader in C makes it by recursion, and crashes. Raises `ValueError`."""
    depth = 0
    for event in yaml.parse(text, loader_class):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise ValueError(f"nested more than {DEEPEST} levels deep")


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
