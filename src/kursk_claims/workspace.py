"""Find the folders with records, schemas and releases."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kursk_claims.errors import WorkspaceError


@dataclass(frozen=True)
class Workspace:
    """The folders `dataset/`, `schemas/` and `build/` that belong together.

    `packaged` marks the copy inside the installed package, which is read and never curated.
    """

    root: Path
    packaged: bool = False

    @property
    def records(self) -> Path:
        return self.root / "dataset" / "records"

    @property
    def schemas(self) -> Path:
        return self.root / "schemas"

    @property
    def build(self) -> Path:
        return self.root / "build"

    @property
    def builds(self) -> list[Path]:
        """Where releases are looked for: the workspace's own, then what was downloaded."""
        return [self.build, downloads_folder()]

    def __str__(self) -> str:
        return f"{self.root} (packaged copy)" if self.packaged else str(self.root)


def downloads_folder() -> Path:
    """The folder of downloaded releases, shared by all workspaces of a user."""
    import platformdirs

    return Path(platformdirs.user_data_dir("kursk-claims")) / "releases"


def is_external_link(path: Path, *folders: Path) -> bool:
    """Whether a file is a link to none of these folders: in a stranger's files it may stand for a secret of who reads them."""
    return path.is_symlink() and not any(path.resolve().is_relative_to(each.resolve()) for each in folders)


def reject_external_links(workspace: Workspace) -> Workspace:
    for folder in (workspace.records, workspace.schemas):
        for path in sorted(folder.iterdir()):
            if is_external_link(path, workspace.root, folder):
                raise WorkspaceError(f"{path} is a link that leads out of the workspace. Put the file itself there.")
    return workspace


def _is_workspace(folder: Path) -> bool:
    return (folder / "dataset" / "records").is_dir() and (folder / "schemas").is_dir()


def find_workspace(named: str | Path | None = None, *, curating: bool = False) -> Workspace:
    """The workspace that is named, else the nearest one upward from here, else the packaged copy.

    `curating` refuses the packaged copy: to check it while somebody edits their own would be a false green.
    Raises `WorkspaceError`.
    """
    if named is not None:
        root = Path(named)
        if not root.is_dir():
            raise WorkspaceError(f"no such folder: {root}. Name the folder that holds dataset/records and schemas.")
        if not _is_workspace(root):
            raise WorkspaceError(f"{root} is no workspace: expected the folders dataset/records and schemas in it.")
        return reject_external_links(Workspace(root.resolve()))
    here = Path.cwd()
    for folder in (here, *here.parents):
        if _is_workspace(folder):
            return reject_external_links(Workspace(folder))
    packaged = Path(__file__).parent / "workspace"
    if not (packaged / "build" / "index.json").is_file():
        raise WorkspaceError(f"no workspace in {here} or above it. Go to one, or name it with --workspace.")
    if curating:
        raise WorkspaceError(
            f"no workspace in {here} or above it, and the packaged copy is not for curating. "
            "Go to your own, or name it with --workspace."
        )
    return Workspace(packaged, packaged=True)
