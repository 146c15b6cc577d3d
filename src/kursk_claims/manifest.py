"""What a release holds and proves: files with size and digest, tables with rows, columns and logical digest."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow

NAME = "manifest.json"
SUMS = "SHA256SUMS"
VERSION = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})", re.ASCII)
LARGEST = 16 * 2**20  # bytes of a manifest or an index; ours have some 20 thousand
PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class ManifestError(Exception):
    """A release is not what its manifest says, or the manifest cannot be read."""


@dataclass(frozen=True)
class File:
    """A file of a release: path below its folder, size in bytes, SHA-256 in lower-case hex."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Contents:
    """A table or view of a release; `columns` are name and type, in order."""

    name: str
    kind: str
    file: str
    rows: int
    columns: tuple[tuple[str, str], ...]
    logical_digest: str


@dataclass(frozen=True)
class Manifest:
    """A release's manifest."""

    name: str
    version: str
    date: str
    records_digest: str
    writers: dict[str, str]
    tables: tuple[Contents, ...]
    files: tuple[File, ...]

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"

    def file(self, path: str) -> File:
        return next(each for each in self.files if each.path == path)


def version_key(version: str) -> tuple[int, int, int]:
    """MAJOR, MINOR and PATCH as numbers. Raises `ManifestError` for what is no version."""
    match = VERSION.fullmatch(version)
    if match is None:
        raise ManifestError(f"expected a version such as 1.0.0, found {version!r:.100}")
    return int(match[1]), int(match[2]), int(match[3])


def safe_path(path: object) -> str:
    """The path if it stays below its folder on every system. Raises `ManifestError` for any other."""
    if isinstance(path, str) and len(path) <= 300:
        parts = path.split("/")
        if all(PART.fullmatch(part) and not part.endswith(".") and not RESERVED.fullmatch(part) for part in parts):
            return path
    raise ManifestError(f"expected a plain path below the release's folder, found {path!r:.100}")


def parse(text: str) -> Manifest:
    """A manifest from JSON; every value is checked, unknown fields are ignored. Raises `ManifestError`."""
    try:
        raw = json.loads(text)
        manifest = Manifest(
            _word(raw["name"]),
            _word(raw["version"]),
            date.fromisoformat(raw["date"]).isoformat(),
            _digest(raw["records_digest"]),
            {_word(key): _word(value) for key, value in raw["writers"].items()},
            tuple(_contents(each) for each in raw["tables"]),
            tuple(File(safe_path(each["path"]), _count(each["size"]), _digest(each["sha256"])) for each in raw["files"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ManifestError(f"expected a manifest, found something else: {error!r:.300}") from None
    version_key(manifest.version)
    paths = [NAME, SUMS.lower(), *(file.path.lower() for file in manifest.files)]
    files = set(paths)
    if len(files) < len(paths):
        raise ManifestError("expected a manifest, found something else: a path stands twice, or the manifest lists itself")
    if any(path[:end] in files for path in paths for end, char in enumerate(path) if char == "/"):
        raise ManifestError("expected a manifest, found something else: a path is a file and a folder")
    if not {table.file for table in manifest.tables} <= {file.path for file in manifest.files}:
        raise ManifestError("expected a manifest, found something else: a table's file is not among the files")
    return manifest


def read(folder: Path) -> Manifest:
    """A release's manifest. Raises `ManifestError`."""
    path = folder / NAME
    try:
        if path.stat().st_size > LARGEST:
            raise ManifestError(f"{path}: larger than a manifest may be ({LARGEST} bytes)")
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ManifestError) as error:
        raise ManifestError(f"{path}: {error}") from None


def verify(folder: Path, manifest: Manifest, paths: Iterable[str] | None = None) -> None:
    """Hold the files (all of them and `SHA256SUMS`, unless some are named) against size and digest. Raises `ManifestError`."""
    for file in manifest.files if paths is None else [manifest.file(path) for path in paths]:
        path = folder / file.path
        try:
            if path.is_symlink():
                raise ManifestError(f"{path}: expected a file, found a link")
            size, sha256 = path.stat().st_size, sha256_of(path)
        except OSError as error:
            raise ManifestError(f"{path}: {error.strerror}. Get the release again.") from None
        if (size, sha256) != (file.size, file.sha256):
            raise ManifestError(
                f"{path}: expected {file.size} bytes with SHA-256 {file.sha256}, found {size} bytes with {sha256}. "
                "It is not read; the file was damaged or changed, get the release again."
            )
    if paths is None:
        _verify_sums(folder, manifest)


def _verify_sums(folder: Path, manifest: Manifest) -> None:
    """Hold the list for `sha256sum -c`, which no digest covers, against the manifest."""
    path = folder / SUMS
    try:
        if path.is_symlink():
            raise ManifestError(f"{path}: expected a file, found a link")
        itself = File(NAME, (folder / NAME).stat().st_size, sha256_of(folder / NAME))
        same = path.read_bytes() == sums([*manifest.files, itself]).encode()
    except OSError as error:
        raise ManifestError(f"{path}: {error.strerror}. Get the release again.") from None
    if not same:
        raise ManifestError(f"{path}: expected the digests of the manifest, found others. Get the release again.")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sums(files: Iterable[File]) -> str:
    """The lines that `sha256sum -c` reads."""
    return "".join(f"{file.sha256}  {file.path}\n" for file in files)


def logical_digest(rows: pyarrow.Table) -> str:
    """A digest of what a table says, whatever wrote it; specified in `docs/digests.md`."""
    sha = hashlib.sha256()
    header = [[each.name, logical_type(each.type)] for each in rows.schema]
    sha.update(_line(header))
    for batch in rows.to_batches(max_chunksize=65536):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            sha.update(_line([_plain(value) for value in row]))
    return sha.hexdigest()


def logical_type(arrow_type: Any) -> str:
    """The name of a type in digests and manifests."""
    names = {"string": "text", "large_string": "text", "string_view": "text", "date32[day]": "date", "bool": "boolean"}
    names |= {f"{sign}int{width}": "integer" for sign in ("", "u") for width in (8, 16, 32, 64)}
    names |= {"double": "number", "float": "number"}
    name = names.get(str(arrow_type))
    if name is None:
        raise ManifestError(f"no logical type for {arrow_type}")
    return name


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _line(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n").encode()


def _contents(raw: Any) -> Contents:
    if raw["kind"] not in ("table", "view"):
        raise ValueError(f"kind {raw['kind']!r}")
    columns = tuple((_word(name), _word(kind)) for name, kind in raw["columns"])
    name = _word(raw["name"])
    if not re.fullmatch("[a-z_][a-z0-9_]*", name):
        raise ValueError(f"table name {name!r}")
    return Contents(name, raw["kind"], safe_path(raw["file"]), _count(raw["rows"]), columns, _digest(raw["logical_digest"]))


def _word(value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= 200:
        raise ValueError(f"expected a short text, found {value!r}")
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise ValueError(f"expected a count, found {value!r}")
    return value


def _digest(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{64}", value):
        raise ValueError(f"expected a SHA-256, found {value!r}")
    return value
