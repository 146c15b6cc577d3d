"""The releases beside each other: which there are, which is the newest, and opening one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kursk_claims.files import write_whole
from kursk_claims.manifest import LARGEST, NAME, VERSION, Manifest, ManifestError, read, sha256_of, version_key
from kursk_claims.workspace import WorkspaceError

INDEX = "index.json"


@dataclass(frozen=True)
class Entry:
    """A release in an index: version, date and the SHA-256 of its manifest."""

    version: str
    date: str
    manifest_sha256: str


@dataclass(frozen=True)
class Index:
    """The releases of a folder, oldest first."""

    releases: tuple[Entry, ...]

    @property
    def latest(self) -> str | None:
        return self.releases[-1].version if self.releases else None

    def to_json(self) -> str:
        entries = [
            {"version": each.version, "date": each.date, "manifest_sha256": each.manifest_sha256} for each in self.releases
        ]
        return json.dumps({"name": "kursk-claims", "latest": self.latest, "releases": entries}, indent=2) + "\n"


def parse_index(text: str) -> Index:
    """An index from JSON; unknown fields are ignored. Raises `ManifestError`."""
    try:
        raw: Any = json.loads(text)
        entries = tuple(_entry(each) for each in raw["releases"])
        keys = [version_key(each.version) for each in entries]
        if keys != sorted(set(keys)) or raw["latest"] != (entries[-1].version if entries else None):
            raise ValueError("versions are not in order, or the latest is not the last")
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ManifestError(f"expected an index of releases, found something else: {error!r:.300}") from None
    return Index(entries)


def _entry(raw: Any) -> Entry:
    version, day, digest = (raw[name] for name in ("version", "date", "manifest_sha256"))
    if not isinstance(version, str) or not isinstance(digest, str) or not re.fullmatch("[0-9a-f]{64}", digest):
        raise ValueError(f"version {version!r} with manifest {digest!r}")
    return Entry(version, date.fromisoformat(day).isoformat(), digest)


def read_index(build: Path) -> Index:
    """The index of a folder of releases; empty where there is none. Raises `ManifestError`."""
    path = build / INDEX
    if not path.exists():
        return Index(())
    try:
        if path.stat().st_size > LARGEST:
            raise ManifestError(f"larger than an index may be ({LARGEST} bytes)")
        return parse_index(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ManifestError) as error:
        raise ManifestError(f"{path}: {error}") from None


def write_index(build: Path) -> Index:
    """The index of the releases that are there, written beside and renamed.

    Raises `ManifestError` where a release is damaged, or is not the version that its folder's name says.
    """
    folders = [path for path in build.iterdir() if VERSION.fullmatch(path.name) and (path / NAME).is_file()]
    manifests = sorted(((read(path), path) for path in folders), key=lambda pair: version_key(pair[0].version))
    for manifest, path in manifests:
        if manifest.version != path.name:
            raise ManifestError(f"{path / NAME}: expected release {path.name}, found {manifest.version}. Remove that folder.")
    index = Index(tuple(Entry(each.version, each.date, sha256_of(path / NAME)) for each, path in manifests))
    write_whole(build / INDEX, index.to_json().encode())
    return index


def complete_index(build: Path) -> None:
    """Put into the index what was named just before a crash: such a release is whole but not listed."""
    listed = {entry.version for entry in read_index(build).releases}
    if {path.parent.name for path in build.glob(f"[0-9]*/{NAME}")} - listed:
        write_index(build)


def find_release(builds: list[Path], version: str | None) -> tuple[Path, Manifest] | None:
    """The folder and the manifest of a version, or of the newest, in the first of the folders that has one.

    The manifest is held against the index. Raises `WorkspaceError` where a version that is named is nowhere, `ManifestError`
    where one is damaged.
    """
    known: list[str] = []
    for build in builds:
        index = read_index(build)
        known += [each.version for each in index.releases if (build / each.version / NAME).is_file()]
        entry = next((each for each in reversed(index.releases) if version is None or each.version == version in known), None)
        if entry is not None:
            folder = build / entry.version
            manifest = read(folder)
            told = Entry(manifest.version, manifest.date, sha256_of(folder / NAME))
            if told != entry:
                raise ManifestError(f"{folder / NAME}: not the manifest that {build / INDEX} lists. Get the release again.")
            return folder, manifest
    if version is None:
        return None
    raise WorkspaceError(f"no release {version}; there are: {', '.join(known) or 'none'}")
