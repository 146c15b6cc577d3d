"""The index of a folder of releases."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kursk_claims.errors import ManifestError
from kursk_claims.files import raise_if_environment_failed, read_bytes, write_atomically
from kursk_claims.release.digests import file_sha256
from kursk_claims.release.manifest import (
    MANIFEST_NAME,
    MAX_MANIFEST_SIZE,
    VERSION_PATTERN,
    describe_parse_error,
    read_manifest,
    require_dataset_name,
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
    """The releases of a folder, oldest first, and the name of their dataset, which is empty if there are none."""

    releases: tuple[IndexEntry, ...]
    name: str = ""

    @property
    def latest(self) -> str | None:
        """The newest version, if there is any."""
        return self.releases[-1].version if self.releases else None

    def entry(self, version: str | None) -> IndexEntry | None:
        """Return the entry of a version, if it is listed."""
        return next((each for each in self.releases if each.version == version), None)

    def to_json(self) -> str:
        entries = [asdict(each) for each in self.releases]
        return json.dumps({"name": self.name, "latest": self.latest, "releases": entries}, indent=2) + "\n"


def parse_index(text: str) -> ReleaseIndex:
    """Read an index from JSON, ignoring unknown fields. Raises `ManifestError`."""
    try:
        raw: Any = json.loads(text)
        entries = tuple(_parse_entry(each) for each in raw["releases"])
        keys = [version_key(each.version) for each in entries]
        if keys != sorted(set(keys)) or raw["latest"] != (entries[-1].version if entries else None):
            raise ValueError("the versions are not in ascending order, or the latest is not the last")
        return ReleaseIndex(entries, require_dataset_name(raw["name"]) if entries else "")
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        is_page = text.lstrip().startswith("<")
        found = "a web page, perhaps a login" if is_page else f"something else: {describe_parse_error(error)}"
        raise ManifestError(f"expected an index of releases, found {found}") from None


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
        raise_if_environment_failed(error)
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
    index = ReleaseIndex(tuple(entries), manifests[-1][0].name if manifests else "")
    write_atomically(build / INDEX_NAME, index.to_json().encode())
    return index


def complete_index(build: Path) -> None:
    """List complete releases that the index lacks because a crash came between renaming and listing them."""
    listed = {entry.version for entry in read_index(build).releases}
    if {path.parent.name for path in build.glob(f"[0-9]*/{MANIFEST_NAME}")} - listed:
        write_index(build)
