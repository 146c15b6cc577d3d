"""Find the folder with records, schemas and releases."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kursk_claims._version import __version__
from kursk_claims.errors import WorkspaceError
from kursk_claims.links import is_regular, leads_out, list_entries
from kursk_claims.settings import WORKSPACE_VARIABLE, Setting, read_settings, read_variable

PACKAGED = Path(__file__).parent / "workspace"  # what the installed package ships: schemas and the newest release
PACKAGE_CONTRACT = f"package {__version__}"  # the name of its contract in reports
EXPECTED = "a folder with dataset/records"


@dataclass(frozen=True)
class Workspace:
    """A folder with `dataset/` and `build/`. Without `schemas/` of its own, the contract of the installed package applies.

    `packaged` marks the read-only copy inside the installed package.
    """

    root: Path
    packaged: bool = False

    @property
    def records(self) -> Path:
        return self.root / "dataset" / "records"

    @property
    def schemas(self) -> Path:
        """The folder of the contract: the workspace's own, or that of the package. Raises `WorkspaceError`."""
        return self.root / "schemas" if self.has_contract else find_package_workspace().root / "schemas"

    @property
    def has_contract(self) -> bool:
        return (self.root / "schemas").is_dir()

    @property
    def contract_name(self) -> str:
        """The name of the package's contract if that applies; empty for a contract that is named after its folder."""
        return "" if self.has_contract else PACKAGE_CONTRACT

    @property
    def build(self) -> Path:
        return self.root / "build"

    def __str__(self) -> str:
        if self.packaged:
            return f"{self.root} (packaged copy)"
        return str(self.root) if self.has_contract else f"{self.root} (contract: {PACKAGE_CONTRACT})"


def downloads_folder() -> Path:
    """Return the folder of downloaded releases: below it, one folder for each dataset and, in that, one for each origin."""
    import platformdirs

    return Path(platformdirs.user_data_dir("kursk-claims")) / "releases"


WORKSPACE_ENTRIES = ("dataset", "schemas", "build", "LICENSE-DATA", "CITATION.cff", "README.md", "CHANGELOG.md")


def reject_unsafe_entries(root: Path, names: Iterable[str] = WORKSPACE_ENTRIES) -> None:
    """Raise `WorkspaceError` if an entry of a folder, or a file below it, links out of the folder or is no regular file.

    A link could expose the user's private files, or have them overwritten; reading from a pipe could block for ever.
    """
    for name in names:
        for path in list_entries(root / name):
            if path.is_symlink() and leads_out(path, root):
                raise WorkspaceError(f"{path} is a symlink out of {root}. Replace it with what it links to.")
            if not is_regular(path):
                raise WorkspaceError(f"{path}: expected a file, found a pipe, a device or a socket. Remove it.")


def find_workspace(path: str | Path | None = None, *, curating: bool = False) -> Workspace:
    """Return the workspace at a path, or that of KURSK_CLAIMS_WORKSPACE, or the nearest one upwards, or the package's.

    Upwards from the current folder, that is the first folder that is a workspace or whose settings name one. `curating` excludes
    the package's: validating it by mistake would hide the errors of the records being edited. Raises `WorkspaceError`.
    """
    if path is not None:
        return _open_workspace(Path(path))
    if (variable := read_variable(WORKSPACE_VARIABLE)) is not None:
        return _open_configured(variable)
    found = _find_nearest()
    if found is not None:
        return _open_configured(found) if isinstance(found, Setting) else _open_workspace(found)
    if curating:
        raise WorkspaceError(
            f"no workspace in {Path.cwd()} or above it. Change to a folder with dataset/records, name one with --workspace, "
            "or make one with `kursk-claims init FOLDER`."
        )
    return find_package_workspace()


def find_workspace_root() -> Path | None:
    """Return the folder of the workspace that applies here, unless it is the packaged copy."""
    found = read_variable(WORKSPACE_VARIABLE) or _find_nearest()
    return Path(found.value) if isinstance(found, Setting) else found


def _find_nearest() -> Path | Setting | None:
    """Return the first workspace upwards from the current folder, or the setting that names one."""
    current = Path.cwd()
    for folder in (current, *current.parents):
        if (setting := read_settings(folder).workspace) is not None:
            return setting
        if _is_workspace(folder):
            return folder
    return None


def _open_configured(setting: Setting) -> Workspace:
    try:
        return _open_workspace(Path(setting.value))
    except WorkspaceError as error:
        raise WorkspaceError(f"{setting.origin}: {error.args[0]}", *error.args[1:]) from None


def find_workspace_of(file: Path) -> Workspace | None:
    """Return the workspace in whose folder of records a file lies, wherever the current folder is."""
    folder = Path(os.path.abspath(file)).parent
    root = folder.parent.parent
    return _open_workspace(root) if folder == root / "dataset" / "records" and _is_workspace(root) else None


def find_package_workspace() -> Workspace:
    """Return the workspace that came with the package, wherever the current folder is: its copy, or the checkout it runs from.

    Raises `WorkspaceError`.
    """
    checkout = Path(__file__).parents[2]
    if packaged := _packaged_copy():
        return packaged
    if not (checkout / "schemas").is_dir() or not _is_workspace(checkout):
        raise WorkspaceError(f"no contract in the installed package ({Path(__file__).parent}). Install it again.")
    return Workspace(checkout)


def _packaged_copy() -> Workspace | None:
    return Workspace(PACKAGED, packaged=True) if (PACKAGED / "build" / "index.json").is_file() else None


def _open_workspace(root: Path) -> Workspace:
    if not root.is_dir():
        raise WorkspaceError(f"no such folder: {root}. Name {EXPECTED}.")
    if not _is_workspace(root):
        raise WorkspaceError(f"{root} is not a workspace: expected {EXPECTED}.")
    root = root.resolve()
    reject_unsafe_entries(root)
    return Workspace(root)


def _is_workspace(folder: Path) -> bool:
    return (folder / "dataset" / "records").is_dir()
