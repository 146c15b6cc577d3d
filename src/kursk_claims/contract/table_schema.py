"""Read the schema of a table or view: pandera's YAML format, in which an unknown or misplaced key is an error.

pydantic could check the keys, but building its model makes `kursk_claims.connect()` half as slow again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kursk_claims.contract.constraint_keys import CONSTRAINT_KEYS
from kursk_claims.contract.model import Column, Table
from kursk_claims.contract.strict_yaml import YamlMapping, load_yaml
from kursk_claims.contract.types import COLUMN_TYPES
from kursk_claims.errors import ContractError
from kursk_claims.suggest import did_you_mean

TABLE_KEYS = ("schema_type", "name", "title", "description", "strict", "ordered", "metadata", "columns")
TABLE_METADATA_KEYS = ("primary_key", "min_rows")
REQUIRED_COLUMN_KEYS = ("title", "description", "dtype", "metadata")
COLUMN_KEYS = (*REQUIRED_COLUMN_KEYS, "nullable", *CONSTRAINT_KEYS)
COLUMN_METADATA_KEYS = ("references", "code_list", "unit", "example", "bad_example", "missing")
NAME_PATTERN = re.compile("[a-z][a-z0-9_]*")
EXPECTED_NAME = "a name of small letters, digits and underscores"
# Keys of a column of a view that is the same as another column.
SHARED_COLUMN_KEYS = ("title", "description", "nullable", "metadata")
SHARED_COLUMN_METADATA_KEYS = ("same_as", "missing")


def load_table_schema(path: Path) -> Table:
    """Read the schema of a table. Raises `ContractError` with the line and column of the first fault."""
    return _load_schema(path, _read_column)


def load_view_schema(path: Path, known: Mapping[str, Table]) -> Table:
    """Read the schema of a view, in which a column may be `same_as` one of the known tables and views.

    Such a column has the type, unit, example, constraints and code list of the other one. Its own title, description, and
    whether and why a cell may be empty override the other's. Raises `ContractError` with the line and column of the first
    fault.
    """
    sources = {f"{table.name}.{column.name}": column for table in known.values() for column in table.columns}

    def read_column(path: Path, name: str, columns: YamlMapping) -> Column:
        if "same_as" in _metadata_of(columns[name]):
            return _read_shared_column(path, name, columns, sources)
        return _read_column(path, name, columns)

    return _load_schema(path, read_column)


def _load_schema(path: Path, read_column: Callable[[Path, str, YamlMapping], Column]) -> Table:
    raw = load_yaml(path)
    _check_keys(path, "", raw, TABLE_KEYS, required=TABLE_KEYS)
    _check_text(path, "", raw, ("title", "description"))
    for key, expected in {"schema_type": "polars_dataframe", "name": path.stem, "strict": True, "ordered": True}.items():
        if raw[key] != expected:
            raise _wrong_value(path, "", raw, key, repr(expected))
    if not NAME_PATTERN.fullmatch(path.stem):
        raise _wrong_value(path, "", raw, "name", EXPECTED_NAME)
    if not isinstance(raw["columns"], YamlMapping) or not raw["columns"]:
        raise _wrong_value(path, "", raw, "columns", "at least one column, each with its keys")
    columns = tuple(read_column(path, name, raw["columns"]) for name in raw["columns"])
    primary_key, min_rows = _read_primary_key(path, raw, columns), _read_min_rows(path, raw["metadata"])
    return Table(path.stem, raw["title"], raw["description"], primary_key, columns, path, min_rows)


def _read_primary_key(path: Path, raw: YamlMapping, columns: tuple[Column, ...]) -> tuple[str, ...]:
    metadata = _mapping_at(path, "", raw, "metadata")
    _check_keys(path, "metadata.", metadata, TABLE_METADATA_KEYS, required=("primary_key",))
    key = metadata["primary_key"]
    never_empty = {column.name for column in columns if not column.nullable}
    is_list_of_text = isinstance(key, list) and all(isinstance(name, str) for name in key)
    if not is_list_of_text or not never_empty.issuperset(key) or len(set(key)) < len(key):
        raise _wrong_value(path, "metadata.", metadata, "primary_key", "a list of columns of the table that are never empty")
    return tuple(key)


def _read_min_rows(path: Path, metadata: YamlMapping) -> int:
    value = metadata.get("min_rows", 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong_value(path, "metadata.", metadata, "min_rows", "a whole number")
    return value


def _read_column(path: Path, name: str, columns: YamlMapping) -> Column:
    if not NAME_PATTERN.fullmatch(name):
        raise ContractError(f"{path}:{columns.marks[name]}: columns.{name}: expected {EXPECTED_NAME}")
    if "same_as" in (metadata := _metadata_of(columns[name])):
        message = f"only the column of a view can be the same as another, and views.sql has no view {path.stem}"
        raise ContractError(f"{path}:{metadata.marks['same_as']}: columns.{name}.metadata.same_as: {message}")
    prefix, body = f"columns.{name}.", _mapping_at(path, "columns.", columns, name)
    _check_keys(path, prefix, body, COLUMN_KEYS, required=REQUIRED_COLUMN_KEYS, mark=columns.marks[name])
    _check_text(path, prefix, body, ("title", "description"))
    if body["dtype"] not in list(COLUMN_TYPES):
        raise _wrong_value(path, prefix, body, "dtype", f"one of {', '.join(COLUMN_TYPES)}")
    nullable = _read_nullable(path, prefix, body, False)
    metadata = _mapping_at(path, prefix, body, "metadata")
    required = ("example", "missing") if nullable else ("example",)
    _check_keys(path, f"{prefix}metadata.", metadata, COLUMN_METADATA_KEYS, required, mark=body.marks["metadata"])
    _check_text(path, f"{prefix}metadata.", metadata, ("references", "code_list", "unit", "missing"))
    return Column(name, body["title"], body["description"], body["dtype"], nullable, _read_checks(path, prefix, body), metadata)


def _read_nullable(path: Path, prefix: str, body: YamlMapping, default: bool) -> bool:
    nullable = body.get("nullable", default)
    if not isinstance(nullable, bool):
        raise _wrong_value(path, prefix, body, "nullable", "true or false")
    return nullable


def _metadata_of(body: Any) -> YamlMapping:
    metadata = body.get("metadata") if isinstance(body, YamlMapping) else None
    return metadata if isinstance(metadata, YamlMapping) else YamlMapping()


def _read_shared_column(path: Path, name: str, columns: YamlMapping, sources: Mapping[str, Column]) -> Column:
    """Read a column of a view that is the same as a column of a table, or of a view above it, named `table.column`."""
    if not NAME_PATTERN.fullmatch(name):
        raise ContractError(f"{path}:{columns.marks[name]}: columns.{name}: expected {EXPECTED_NAME}")
    prefix, body = f"columns.{name}.", columns[name]
    metadata = body["metadata"]
    _check_keys(path, prefix, body, SHARED_COLUMN_KEYS, required=("metadata",))
    _check_text(path, prefix, body, ("title", "description"))
    _check_keys(path, f"{prefix}metadata.", metadata, SHARED_COLUMN_METADATA_KEYS, ("same_as",))
    _check_text(path, f"{prefix}metadata.", metadata, SHARED_COLUMN_METADATA_KEYS)
    target = metadata["same_as"]
    if target not in sources:
        expected = "a column of a table, or of a view above this one, as table.column"
        raise ContractError(
            f"{path}:{metadata.marks['same_as']}: {prefix}metadata.same_as: expected {expected}, found {target}"
            f"{did_you_mean(target, sources)}"
        )
    source = sources[target]
    nullable = _read_nullable(path, prefix, body, source.nullable)
    shared = YamlMapping()
    shared |= source.metadata | metadata | {"same_as": source.metadata.get("same_as", target)}
    _check_keys(path, f"{prefix}metadata.", shared, tuple(shared), ("missing",) if nullable else (), metadata.marks["same_as"])
    title, description = body.get("title", source.title), body.get("description", source.description)
    return Column(name, title, description, source.dtype, nullable, source.checks, shared)


def _read_checks(path: Path, prefix: str, body: YamlMapping) -> dict[str, Any]:
    checks = {key: value for key, value in body.items() if key in CONSTRAINT_KEYS}
    for key, value in checks.items():
        constraint = CONSTRAINT_KEYS[key]
        if body["dtype"] not in constraint.dtypes:
            message = f"expected dtype {' or '.join(constraint.dtypes)} for this constraint, found {body['dtype']}"
            raise ContractError(f"{path}:{body.marks[key]}: {prefix}{key}: {message}")
        if not constraint.is_valid(value):
            raise _wrong_value(path, prefix, body, key, constraint.expected)
    return checks


def _mapping_at(path: Path, prefix: str, body: YamlMapping, key: str) -> YamlMapping:
    value = body[key]
    if not isinstance(value, YamlMapping):
        raise _wrong_value(path, prefix, body, key, "keys with values")
    return value


def _check_keys(
    path: Path, prefix: str, body: YamlMapping, known: tuple[str, ...], required: tuple[str, ...], mark: str = "1:1"
) -> None:
    """Refuse unknown keys and missing values; `mark` is the position of the mapping itself."""
    for key in body:
        if key not in known:
            raise ContractError(f"{path}:{body.marks[key]}: {prefix}{key}: unknown key{did_you_mean(key, known)}")
    for key in required:
        if body.get(key) in (None, "", []):
            raise ContractError(f"{path}:{body.marks.get(key, mark)}: {prefix}{key}: expected a value, found none")


def _check_text(path: Path, prefix: str, body: YamlMapping, keys: tuple[str, ...]) -> None:
    for key in keys:
        if key in body and not (isinstance(body[key], str) and body[key].strip()):
            raise _wrong_value(path, prefix, body, key, "words")


def _wrong_value(path: Path, prefix: str, body: YamlMapping, key: str, expected: Any) -> ContractError:
    return ContractError(f"{path}:{body.marks[key]}: {prefix}{key}: expected {expected}, found {body[key]!r}")
