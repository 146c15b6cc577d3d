"""Read a table's schema: pandera's own YAML, in which nothing is overlooked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from kursk_claims.contract.model import Column, Table
from kursk_claims.contract.strict_yaml import YamlMapping, load_yaml
from kursk_claims.contract.types import COLUMN_TYPES
from kursk_claims.errors import ContractError
from kursk_claims.suggest import did_you_mean

TABLE_KEYS = {"schema_type", "name", "title", "description", "strict", "ordered", "metadata", "columns"}
TABLE_METADATA = {"primary_key"}
COLUMN_KEYS = {"title", "description", "dtype", "nullable", "metadata"}
COLUMN_METADATA = {"references", "unit", "example", "bad_example", "missing"}
TEXT_CHECKS = {"isin", "str_matches", "str_length"}
NUMBER_CHECKS = {"in_range", "greater_than_or_equal_to", "less_than_or_equal_to"}
CHECKS = TEXT_CHECKS | NUMBER_CHECKS
NAME_PATTERN = re.compile("[a-z][a-z0-9_]*")


def load_table_schema(path: Path) -> Table:
    """Read a schema. Raises `ContractError` with file, line and column of what is wrong."""
    raw = load_yaml(path)
    _reject_unknown_keys(path, "", raw, TABLE_KEYS)
    _require_values(path, "", raw, ["schema_type", "name", "title", "description", "strict", "ordered", "metadata", "columns"])
    _require_text(path, "", raw, ["title", "description"])
    fixed = {"schema_type": "polars_dataframe", "name": path.stem, "strict": True, "ordered": True}
    for key, expected in fixed.items():
        if raw[key] != expected:
            raise _error(path, raw, key, key, f"expected {expected!r}, found {raw[key]!r}")
    if not NAME_PATTERN.fullmatch(path.stem):
        raise _error(path, raw, "name", "name", f"expected small letters, digits and underscores, found {path.stem!r}")
    if not isinstance(raw["columns"], YamlMapping) or not raw["columns"]:
        raise _error(path, raw, "columns", "columns", "expected at least one column, each with its keys")
    columns = tuple(_read_column(path, name, raw["columns"]) for name in raw["columns"])
    return Table(path.stem, raw["title"], raw["description"], _primary_key(path, raw, columns), columns, path)


def _primary_key(path: Path, raw: YamlMapping, columns: tuple[Column, ...]) -> tuple[str, ...]:
    _reject_unknown_keys(path, "metadata.", raw["metadata"], TABLE_METADATA)
    _require_values(path, "metadata.", raw["metadata"], ["primary_key"])
    key = raw["metadata"]["primary_key"]
    never_empty = [column.name for column in columns if not column.nullable]
    if not isinstance(key, list) or not key or any(name not in never_empty or key.count(name) > 1 for name in key):
        expected = "a list of columns of the table that are never empty"
        raise _error(path, raw["metadata"], "primary_key", "metadata.primary_key", f"expected {expected}, found {key!r}")
    return tuple(key)


def _read_column(path: Path, name: str, columns: YamlMapping) -> Column:
    at = f"columns.{name}"
    body = columns[name]
    if not NAME_PATTERN.fullmatch(name):
        raise _error(path, columns, name, at, "expected a name of small letters, digits and underscores")
    if not isinstance(body, YamlMapping):
        raise _error(path, columns, name, at, f"expected title, description, dtype and checks, found {body!r}")
    _reject_unknown_keys(path, f"{at}.", body, COLUMN_KEYS | CHECKS)
    _require_values(path, f"{at}.", body, ["title", "description", "dtype", "metadata"], columns.marks[name])
    _require_text(path, f"{at}.", body, ["title", "description", "dtype"])
    if body["dtype"] not in COLUMN_TYPES:
        raise _error(path, body, "dtype", f"{at}.dtype", f"expected one of {', '.join(COLUMN_TYPES)}, found {body['dtype']!r}")
    if not isinstance(body.get("nullable", False), bool):
        raise _error(path, body, "nullable", f"{at}.nullable", f"expected true or false, found {body['nullable']!r}")
    metadata = body["metadata"]
    _reject_unknown_keys(path, f"{at}.metadata.", metadata, COLUMN_METADATA)
    needed = ["example", "missing"] if body.get("nullable") else ["example"]
    _require_values(path, f"{at}.metadata.", metadata, needed, body.marks["metadata"])
    _require_text(path, f"{at}.metadata.", metadata, ["references", "unit", "missing"])
    checks = {key: value for key, value in body.items() if key in CHECKS}
    for check, value in checks.items():
        if not _is_valid_check(check, value, body["dtype"]):
            raise _error(path, body, check, f"{at}.{check}", f"expected a check for {body['dtype']} columns, found {value!r}")
    return Column(name, body["title"], body["description"], body["dtype"], body.get("nullable", False), checks, metadata)


def _is_valid_check(check: str, value: Any, dtype: str) -> bool:
    """Whether a check can be read, and is one for columns of this type."""
    if dtype not in (("String",) if check in TEXT_CHECKS else ("Int32", "Float64")):
        return False
    if check == "isin":
        codes = isinstance(value, list) and all(isinstance(code, str) for code in value)
        return codes and 0 < len(set(value)) == len(value)
    if check == "str_matches":
        return isinstance(value, str) and value.startswith("^") and value.endswith("$") and _is_valid_pattern(value)
    if check == "str_length":
        return isinstance(value, dict) and set(value) <= {"min_value", "max_value"} and _is_ascending(value)
    if check == "in_range":
        return isinstance(value, dict) and set(value) == {"min_value", "max_value"} and _is_ascending(value)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_ascending(limits: dict[str, Any]) -> bool:
    values = [limits[key] for key in ("min_value", "max_value") if key in limits]
    return bool(values) and all(type(value) in (int, float) for value in values) and values[0] <= values[-1]


def _is_valid_pattern(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _reject_unknown_keys(path: Path, at: str, body: Any, known: set[str]) -> None:
    if not isinstance(body, YamlMapping):
        raise ContractError(f"{path}: {at.removesuffix('.')}: expected keys with values, found {body!r}")
    for key in body:
        if key not in known:
            raise _error(path, body, key, f"{at}{key}", f"unknown key{did_you_mean(key, known)}")


def _require_values(path: Path, at: str, body: YamlMapping, keys: list[str], mark: str = "1:1") -> None:
    for key in keys:
        if body.get(key) in (None, ""):
            raise ContractError(f"{path}:{body.marks.get(key, mark)}: {at}{key}: expected a value, found none")


def _require_text(path: Path, at: str, body: YamlMapping, keys: list[str]) -> None:
    for key in keys:
        if key in body and not (isinstance(body[key], str) and body[key].strip()):
            raise _error(path, body, key, f"{at}{key}", f"expected words, found {body[key]!r}")


def _error(path: Path, body: YamlMapping, key: str, at: str, words: str) -> ContractError:
    return ContractError(f"{path}:{body.marks[key]}: {at}: {words}")
