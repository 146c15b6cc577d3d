"""Fetches, verifies and places one release.

The index names the SHA-256 of a manifest, and the manifest that of each file. A release is fetched into a staging folder and
gets its name, by one rename, when it is complete. Names are checked by `kursk_claims.release.index` and
`kursk_claims.release.manifest` before they become paths.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from kursk_claims.download.target import (
    is_verified,
    list_digest,
    lock_target,
    prepare_staging,
    read_seen_versions,
    reject_foreign_files,
    reject_other_dataset,
    write_origin,
    write_seen_version,
)
from kursk_claims.download.transport import MissingFileError, Transport
from kursk_claims.errors import DownloadError, ManifestError
from kursk_claims.files import replace_directory, write_atomically
from kursk_claims.release.digests import (
    LINE_ENDS_CHANGED,
    file_sha256,
    format_sums,
    has_changed_line_ends,
    verify_files,
)
from kursk_claims.release.index import IndexEntry, ReleaseIndex, write_index
from kursk_claims.release.manifest import MANIFEST_NAME, SUMS_NAME, Manifest, ReleaseFile, parse_manifest, read_manifest
from kursk_claims.release.signatures import SIGNATURE_NAME
from kursk_claims.tables.file_kinds import identify_replacement

T = TypeVar("T")
SERVED_WITH_CRLF = f"It seems that {LINE_ENDS_CHANGED}. Where it is served from, .gitattributes needs the line `* -text`."


@dataclass(frozen=True)
class Listener:
    """Receives status sentences, and the number of bytes verified so far and in total."""

    say: Callable[[str], None]
    progress: Callable[[int, int], None]


SILENT = Listener(lambda sentence: None, lambda done, total: None)


def fetch_document(transport: Transport, path: str, parse_text: Callable[[str], T], sha256: str | None = None) -> tuple[bytes, T]:
    """Fetch and parse an index or a manifest. Raises `DownloadError` or `ManifestError`."""
    address = transport.locate(path)
    advice = "Nothing was fetched; check the address, which must hold index.json, or try again later."
    with with_advice(advice, "Nothing was fetched; if it happens again, tell the host."), BytesIO() as out:
        transport.fetch(path, out, None)
        content = out.getvalue()
        digest = hashlib.sha256(content).hexdigest()
        if sha256 not in (None, digest):
            changed = hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest() == sha256
            reason = f" {SERVED_WITH_CRLF}" if changed else ""
            raise ManifestError(f"{address}: expected SHA-256 {sha256} as in the index, found {digest}.{reason}")
        try:
            return content, parse_text(content.decode("utf-8"))
        except UnicodeDecodeError:
            raise ManifestError(f"{address}: expected UTF-8, found other bytes.") from None
        except ManifestError as error:
            raise ManifestError(f"{address}: {error}.") from None


@dataclass(frozen=True)
class ReleaseFetcher:
    """One release: from a transport into a target folder, whose origin is recorded if it holds only what is from there."""

    transport: Transport
    target: Path
    index: ReleaseIndex
    entry: IndexEntry
    listener: Listener
    is_named_by_origin: bool = False

    @cached_property
    def manifest(self) -> tuple[bytes, Manifest]:
        """The manifest that the index names, as bytes and parsed."""
        path = f"{self.entry.version}/{MANIFEST_NAME}"
        content, manifest = fetch_document(self.transport, path, parse_manifest, self.entry.manifest_sha256)
        expected, found = f"{self.index.name} {self.entry.version}", f"{manifest.name} {manifest.version}"
        if expected != found:
            raise ManifestError(
                f"{self.transport.name}: expected the manifest of {expected}, found that of {found}. "
                "Nothing was fetched; if it happens again, tell the host."
            )
        return content, manifest

    @property
    def signature_path(self) -> str:
        """The path of the manifest's signature, below the source."""
        return f"{self.entry.version}/{SIGNATURE_NAME}"

    @cached_property
    def signature(self) -> bytes:
        """The signature of the manifest, which the caller checks."""
        with with_advice("Nothing was fetched.", "Nothing was fetched."), BytesIO() as out:
            try:
                self.transport.fetch(self.signature_path, out, None)
            except MissingFileError as error:
                raise ManifestError(f"{error} The release is not signed.") from None
            return out.getvalue()

    def ensure_present(self, *, with_signature: bool = False) -> bool:
        """Place the release, list it and record the latest version seen. Returns whether it was fetched."""
        reject_other_dataset(self.target, self.index.name)
        is_new = False
        if not (self._is_listed() and self._is_complete()):
            with lock_target(self.target, self.listener.say):
                is_new = self._place()
        if with_signature:
            write_atomically(self.target / self.signature_path, self.signature)
        return is_new

    def _is_listed(self) -> bool:
        """Whether the index and the memory of the target are up to date."""
        seen = read_seen_versions(self.target).get(self.transport.origin)
        return list_digest(self.target, self.entry) is not None and seen == self.index.latest

    def _place(self) -> bool:
        is_missing = not self._is_complete()  # another process may have fetched it meanwhile
        if is_missing:
            if self.is_named_by_origin:
                write_origin(self.target, self.transport.name)
            self._fetch_release()
        with with_advice("", f"{self.entry.version} is complete but cannot be listed; repair or move the other release first."):
            write_index(self.target)
        write_seen_version(self.target, self.transport.origin, str(self.index.latest))
        return is_missing

    def _is_complete(self) -> bool:
        """Whether the release is present and undamaged. Raises `ManifestError` where its name belongs to another one."""
        folder, wanted = self.target / self.entry.version, self.entry.manifest_sha256
        if not os.path.lexists(folder):
            return False
        try:
            verify_files(folder, read_manifest(folder))
            is_complete, found = True, file_sha256(folder / MANIFEST_NAME)
        except ManifestError:
            is_complete, found = False, list_digest(self.target, self.entry) or wanted
        if found != wanted:
            raise ManifestError(
                f"{folder}: expected the manifest that {self.transport.name} lists, SHA-256 {wanted}, found "
                f"{found}. A release never changes, so one of the two is not genuine. Nothing was changed; to take the other "
                "one, move that folder away first."
            )
        return is_complete

    def _fetch_release(self) -> None:
        """Fetch the release. Verified files of an interrupted run are kept."""
        content, manifest = self.manifest
        folder, staging = self.target / self.entry.version, self.target / f".{self.entry.version}.part"
        if os.path.lexists(folder):
            reject_foreign_files(folder, manifest)
            self.listener.say(f"{folder} is damaged and is fetched again")
        prepare_staging(staging, content)
        advice = "Verified files are kept; the same command fetches the rest."
        with with_advice(advice, f"{advice} If it happens again, tell the host."):
            self._fetch_files(manifest, staging)
        listed = [*manifest.files, ReleaseFile(MANIFEST_NAME, len(content), self.entry.manifest_sha256)]
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
        try:
            with to.open("xb") as out:
                self.transport.fetch(path, out, file.size)
        except ManifestError as error:  # the file is too long, perhaps only by its line ends
            content = to.read_bytes()
            is_converted = b"\r\n" in content and b"\0" not in content
            raise ManifestError(f"{error} {SERVED_WITH_CRLF}" if is_converted else str(error)) from None
        size, digest = to.stat().st_size, file_sha256(to)
        if (size, digest) != (file.size, file.sha256):
            kind = identify_replacement(to)
            reason = f"It is {kind.name}." if kind else "It was damaged or changed."
            reason = SERVED_WITH_CRLF if has_changed_line_ends(to, file.sha256) else reason
            raise ManifestError(
                f"{self.transport.locate(path)}: expected {file.size} bytes with SHA-256 {file.sha256}, "
                f"found {size} bytes with {digest}. {reason}"
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
