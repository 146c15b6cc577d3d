"""Find a release among those of a workspace and those that were downloaded, and say which one it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from kursk_claims.errors import ManifestError, WorkspaceError
from kursk_claims.release.digests import LINE_ENDS_CHANGED, LINE_ENDS_FIX, file_sha256, has_changed_line_ends
from kursk_claims.release.index import INDEX_NAME, IndexEntry, read_index
from kursk_claims.release.manifest import MANIFEST_NAME, VERSION_PATTERN, Manifest, read_manifest, version_key
from kursk_claims.workspace import Workspace, downloads_folder

LATEST = "latest"  # instead of a version: the newest
ORIGIN_NAME = "origin.txt"  # in a folder of downloaded releases: the address or folder that they are from


def looks_like_version(text: str) -> bool:
    """Return whether a text is meant as a version rather than as a path: `1.1.0`, `v1.1.0`, `1.1` or `latest`."""
    return text.lower() == LATEST or re.fullmatch(r"[vV]?\d+(\.\d+)*", text) is not None


def choose_version(wanted: str | None, versions: Sequence[str]) -> str | None:
    """Return the version that is wanted, which may have a leading `v`: for None and `latest` the last of these, if any."""
    if wanted is None or wanted.lower() == LATEST:
        return versions[-1] if versions else None
    plain = wanted[1:] if wanted[:1] in ("v", "V") else wanted
    return plain if plain in versions else None


def suggest_version(wanted: str | None, versions: Sequence[str]) -> str:
    """Return a suggestion to append to a message: the only version that has all numbers of the wanted one."""
    numbers = tuple(int(number) for number in re.findall(r"\d{1,6}", wanted or "")[:3])
    near = [version for version in versions if numbers and version_key(version)[: len(numbers)] == numbers]
    return f" (did you mean {near[0]}?)" if len(near) == 1 else ""


def list_release_folders(workspace: Workspace) -> list[Path]:
    """Return the folders in which releases are looked up: the workspace's own, then the downloads of the same dataset.

    Raises `ManifestError` or `ContractError` if the workspace's index or `dataset.yaml`, which name the dataset, is invalid.
    """
    downloads = downloads_folder()
    name = _dataset_name(workspace) if downloads.is_dir() else ""
    folders = [path for path in sorted((downloads / name).iterdir()) if path.is_dir()] if (downloads / name).is_dir() else []
    return [workspace.build, *(folders if name else [])]


def _dataset_name(workspace: Workspace) -> str:
    """Return the name in the index of the workspace's releases, else in `dataset.yaml`; empty if there is none."""
    name = read_index(workspace.build).name
    path = workspace.root / "dataset" / "dataset.yaml"
    if name or not path.is_file():
        return name
    from kursk_claims.release.metadata.dataset_file import load_dataset_file

    return load_dataset_file(path).name


def find_release(folders: list[Path], wanted: str | None) -> tuple[Path, Manifest] | None:
    """Return folder and manifest of a release: of a version, or of the newest one in all folders; or of the folder `wanted`.

    A version is understood as in `choose_version`.

    If several folders have the version, the first one has precedence over the others. Those must have the same manifest.
    Returns None if nothing is wanted and there is no release. Raises `WorkspaceError` if there is no such release or a choice
    of several, `ManifestError` if its manifest is not the one that the index lists.
    """
    if wanted is not None and not VERSION_PATTERN.fullmatch(wanted) and Path(wanted).is_dir():
        return Path(wanted), read_manifest(Path(wanted))
    known = [
        (folder, entry)
        for folder in folders
        for entry in read_index(folder).releases
        if (folder / entry.version / MANIFEST_NAME).is_file()
    ]
    versions = sorted({entry.version for _, entry in known}, key=version_key)
    version = choose_version(wanted, versions)
    found = [(folder, entry) for folder, entry in known if entry.version == version]
    if not found:
        if wanted is None:
            return None
        raise WorkspaceError(
            f"no release {wanted}{suggest_version(wanted, versions)}; available: {', '.join(versions) or 'none'}"
        )
    folder, entry = found[0]
    if folder != folders[0] and len({each.manifest_sha256 for _, each in found}) > 1:
        choices = (f"  {each / entry.version}, from {read_origin(each)}" for each, _ in found)
        raise WorkspaceError(
            f"expected one release {version}, found different ones. Name the folder of one instead of the version:", *choices
        )
    return folder / entry.version, _read_listed_manifest(folder / entry.version, entry)


def _read_listed_manifest(folder: Path, entry: IndexEntry) -> Manifest:
    manifest = read_manifest(folder)
    if IndexEntry(manifest.version, manifest.date, file_sha256(folder / MANIFEST_NAME)) != entry:
        path, index = folder / MANIFEST_NAME, folder.parent / INDEX_NAME
        if has_changed_line_ends(path, entry.manifest_sha256):
            raise ManifestError(f"{path}: {LINE_ENDS_CHANGED}. {LINE_ENDS_FIX}")
        raise ManifestError(f"{path}: not the manifest that {index} lists. Download the release again.")
    return manifest


def read_origin(folder: Path) -> str | None:
    """Return the address or folder from which the releases of a folder were downloaded; None for other folders."""
    path = folder.absolute() / ORIGIN_NAME
    if not path.is_relative_to(downloads_folder()) or path.is_symlink() or not path.is_file():
        return None
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.readline(2000).strip()


def name_release(workspace: Workspace, folder: Path, manifest: Manifest) -> str:
    """Return the name of a release for status messages, with its origin or folder unless it is the workspace's own."""
    if folder.parent == workspace.build:
        return f"release {manifest.version}"
    origin = read_origin(folder.parent)
    place = f"downloaded from {origin}" if origin else f"in {folder}"
    return f"release {manifest.version} of {manifest.name}, {place}"
