"""Describe a release, or the records of a workspace, for the files that are exported from it."""

from __future__ import annotations

from pathlib import Path

from kursk_claims.database.export.about import About
from kursk_claims.release.manifest import Manifest
from kursk_claims.release.metadata.dataset_file import DATASET_FILE, DatasetFile, load_dataset_file
from kursk_claims.release.metadata.dataset_info import DatasetInfo, read_release_info
from kursk_claims.release.source import Source
from kursk_claims.workspace import Workspace


def describe_source(source: Source, workspace: Workspace) -> About:
    """Return what an export of the source says. Raises `ContractError` or `ManifestError`."""
    return describe_published(*source.release) if source.release else describe_records(workspace)


def describe_published(folder: Path, manifest: Manifest) -> About:
    """Return what the files of a release say. Raises `ManifestError` if its descriptors cannot be read."""
    return describe_dataset(read_release_info(folder, manifest), manifest.version, manifest.date)


def describe_records(workspace: Workspace) -> About:
    """Return what files made from unreleased records say; without `dataset.yaml`, the title is the folder's name.

    Raises `ContractError` if `dataset.yaml` is wrong.
    """
    path = workspace.root / "dataset" / DATASET_FILE
    if not path.is_file():
        return About(_to_line(workspace.root.name), _to_line(workspace.root.name))
    return describe_dataset(load_dataset_file(path))


def describe_dataset(dataset: DatasetFile | DatasetInfo, version: str | None = None, date: str | None = None) -> About:
    """Combine the identity of a dataset with a version."""
    license = dataset.license
    return About(
        dataset.name,
        _to_line(dataset.title),
        tuple(map(_to_line, dataset.authors)),
        _to_line(license.label) if license else None,
        license.url if license else None,
        dataset.homepage,
        dataset.language,
        _to_line(dataset.caveat) if dataset.caveat else None,
        version,
        date,
    )


def _to_line(text: str) -> str:
    """Return the text as one printable line: a release is someone else's, and its words are copied into many formats."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
