"""The index of a folder of releases: versions, and finding one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kursk_claims.errors import ManifestError, WorkspaceError
from kursk_claims.files import write_atomically
from kursk_claims.release.digests import file_sha256
from kursk_claims.release.manifest import MANIFEST_NAME, MAX_MANIFEST_SIZE, VERSION_PATTERN, Manifest, read_manifest, version_key

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
        return self.releases[-1].version if self.releases else None

    def to_json(self) -> str:
        entries = [
            {"version": each.version, "date": each.date, "manifest_sha256": each.manifest_sha256} for each in self.releases
        ]
        return json.dumps({"name": "kursk-claims", "latest": self.latest, "releases": entries}, indent=2) + "\n"


def parse_index(text: str) -> ReleaseIndex:
    """An index from JSON; unknown fields are ignored. Raises `ManifestError`."""
    try:
        raw: Any = json.loads(text)
        entries = tuple(_parse_entry(each) for each in raw["releases"])
        keys = [version_key(each.version) for each in entries]
        if keys != sorted(set(keys)) or raw["latest"] != (entries[-1].version if entries else None):
            raise ValueError("versions are not in order, or the latest is not the last")
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ManifestError(f"expected an index of releases, found something else: {error!r:.300}") from None
    return ReleaseIndex(entries)


def _parse_entry(raw: Any) -> IndexEntry:
    version, day, digest = (raw[name] for name in ("version", "date", "manifest_sha256"))
    if not isinstance(version, str) or not isinstance(digest, str) or not re.fullmatch("[0-9a-f]{64}", digest):
        raise ValueError(f"version {version!r} with manifest {digest!r}")
    return IndexEntry(version, date.fromisoformat(day).isoformat(), digest)


def read_index(build: Path) -> ReleaseIndex:
    """The index of a folder of releases; empty where there is none. Raises `ManifestError`."""
    path = build / INDEX_NAME
    if not path.exists():
        return ReleaseIndex(())
    try:
        if path.stat().st_size > MAX_MANIFEST_SIZE:
            raise ManifestError(f"larger than an index may be ({MAX_MANIFEST_SIZE} bytes)")
        return parse_index(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ManifestError) as error:
        raise ManifestError(f"{path}: {error}") from None


def write_index(build: Path) -> ReleaseIndex:
    """The index of the releases that are there, written beside and renamed.

    Raises `ManifestError` where a release is damaged, or is not the version that its folder's name says.
    """
    folders = [path for path in build.iterdir() if VERSION_PATTERN.fullmatch(path.name) and (path / MANIFEST_NAME).is_file()]
    manifests = sorted(((read_manifest(path), path) for path in folders), key=lambda pair: version_key(pair[0].version))
    for manifest, path in manifests:
        if manifest.version != path.name:
            raise ManifestError(
                f"{path / MANIFEST_NAME}: expected release {path.name}, found {manifest.version}. Remove that folder."
            )
    index = ReleaseIndex(
        tuple(IndexEntry(each.version, each.date, file_sha256(path / MANIFEST_NAME)) for each, path in manifests)
    )
    write_atomically(build / INDEX_NAME, index.to_json().encode())
    return index


def complete_index(build: Path) -> None:
    """Put into the index what was named just before a crash: such a release is whole but not listed."""
    listed = {entry.version for entry in read_index(build).releases}
    if {path.parent.name for path in build.glob(f"[0-9]*/{MANIFEST_NAME}")} - listed:
        write_index(build)


def find_release(builds: list[Path], version: str | None) -> tuple[Path, Manifest] | None:
    """The folder and the manifest of a version, or of the newest, in the first of the folders that has one.

    The manifest is held against the index. Raises `WorkspaceError` where a version that is named is nowhere, `ManifestError`
    where one is damaged.
    """
    known: list[str] = []
    for build in builds:
        index = read_index(build)
        known += [each.version for each in index.releases if (build / each.version / MANIFEST_NAME).is_file()]
        entry = next((each for each in reversed(index.releases) if version is None or each.version == version in known), None)
        if entry is not None:
            folder = build / entry.version
            manifest = read_manifest(folder)
            told = IndexEntry(manifest.version, manifest.date, file_sha256(folder / MANIFEST_NAME))
            if told != entry:
                raise ManifestError(
                    f"{folder / MANIFEST_NAME}: not the manifest that {build / INDEX_NAME} lists. Get the release again."
                )
            return folder, manifest
    if version is None:
        return None
    raise WorkspaceError(f"no release {version}; there are: {', '.join(known) or 'none'}")
