"""`kursk-claims.lock` pins one release, for CI and for people who work together."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from kursk_claims.download.transport import open_transport
from kursk_claims.errors import ManifestError, UsageError
from kursk_claims.outputs import write_output
from kursk_claims.release.digests import file_sha256
from kursk_claims.release.manifest import MANIFEST_NAME, read_manifest, require_dataset_name, version_key
from kursk_claims.workspace import find_workspace_root

LOCK_FILE = "kursk-claims.lock"
MAX_LOCK_SIZE = 10_000  # bytes


@dataclass(frozen=True)
class ReleaseLock:
    """A release: dataset, origin, version and the SHA-256 of its manifest."""

    name: str
    origin: str
    version: str
    manifest_sha256: str


def lock_path() -> Path:
    """Return the place of the lock: in the workspace around the current folder, else in the current folder."""
    return (find_workspace_root() or Path.cwd()) / LOCK_FILE


def read_lock(path: Path) -> ReleaseLock | None:
    """Return the content of a lock, or None if there is no such file. Raises `UsageError` if it is something else."""
    if not path.exists() and not path.is_symlink():
        return None
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_LOCK_SIZE:
            raise ValueError
        raw = json.loads(path.read_text(encoding="utf-8"))
        lock = ReleaseLock(*(raw[key] for key in ("name", "origin", "version", "manifest_sha256")))
        require_dataset_name(lock.name)
        version_key(lock.version)
        if not re.fullmatch("[0-9a-f]{64}", lock.manifest_sha256) or not lock.origin or not lock.origin.isprintable():
            raise ValueError
        return lock
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, ManifestError):
        raise UsageError(
            f"{path}: expected name, origin, version and manifest_sha256 as `download --lock` writes them, found something else. "
            "Nothing was fetched; remove the file, and add --lock to write it anew."
        ) from None


def lock_release(folder: Path, source: str) -> ReleaseLock:
    """Return the lock of a release in a folder, which was downloaded from a source."""
    manifest = read_manifest(folder)
    return ReleaseLock(manifest.name, open_transport(source).name, manifest.version, file_sha256(folder / MANIFEST_NAME))


def write_lock(path: Path, lock: ReleaseLock) -> None:
    """Write a lock."""
    write_output(path, (json.dumps(asdict(lock), ensure_ascii=False, indent=2) + "\n").encode())
