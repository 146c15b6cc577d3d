"""Digests of files and tables, and their verification."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.types import ARROW_TYPES
from kursk_claims.errors import ManifestError
from kursk_claims.release.manifest import MANIFEST_NAME, SUMS_NAME, Manifest, ReleaseFile, TableContents, require_safe_path

if TYPE_CHECKING:
    import pyarrow


def verify_files(folder: Path, manifest: Manifest, paths: Iterable[str] | None = None) -> None:
    """Hold the files (all of them and `SHA256SUMS`, unless some are named) against size and digest. Raises `ManifestError`."""
    for file in manifest.files if paths is None else [manifest.file(path) for path in paths]:
        path = folder / file.path
        try:
            if path.is_symlink():
                raise ManifestError(f"{path}: expected a file, found a link")
            size, sha256 = path.stat().st_size, file_sha256(path)
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
    path = folder / SUMS_NAME
    try:
        if path.is_symlink():
            raise ManifestError(f"{path}: expected a file, found a link")
        itself = ReleaseFile(MANIFEST_NAME, (folder / MANIFEST_NAME).stat().st_size, file_sha256(folder / MANIFEST_NAME))
        same = path.read_bytes() == format_sums([*manifest.files, itself]).encode()
    except OSError as error:
        raise ManifestError(f"{path}: {error.strerror}. Get the release again.") from None
    if not same:
        raise ManifestError(f"{path}: expected the digests of the manifest, found others. Get the release again.")


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def format_sums(files: Iterable[ReleaseFile]) -> str:
    """The lines that `sha256sum -c` reads."""
    return "".join(f"{file.sha256}  {file.path}\n" for file in files)


def logical_digest(rows: pyarrow.Table) -> str:
    """A digest of what a table says, whatever wrote it; specified in `docs/digests.md`."""
    sha = hashlib.sha256()
    header = [[each.name, logical_type(each.type)] for each in rows.schema]
    sha.update(_canonical_line(header))
    for batch in rows.to_batches(max_chunksize=65536):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            sha.update(_canonical_line([_canonical_value(value) for value in row]))
    return sha.hexdigest()


def logical_type(arrow_type: Any) -> str:
    """The name of a type in digests and manifests."""
    column_type = ARROW_TYPES.get(str(arrow_type))
    if column_type is None:
        raise ManifestError(f"no logical type for {arrow_type}")
    return column_type.logical


def _canonical_value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _canonical_line(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n").encode()


def list_files(folder: Path) -> tuple[ReleaseFile, ...]:
    """Every file below a folder, sorted by path, with size and digest."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    named = [(path.relative_to(folder).as_posix(), path) for path in paths]
    return tuple(ReleaseFile(require_safe_path(name), path.stat().st_size, file_sha256(path)) for name, path in sorted(named))


def records_digest(folder: Path) -> str:
    """The digest of what a release was made from: its `records/` and `schemas/`; specified in `docs/digests.md`."""
    files = [file for file in list_files(folder) if file.path.startswith(("records/", "schemas/"))]
    return hashlib.sha256(format_sums(files).encode()).hexdigest()


def describe_tables(folder: Path, contract: Contract) -> tuple[TableContents, ...]:
    """Every table and view of a folder of Parquet, read from its file."""
    import pyarrow.parquet as pq

    kinds = [(name, "table") for name in contract.tables] + [(view.name, "view") for view in contract.views]
    described = []
    for name, kind in kinds:
        rows = pq.read_table(folder / f"{name}.parquet")
        columns = tuple((each.name, logical_type(each.type)) for each in rows.schema)
        described.append(TableContents(name, kind, f"{name}.parquet", rows.num_rows, columns, logical_digest(rows)))
    return tuple(described)
