"""Digests of files and tables, and their verification."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from kursk_claims.contract.types import COLUMN_TYPES
from kursk_claims.database.limits import SqlLimits
from kursk_claims.database.load import connect_within_limits
from kursk_claims.database.sql import describe_error, read_parquet_sql
from kursk_claims.errors import ManifestError
from kursk_claims.files import is_foreign_file, open_regular, raise_if_environment_failed, read_bytes
from kursk_claims.release.manifest import MANIFEST_NAME, SUMS_NAME, Manifest, ReleaseFile, TableContents, require_safe_path
from kursk_claims.tables.file_kinds import identify_replacement

if TYPE_CHECKING:
    from kursk_claims.contract.loader import Contract


# DuckDB's types of whole numbers, as they occur in views, and of other numbers.
INTEGERS = [f"{sign}{size}" for size in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT") for sign in ("", "U")]
LOGICAL_NAMES = (
    dict.fromkeys(INTEGERS, "integer") | {"FLOAT": "number"} | {kind.duckdb: kind.logical for kind in COLUMN_TYPES.values()}
)
LINE_ENDS_CHANGED = "its line ends were changed (CRLF), as Git does on Windows"
LINE_ENDS_FIX = (
    "Put the line `* -text` into the file .gitattributes of the folder of releases, then delete the release and check it out "
    "again (`git checkout -- VERSION`), or download it again."
)


def verify_files(folder: Path, manifest: Manifest, paths: Iterable[str] | None = None) -> None:
    """Compare files with the manifest: the named paths, else all files and `SHA256SUMS`. Raises `ManifestError`."""
    for file in manifest.files if paths is None else [manifest.file(path) for path in paths]:
        path = folder / file.path
        try:
            _reject_links(path, folder)
            size, sha256 = path.stat().st_size, file_sha256(path)
        except OSError as error:
            raise_if_environment_failed(error)
            raise ManifestError(f"{path}: {error.strerror}. Download the release again.") from None
        if (size, sha256) != (file.size, file.sha256):
            if has_changed_line_ends(path, file.sha256):
                raise ManifestError(f"{path}: {LINE_ENDS_CHANGED}, so it is not read. {LINE_ENDS_FIX}")
            if kind := identify_replacement(path):
                raise ManifestError(f"{path}: expected the file of the manifest, found {kind.name}. {kind.fix}")
            raise ManifestError(
                f"{path}: expected {file.size} bytes with SHA-256 {file.sha256}, found {size} bytes with {sha256}. "
                "The file was damaged or changed, so it is not read. Download the release again."
            )
    if paths is None:
        _verify_sums(folder, manifest)


def _verify_sums(folder: Path, manifest: Manifest) -> None:
    """Compare the list for `sha256sum -c`, which no digest covers, with the manifest."""
    path = folder / SUMS_NAME
    try:
        _reject_links(path, folder)
        found, expected = read_bytes(path), format_sums([*manifest.files, manifest_file(folder)]).encode()
    except OSError as error:
        raise_if_environment_failed(error)
        raise ManifestError(f"{path}: {error.strerror}. Download the release again.") from None
    if found != expected and found.replace(b"\r\n", b"\n") == expected:
        raise ManifestError(f"{path}: {LINE_ENDS_CHANGED}. {LINE_ENDS_FIX}")
    if found != expected:
        raise ManifestError(f"{path}: expected the digests of the manifest, found others. Download the release again.")


def _reject_links(path: Path, folder: Path) -> None:
    """Raise `ManifestError` if a component of the path below a release's folder is a link; digests could not be relied on."""
    if os.path.realpath(path) != os.path.join(os.path.realpath(folder), path.relative_to(folder)):
        raise ManifestError(f"{path}: expected a file, found a symlink. Download the release again.")


def manifest_file(folder: Path) -> ReleaseFile:
    """Return size and digest of a release's manifest, which it cannot list itself."""
    path = folder / MANIFEST_NAME
    return ReleaseFile(MANIFEST_NAME, path.stat().st_size, file_sha256(path))


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in lower-case hex."""
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def has_changed_line_ends(path: Path, sha256: str) -> bool:
    """Return whether a file of usual size has a digest but for its line ends: with LF for each CRLF."""
    try:
        content = read_bytes(path)
    except OSError:  # too large for a text
        return False
    return b"\r\n" in content and hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest() == sha256


def format_sums(files: Iterable[ReleaseFile]) -> str:
    """Return the lines that `sha256sum -c` reads."""
    return "".join(f"{file.sha256}  {file.path}\n" for file in files)


def describe_relation(name: str, kind: str, relation: duckdb.DuckDBPyRelation) -> TableContents:
    """Describe the rows of a table or view, with their logical digest, as specified in `docs/digests.md`.

    Raises `ManifestError` for a column of a type that has no name in digests.
    """
    columns = tuple((each, logical_type(str(kind))) for each, kind in zip(relation.columns, relation.types, strict=True))
    sha = hashlib.sha256(_canonical_line(columns))
    dates_as_text = (
        f"CAST(#{place} AS VARCHAR)" if kind == "date" else f"#{place}" for place, (_, kind) in enumerate(columns, 1)
    )
    rows = 0
    for rows, row in enumerate(relation.project(", ".join(dates_as_text)).iter_rows(), 1):  # noqa: B007
        sha.update(_canonical_line([_canonical_value(value) for value in row]))
    return TableContents(name, kind, f"{name}.parquet", rows, columns, sha.hexdigest())


def logical_type(duckdb_type: str) -> str:
    """Return the name of a type of DuckDB in digests and manifests. Raises `ManifestError` for a type without one."""
    if duckdb_type not in LOGICAL_NAMES:
        raise ManifestError(f"no logical type for {duckdb_type}")
    return LOGICAL_NAMES[duckdb_type]


def _canonical_value(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _canonical_line(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n").encode()


def list_files(folder: Path) -> tuple[ReleaseFile, ...]:
    """Return every file below a folder with size and digest, sorted by path; without those of systems and editors."""
    paths = ((path.relative_to(folder), path) for path in folder.rglob("*") if path.is_file())
    named = [(name.as_posix(), path) for name, path in paths if not any(map(is_foreign_file, name.parts))]
    return tuple(ReleaseFile(require_safe_path(name), path.stat().st_size, file_sha256(path)) for name, path in sorted(named))


def records_digest(files: Iterable[ReleaseFile]) -> str:
    """Return the digest of a release's `records/` and `schemas/`, as specified in `docs/digests.md`."""
    sources = [file for file in files if file.path.startswith(("records/", "schemas/"))]
    return hashlib.sha256(format_sums(sorted(sources, key=lambda file: file.path)).encode()).hexdigest()


def describe_tables(folder: Path, contract: Contract) -> tuple[TableContents, ...]:
    """Describe every table and view of a folder of Parquet files. Raises `ManifestError` if one cannot be read."""
    kinds = [(name, "table") for name in contract.tables] + [(view.name, "view") for view in contract.views]
    described = []
    with connect_within_limits(SqlLimits()) as connection:
        for name, kind in kinds:
            path = folder / f"{name}.parquet"
            try:
                described.append(describe_relation(name, kind, connection.sql(f"FROM {read_parquet_sql([path])}")))
            except duckdb.Error as error:
                raise ManifestError(f"{path}: it cannot be read: {describe_error(error)[0]}") from None
    return tuple(described)
