"""A folder of downloaded releases: its origin, lock, index, staging folders and the latest versions seen at each source."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from kursk_claims.errors import DownloadError, ManifestError
from kursk_claims.files import is_system_file, write_atomically
from kursk_claims.release.digests import file_sha256
from kursk_claims.release.index import IndexEntry, read_index
from kursk_claims.release.lookup import ORIGIN_NAME
from kursk_claims.release.manifest import MANIFEST_NAME, SUMS_NAME, Manifest, ReleaseFile, version_key
from kursk_claims.release.signatures import SIGNATURE_NAME
from kursk_claims.workspace import downloads_folder

LOCK_NAME = ".lock"
SEEN_NAME = ".seen.json"


def origin_folder(name: str, origin: str) -> Path:
    """Return the folder for the releases of a dataset from one origin, among the user's downloads."""
    return downloads_folder() / name / _origin_id(origin)


def _origin_id(origin: str) -> str:
    host = re.sub("[^a-z0-9.-]", "-", (urlsplit(origin).hostname or "folder") if "://" in origin else "folder")
    return f"{host[:60]}-{hashlib.sha256(os.fsencode(origin)).hexdigest()[:16]}"


def list_download_folders(origin: str | None) -> list[Path]:
    """Return the folders of the user's downloads, of all datasets, from one origin or from all of them."""
    pattern = "*" if origin is None else _origin_id(origin)
    return sorted(path for path in downloads_folder().glob(f"*/{pattern}") if path.is_dir())


def write_origin(target: Path, origin: str) -> None:
    """Record, for people and for messages, what a folder of downloads is from."""
    if not (target / ORIGIN_NAME).is_file():
        write_atomically(target / ORIGIN_NAME, f"{origin}\n".encode("utf-8", "backslashreplace"))


@contextmanager
def lock_target(target: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Reserve the folder for this process. The lock ends with the process, however that ends."""
    from filelock import FileLock, Timeout

    target.mkdir(parents=True, exist_ok=True)
    path = target / LOCK_NAME
    if path.is_symlink():
        raise DownloadError(f"{path}: expected a file or nothing, found a symlink. Nothing was fetched; remove it.")
    lock = FileLock(path)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        say(f"waiting for another process that downloads into {target}")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def list_digest(target: Path, entry: IndexEntry) -> str | None:
    """Return the digest that the folder's index lists for a version; None for a damaged index, which is rewritten later."""
    try:
        releases = read_index(target).releases
    except ManifestError:
        return None
    return next((each.manifest_sha256 for each in releases if each.version == entry.version), None)


def reject_other_dataset(target: Path, name: str) -> None:
    """Raise `DownloadError` if a folder has releases of another dataset; a damaged index is rewritten later."""
    try:
        found = read_index(target).name or name
    except ManifestError:
        return
    if found != name:
        raise DownloadError(
            f"{target}: expected releases of {name}, found those of {found}. Nothing was fetched; name another folder."
        )


def read_seen_versions(target: Path) -> dict[str, str]:
    """Return the latest version by name of the source, as of the last download. Raises `ManifestError`."""
    path = target / SEEN_NAME
    if not os.path.lexists(path):
        return {}
    try:
        if path.is_symlink() or not path.is_file():
            raise ValueError
        raw = json.loads(path.read_text(encoding="utf-8"))
        return {name: version for name, version in raw.items() if version_key(version)}
    except (ValueError, AttributeError, TypeError, ManifestError):
        raise ManifestError(
            f"{path}: expected the latest version of each source, found something else. Nothing was fetched; remove the file to "
            "go on, and an older release than before may be accepted."
        ) from None


def write_seen_version(target: Path, name: str, latest: str) -> None:
    """Record the latest version of a source; an older one changes nothing."""
    seen = read_seen_versions(target)
    seen[name] = max(latest, seen.get(name, latest), key=version_key)
    write_atomically(target / SEEN_NAME, (json.dumps(seen, indent=2) + "\n").encode())


def is_verified(path: Path, file: ReleaseFile) -> bool:
    """Whether a file has the size and digest of the manifest."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size != file.size:
        return False
    return file_sha256(path) == file.sha256


def prepare_staging(staging: Path, manifest: bytes) -> None:
    """Keep the folder of an interrupted run with the same manifest, but no links in it, else make an empty one."""
    for parent, folders, files in os.walk(staging) if not staging.is_symlink() else ():
        for path in (Path(parent, name) for name in [*folders, *files]):
            if path.is_symlink():
                path.unlink()
    if not staging.is_symlink() and (staging / MANIFEST_NAME).is_file() and (staging / MANIFEST_NAME).read_bytes() == manifest:
        return
    if staging.is_symlink() or staging.is_file():
        staging.unlink()
    elif staging.exists():
        shutil.rmtree(staging)
    staging.mkdir()
    (staging / MANIFEST_NAME).write_bytes(manifest)


def reject_foreign_files(folder: Path, manifest: Manifest) -> None:
    """Raise `DownloadError` if a folder holds anything but files of the release."""
    known = {MANIFEST_NAME, SUMS_NAME, SIGNATURE_NAME, *(file.path for file in manifest.files)}
    foreign = [folder] if folder.is_symlink() or not folder.is_dir() else []
    found = [path for path in folder.rglob("*") if not path.is_dir() and not is_system_file(path.name)]
    foreign += [path for path in found if path.relative_to(folder).as_posix() not in known]
    if foreign:
        raise DownloadError(
            f"{folder}: expected a release or nothing, found {foreign[0]}, which belongs to no release. "
            "Nothing was changed; move that folder away, then try again."
        )
