"""The manifest of a release: its files with size and digest, its tables with rows, columns and logical digest."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kursk_claims.errors import ManifestError
from kursk_claims.files import raise_if_environment_failed, read_bytes
from kursk_claims.tables.file_kinds import identify_replacement

MANIFEST_NAME = "manifest.json"
SUMS_NAME = "SHA256SUMS"
VERSION_PATTERN = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})", re.ASCII)
MAX_MANIFEST_SIZE = 16 * 2**20  # bytes of a manifest or an index; 20 kB are usual
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PATH_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_RESERVED_NAME = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class ReleaseFile:
    """A file of a release: path below the release's folder, size in bytes, SHA-256 in lower-case hex."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class TableContents:
    """A table or view of a release; `columns` are name and type, in order."""

    name: str
    kind: str
    file: str
    rows: int
    columns: tuple[tuple[str, str], ...]
    logical_digest: str


@dataclass(frozen=True)
class Manifest:
    """The manifest of a release; `writers` are the versions of the packages that wrote it.

    `unverified` are the held documents whose anchors were not compared with their texts; None if that is not known.
    """

    name: str
    version: str
    date: str
    records_digest: str
    writers: dict[str, str]
    tables: tuple[TableContents, ...]
    files: tuple[ReleaseFile, ...]
    unverified: tuple[str, ...] | None = None

    def to_json(self) -> str:
        values = {name: value for name, value in asdict(self).items() if value is not None}
        return json.dumps(values, ensure_ascii=False, indent=2) + "\n"

    def file(self, path: str) -> ReleaseFile:
        """Return the file at a path. Raises `ManifestError` if the manifest does not list it."""
        for file in self.files:
            if file.path == path:
                return file
        raise ManifestError(f"release {self.version} of {self.name} has no file {path}")


def version_key(version: str) -> tuple[int, int, int]:
    """Return major, minor and patch as numbers. Raises `ManifestError` if the text is not a version."""
    match = VERSION_PATTERN.fullmatch(version)
    if match is None:
        raise ManifestError(f"expected a version such as 1.0.0, found {version!r:.100}")
    return int(match[1]), int(match[2]), int(match[3])


def require_safe_path(path: object) -> str:
    """Return the path if it stays below its folder on every operating system. Raises `ManifestError` otherwise."""
    if isinstance(path, str) and len(path) <= 300:
        parts = path.split("/")
        if all(_PATH_PART.fullmatch(part) and not part.endswith(".") and not _RESERVED_NAME.fullmatch(part) for part in parts):
            return path
    raise ManifestError(f"expected a plain path below the release's folder, found {path!r:.100}")


def require_dataset_name(name: object) -> str:
    """Return the name of a dataset, which is also a folder's name among the downloads. Raises `ManifestError`."""
    if isinstance(name, str) and len(name) <= 200 and _NAME.fullmatch(name) and not _RESERVED_NAME.fullmatch(name):
        return name
    raise ManifestError(f"expected a dataset's name of small letters, digits and hyphens, found {name!r:.100}")


def parse_manifest(text: str) -> Manifest:
    """Read a manifest from JSON, checking every value and ignoring unknown fields. Raises `ManifestError`."""
    try:
        raw = json.loads(text)
        manifest = Manifest(
            require_dataset_name(raw["name"]),
            _parse_text(raw["version"]),
            date.fromisoformat(raw["date"]).isoformat(),
            _parse_digest(raw["records_digest"]),
            {_parse_text(key): _parse_text(value) for key, value in raw["writers"].items()},
            tuple(_parse_contents(each) for each in raw["tables"]),
            tuple(_parse_file(each) for each in raw["files"]),
            tuple(_parse_text(each) for each in raw["unverified"]) if "unverified" in raw else None,
        )
        _check_paths(manifest)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ManifestError(f"expected a manifest, found something else: {describe_parse_error(error)}") from None
    version_key(manifest.version)
    return manifest


def describe_parse_error(error: Exception) -> str:
    """Describe why JSON does not have the expected content."""
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)[:300]


def _check_paths(manifest: Manifest) -> None:
    """Raise `ValueError` unless the paths can exist side by side, also where file names ignore case."""
    paths = [MANIFEST_NAME, SUMS_NAME.lower(), *(file.path.lower() for file in manifest.files)]
    files = set(paths)
    if len(files) < len(paths):
        raise ValueError("two files have the same path, or the manifest lists itself")
    if any(path[:end] in files for path in paths for end, char in enumerate(path) if char == "/"):
        raise ValueError("a path is both a file and a folder")
    if not {table.file for table in manifest.tables} <= {file.path for file in manifest.files}:
        raise ValueError("the file of a table is not listed")


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest in a release's folder. Raises `ManifestError`."""
    path = folder / MANIFEST_NAME
    try:
        return parse_manifest(read_bytes(path, MAX_MANIFEST_SIZE).decode("utf-8"))
    except OSError as error:
        raise_if_environment_failed(error)
        raise ManifestError(f"{path}: {error.strerror}") from None
    except (UnicodeDecodeError, ManifestError) as error:
        if kind := identify_replacement(path):
            raise ManifestError(f"{path}: expected a manifest, found {kind.name}. {kind.fix}") from None
        raise ManifestError(f"{path}: {error}") from None


def _parse_contents(raw: Any) -> TableContents:
    if raw["kind"] not in ("table", "view"):
        raise ValueError(f"kind {raw['kind']!r}")
    columns = tuple((_parse_text(name), _parse_text(kind)) for name, kind in raw["columns"])
    name = _parse_text(raw["name"])
    if not re.fullmatch("[a-z_][a-z0-9_]*", name):
        raise ValueError(f"table name {name!r}")
    return TableContents(
        name,
        raw["kind"],
        require_safe_path(raw["file"]),
        _parse_count(raw["rows"]),
        columns,
        _parse_digest(raw["logical_digest"]),
    )


def _parse_file(raw: Any) -> ReleaseFile:
    return ReleaseFile(require_safe_path(raw["path"]), _parse_count(raw["size"]), _parse_digest(raw["sha256"]))


def _parse_text(value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= 200:
        raise ValueError(f"expected a short text, found {value!r}")
    return value


def _parse_count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise ValueError(f"expected a count, found {value!r}")
    return value


def _parse_digest(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{64}", value):
        raise ValueError(f"expected a SHA-256, found {value!r}")
    return value
