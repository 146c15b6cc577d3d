"""The documents that a release copies from its workspace: codebook, dataset file and licence."""

from __future__ import annotations

from pathlib import Path

from kursk_claims.files import read_bytes
from kursk_claims.release.metadata.dataset_file import DATASET_FILE, LICENSE_FILE
from kursk_claims.workspace import Workspace


def copy_documents(workspace: Workspace, folder: Path) -> None:
    """Copy the documents to a release's folder."""
    for name, path in _list_documents(workspace).items():
        (folder / name).write_bytes(read_bytes(path))


def documents_differ(workspace: Workspace, folder: Path) -> bool:
    """Whether a document of the workspace is new or differs from that of a release."""
    documents = _list_documents(workspace).items()
    return any(not (folder / name).is_file() or read_bytes(folder / name) != read_bytes(path) for name, path in documents)


def _list_documents(workspace: Workspace) -> dict[str, Path]:
    """Return the documents by their names in a release; the licence only if there is one."""
    dataset, license = workspace.root / "dataset", workspace.root / LICENSE_FILE
    documents = {"CODEBOOK.md": dataset / "README.md", DATASET_FILE: dataset / DATASET_FILE}
    return documents | ({LICENSE_FILE: license} if license.is_file() else {})
