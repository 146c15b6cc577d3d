"""The index of a folder of releases, and how to find a release in it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kursk_claims.errors import ManifestError, WorkspaceError
from kursk_claims.files import read_bytes, write_atomically
from kursk_claims.release.digests import file_sha256
from kursk_claims.release.manifest import (
    MANIFEST_NAME,
    MAX_MANIFEST_SIZE,
    VERSION_PATTERN,
    Manifest,
    describe_parse_error,
    read_manifest,
    version_key,
)

INDEX_NAME = "index.json"


@dataclass(frozen=True)
class IndexEntry:
    """A release in an index: version, date and the SHA-256 of its manifest."""

    version: str
    date: str
    manifest_sha256: str


@dataclass(frozen=True)
class ReleaseIndex:
    """The releases of a folder, oldest first."""

    releases: tuple[IndexEntry, ...]

    @property
    def latest(self) -> str | None:
        """The newest version, if there is any."""
        return self.releases[-1].version if self.releases else None

    def to_json(self, name: str) -> str:
        """Return the index as JSON, with the name of the dataset."""
        entries = [asdict(each) for each in self.releases]
        return json.dumps({"name": name, "latest": self.latest, "releases": entries}, indent=2) + "\n"


def parse_index(text: str) -> ReleaseIndex:
    """Read an index from JSON, ignoring unknown fields. Raises `ManifestError`."""
    try:
        raw: Any = json.loads(text)
        entries = tuple(_parse_entry(each) for each in raw["releases"])
        keys = [version_key(each.version) for each in entries]
        if keys != sorted(set(keys)) or raw["latest"] != (entries[-1].version if entries else None):
            raise ValueError("the versions are not in ascending order, or the latest is not the last")
        return ReleaseIndex(entries)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ManifestError(f"expected an index of releases, found something else: {describe_parse_error(error)}") from None


def _parse_entry(raw: Any) -> IndexEntry:
    version, day, digest = (raw[name] for name in ("version", "date", "manifest_sha256"))
    if not isinstance(version, str) or not isinstance(digest, str) or not re.fullmatch("[0-9a-f]{64}", digest):
        raise ValueError(f"version {version!r} with manifest {digest!r}")
    return IndexEntry(version, date.fromisoformat(day).isoformat(), digest)


def read_index(build: Path) -> ReleaseIndex:
    """Read the index of a folder of releases, which is empty if the file is missing. Raises `ManifestError`."""
    path = build / INDEX_NAME
    if not path.exists():
        return ReleaseIndex(())
    try:
        return parse_index(read_bytes(path, MAX_MANIFEST_SIZE).decode("utf-8"))
    except OSError as error:
        raise ManifestError(f"{path}: {error.strerror}") from None
    except (UnicodeDecodeError, ManifestError) as error:
        raise ManifestError(f"{path}: {error}") from None


def write_index(build: Path) -> ReleaseIndex:
    """Write the index of all releases in a folder, under the dataset name of the newest.

    Raises `ManifestError` if a manifest is invalid, or its version is not the name of its folder.
    """
    folders = [path for path in build.iterdir() if VERSION_PATTERN.fullmatch(path.name) and (path / MANIFEST_NAME).is_file()]
    manifests = sorted(((read_manifest(path), path) for path in folders), key=lambda pair: version_key(pair[0].version))
    for manifest, path in manifests:
        if manifest.version != path.name:
            raise ManifestError(
                f"{path / MANIFEST_NAME}: expected release {path.name}, found {manifest.version}. Remove that folder."
            )
    entries = (IndexEntry(each.version, each.date, file_sha256(path / MANIFEST_NAME)) for each, path in manifests)
    index = ReleaseIndex(tuple(entries))
    name = manifests[-1][0].name if manifests else ""
    write_atomically(build / INDEX_NAME, index.to_json(name).encode())
    return index


def complete_index(build: Path) -> None:
    """List complete releases that the index lacks because a crash came between renaming and listing them."""
    listed = {entry.version for entry in read_index(build).releases}
    if {path.parent.name for path in build.glob(f"[0-9]*/{MANIFEST_NAME}")} - listed:
        write_index(build)


def find_release(builds: list[Path], version: str | None) -> tuple[Path, Manifest] | None:
    """Return folder and manifest of a version, or of the newest, in the first folder that has one.

    Returns None if no version is named and there is no release. Raises `WorkspaceError` if there is no such version,
    `ManifestError` if its manifest is not the one that the index lists.
    """
    known: list[str] = []
    for build in builds:
        entries = read_index(build).releases
        known += [each.version for each in entries if (build / each.version / MANIFEST_NAME).is_file()]
        entry = next((each for each in reversed(entries) if version is None or each.version == version in known), None)
        if entry is not None:
            folder = build / entry.version
            return folder, _read_listed_manifest(folder, entry)
    if version is None:
        return None
    raise WorkspaceError(f"no release {version}; available: {', '.join(known) or 'none'}")


def _read_listed_manifest(folder: Path, entry: IndexEntry) -> Manifest:
    manifest = read_manifest(folder)
    if IndexEntry(manifest.version, manifest.date, file_sha256(folder / MANIFEST_NAME)) != entry:
        index = folder.parent / INDEX_NAME
        raise ManifestError(f"{folder / MANIFEST_NAME}: not the manifest that {index} lists. Download the release again.")
    return manifest
