"""Settings of a folder: `[tool.kursk-claims]` in pyproject.toml, and those of one user in .kursk-claims.toml."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kursk_claims.errors import UsageError
from kursk_claims.files import read_utf8
from kursk_claims.suggest import did_you_mean

USER_FILE = ".kursk-claims.toml"  # of one user, so Git ignores it; its settings have precedence
PROJECT_FILE = "pyproject.toml"
PROJECT_TABLE = "tool.kursk-claims"
KEYS = ("workspace", "contract", "texts")
WORKSPACE_VARIABLE = "KURSK_CLAIMS_WORKSPACE"
CONTRACT_VARIABLE = "KURSK_CLAIMS_CONTRACT"


@dataclass(frozen=True)
class Setting:
    """A value and where it is from, such as a file, for messages."""

    value: str
    origin: str


@dataclass(frozen=True)
class Settings:
    """What the files of one folder set. Paths are joined to the folder."""

    workspace: Setting | None = None
    contract: Setting | None = None
    texts: tuple[Setting, ...] = ()


def read_settings(folder: Path) -> Settings:
    """Return the settings of a folder; those in its `.kursk-claims.toml` precede those in its `pyproject.toml`.

    Raises `UsageError` for a file that is no TOML, an unknown key, or a value that is no path.
    """
    values: dict[str, tuple[Any, Path]] = {}
    for path, table in ((folder / PROJECT_FILE, _read_project_table(folder)), (folder / USER_FILE, _read_user_file(folder))):
        for key, value in table.items():
            if key not in KEYS:
                raise UsageError(f"{path}: unknown key {key!r}{did_you_mean(key, KEYS)}; expected {', '.join(KEYS)}")
            values[key] = value, path
    settings = {key: _read_paths(key, value, path) for key, (value, path) in values.items()}
    workspace, contract = (settings.get(key, (None,))[0] for key in ("workspace", "contract"))
    return Settings(workspace, contract, settings.get("texts", ()))


def find_settings() -> Settings:
    """Return the settings of the nearest folder that has any, upwards from the current one."""
    current = Path.cwd()
    for folder in (current, *current.parents):
        if (settings := read_settings(folder)) != Settings():
            return settings
    return Settings()


def read_variable(name: str) -> Setting | None:
    """Return what an environment variable sets; nothing if it is empty."""
    value = os.environ.get(name)
    return Setting(value, name) if value else None


def _read_user_file(folder: Path) -> Mapping[str, Any]:
    path = folder / USER_FILE
    return _parse(path, read_utf8(path, UsageError, 'Write a line such as: texts = "../texts"')) if path.is_file() else {}


def _read_project_table(folder: Path) -> Mapping[str, Any]:
    """Return the table of the project's file; a file without it is somebody else's and may hold anything."""
    path = folder / PROJECT_FILE
    try:
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    except OSError:
        return {}
    if PROJECT_TABLE not in text:
        return {}
    table = _parse(path, text).get("tool", {}).get("kursk-claims", {})
    if not isinstance(table, Mapping):
        raise UsageError(f"{path}: {PROJECT_TABLE}: expected a table, found {table!r:.100}")
    return table


def _parse(path: Path, text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: expected TOML: {error}") from None


def _read_paths(key: str, value: Any, path: Path) -> tuple[Setting, ...]:
    """Return the values of a key; only texts may be several. A contract may be a name instead of a path."""
    values = value if isinstance(value, list) and key == "texts" else [value]
    if not all(isinstance(each, str) and each for each in values):
        expected = "a path or a list of paths" if key == "texts" else "a text"
        raise UsageError(f"{path}: {key}: expected {expected}, found {value!r:.100}")
    found = []
    for each in values:
        joined = path.parent / Path(each).expanduser()
        is_name = key == "contract" and not joined.exists()
        if key == "texts" and not joined.exists():
            raise UsageError(f"{path}: texts: no such file or folder: {joined}")
        found.append(Setting(each if is_name else str(joined), str(path)))
    return tuple(found)
