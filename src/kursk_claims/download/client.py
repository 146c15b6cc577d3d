"""Finds, verifies and places releases.

The index names the SHA-256 of a manifest, and the manifest that of each file. A release is fetched into a staging folder and
gets its name, by one rename, when it is complete. Names are checked by `kursk_claims.releases` and `kursk_claims.manifest`
before they become paths.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from kursk_claims.download.retry import DEFAULT_POLICY, TransportPolicy
from kursk_claims.download.target import (
    is_verified,
    list_digest,
    lock_target,
    prepare_staging,
    read_seen_versions,
    reject_foreign_files,
    write_seen_version,
)
from kursk_claims.download.transport import Transport, open_transport
from kursk_claims.errors import DownloadError, ManifestError
from kursk_claims.files import replace_directory
from kursk_claims.release.digests import file_sha256, format_sums, verify_files
from kursk_claims.release.index import INDEX_NAME, IndexEntry, ReleaseIndex, find_release, parse_index, read_index, write_index
from kursk_claims.release.manifest import (
    MANIFEST_NAME,
    SUMS_NAME,
    Manifest,
    ReleaseFile,
    parse_manifest,
    read_manifest,
    version_key,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Listener:
    """Receives status sentences, and the number of bytes verified so far and in total."""

    say: Callable[[str], None]
    progress: Callable[[int, int], None]


SILENT = Listener(lambda sentence: None, lambda done, total: None)


def download(
    source: str,
    target: Path,
    version: str | None = None,
    *,
    allow_older: bool = False,
    policy: TransportPolicy = DEFAULT_POLICY,
    listener: Listener = SILENT,
) -> Path:
    """Return the folder of a verified release in `target`; fetch it from `source` if it is missing or damaged.

    Without a version, the latest of the source is taken; one older than seen there before is refused unless `allow_older`.
    Raises `DownloadError` where the call, the host or the network is at fault, `ManifestError` where the data are.
    """
    transport = open_transport(source, policy)
    listener.say(f"from {transport.name} to {target}")
    run = _Download(transport, target, listener)
    index = run.fetch_index()
    entry = find_entry(index, version, transport.name)
    if version is None and not allow_older:
        reject_older(entry.version, read_seen_versions(target).get(transport.name), transport.name)
    is_new = run.ensure_present(entry, str(index.latest))
    listener.say(f"{entry.version}: {'fetched and verified' if is_new else 'already present, verified'}")
    return target / entry.version


def find_downloaded(target: Path, version: str | None = None) -> Path:
    """Return the folder of a release in `target`, verified; the newest one there without a version.

    Raises `DownloadError` where there is none, `ManifestError` where it is damaged.
    """
    versions = [each.version for each in read_index(target).releases if (target / each.version).is_dir()]
    if not versions or version not in (None, *versions):
        wanted = f"release {version}" if version else "a release"
        raise DownloadError(
            f"{target}: expected {wanted}, found {_join(versions)}. Nothing was fetched; run the command without --offline."
        )
    release = find_release([target], version or versions[-1])
    assert release is not None
    verify_files(*release)
    return release[0]


def find_entry(index: ReleaseIndex, version: str | None, name: str) -> IndexEntry:
    """Return the entry of a version, or of the latest. Raises `DownloadError`."""
    wanted = version or index.latest
    for entry in index.releases:
        if entry.version == wanted:
            return entry
    found = _join([entry.version for entry in index.releases])
    raise DownloadError(f"{name}: expected {f'release {wanted}' if wanted else 'a release'}, found {found}. Nothing was fetched.")


def _join(versions: list[str]) -> str:
    return ", ".join(versions[-20:]) or "none"


def reject_older(latest: str, seen: str | None, name: str) -> None:
    """Raise `DownloadError` if the source's latest release is older than the one seen there before."""
    if seen is not None and version_key(latest) < version_key(seen):
        raise DownloadError(
            f"{name}: expected {seen} or newer, which was the latest there before, found {latest}. "
            "Nothing was fetched; if this is intended, name the version or add --allow-older."
        )


@dataclass(frozen=True)
class _Download:
    """One run: from a transport into a target folder."""

    transport: Transport
    target: Path
    listener: Listener

    def fetch_index(self) -> ReleaseIndex:
        return self._fetch_document(INDEX_NAME, parse_index)[1]

    def ensure_present(self, entry: IndexEntry, latest: str) -> bool:
        """Place the release, list it and record the latest version seen. Returns whether it was fetched."""
        is_listed = list_digest(self.target, entry) is not None
        if is_listed and self._is_complete(entry) and read_seen_versions(self.target).get(self.transport.name) == latest:
            return False  # writes nothing
        with lock_target(self.target, self.listener.say):
            is_missing = not self._is_complete(entry)  # another process may have fetched it meanwhile
            if is_missing:
                self._fetch_release(entry)
            with with_advice("", f"{entry.version} is complete but cannot be listed; repair or move the other release first."):
                write_index(self.target)
            write_seen_version(self.target, self.transport.name, latest)
        return is_missing

    def _is_complete(self, entry: IndexEntry) -> bool:
        """Whether the release is present and undamaged. Raises `ManifestError` where its name belongs to another one."""
        folder = self.target / entry.version
        if not os.path.lexists(folder):
            return False
        try:
            verify_files(folder, read_manifest(folder))
            is_complete, found = True, file_sha256(folder / MANIFEST_NAME)
        except ManifestError:
            is_complete, found = False, list_digest(self.target, entry) or entry.manifest_sha256
        if found != entry.manifest_sha256:
            raise ManifestError(
                f"{folder}: expected the manifest that {self.transport.name} lists, SHA-256 {entry.manifest_sha256}, found "
                f"{found}. A release never changes, so one of the two is not genuine. Nothing was changed; to take the other "
                "one, move that folder away first."
            )
        return is_complete

    def _fetch_document(self, path: str, parse_text: Callable[[str], T], sha256: str | None = None) -> tuple[bytes, T]:
        """Fetch and parse_manifest an index or a manifest. Raises `DownloadError` or `ManifestError`."""
        address = self.transport.locate(path)
        advice = "Nothing was fetched; check the address, which must hold index.json, or try again later."
        with with_advice(advice, "Nothing was fetched; if it happens again, tell the host."), BytesIO() as out:
            self.transport.fetch(path, out, None)
            content = out.getvalue()
            digest = hashlib.sha256(content).hexdigest()
            if sha256 not in (None, digest):
                raise ManifestError(f"{address}: expected SHA-256 {sha256} as in the index, found {digest}.")
            try:
                return content, parse_text(content.decode("utf-8"))
            except UnicodeDecodeError:
                raise ManifestError(f"{address}: expected UTF-8, found other bytes.") from None
            except ManifestError as error:
                raise ManifestError(f"{address}: {error}.") from None

    def _fetch_release(self, entry: IndexEntry) -> None:
        """Fetch a release. Files that an interrupted run has fetched and that verify_files are kept."""
        content, manifest = self._fetch_document(f"{entry.version}/{MANIFEST_NAME}", parse_manifest, entry.manifest_sha256)
        folder, staging = self.target / entry.version, self.target / f".{entry.version}.part"
        if manifest.version != entry.version:
            raise ManifestError(
                f"{self.transport.name}: expected the manifest of {entry.version}, found that of {manifest.version}. "
                "Nothing was fetched; if it happens again, tell the host."
            )
        if os.path.lexists(folder):
            reject_foreign_files(folder, manifest)
            self.listener.say(f"{folder} is damaged and is fetched again")
        prepare_staging(staging, content)
        advice = "Verified files are kept; the same command fetches the rest."
        with with_advice(advice, f"{advice} If it happens again, tell the host."):
            self._fetch_files(manifest, staging)
        listed = [*manifest.files, ReleaseFile(MANIFEST_NAME, len(content), entry.manifest_sha256)]
        (staging / SUMS_NAME).write_text(format_sums(listed), encoding="utf-8")
        replace_directory(staging, folder)

    def _fetch_files(self, manifest: Manifest, staging: Path) -> None:
        missing = [file for file in manifest.files if not is_verified(staging / file.path, file)]
        total, left = (sum(file.size for file in files) for files in (manifest.files, missing))
        free = shutil.disk_usage(staging).free
        if left > free:
            raise DownloadError(f"{self.target}: expected room for {left} bytes, found {free}.")
        for file in missing:
            self._fetch_file(file, f"{manifest.version}/{file.path}", staging / file.path)
            left -= file.size
            self.listener.progress(total - left, total)

    def _fetch_file(self, file: ReleaseFile, path: str, to: Path) -> None:
        to.parent.mkdir(parents=True, exist_ok=True)
        to.unlink(missing_ok=True)
        with to.open("xb") as out:
            self.transport.fetch(path, out, file.size)
        size, digest = to.stat().st_size, file_sha256(to)
        if (size, digest) != (file.size, file.sha256):
            raise ManifestError(
                f"{self.transport.locate(path)}: expected {file.size} bytes with SHA-256 {file.sha256}, "
                f"found {size} bytes with {digest}. It was damaged or changed."
            )


@contextmanager
def with_advice(environment: str, data: str) -> Iterator[None]:
    """Append to an error's message what was done and what to do, for `DownloadError` and for `ManifestError`."""
    try:
        yield
    except DownloadError as error:
        raise DownloadError(f"{error} {environment}") from None
    except ManifestError as error:
        raise ManifestError(f"{error} {data}") from None
