"""Choose the contract of a check: the package's, a release's, or a folder of schemas."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kursk_claims.contract.loader import Contract, load_contract
from kursk_claims.errors import ContractError, WorkspaceError
from kursk_claims.links import leads_out
from kursk_claims.release.digests import file_sha256, verify_files
from kursk_claims.release.lookup import LATEST, find_release, list_release_folders, looks_like_version
from kursk_claims.release.manifest import MANIFEST_NAME, Manifest
from kursk_claims.release.source import find_source_folders
from kursk_claims.settings import CONTRACT_VARIABLE, Setting, find_settings, read_variable
from kursk_claims.workspace import PACKAGE_CONTRACT, Workspace, find_package_workspace, find_workspace

PACKAGE = "package"


@dataclass(frozen=True)
class ContractChoice:
    """A contract, the workspace, and the folders in which releases for references are looked up."""

    contract: Contract
    workspace: Workspace
    folders: list[Path]


def choose_contract(name: str | Path | None = None, workspace_path: str | Path | None = None) -> ContractChoice:
    """Return the contract with this name: `package`, a version, or the path of a folder of schemas.

    Without a name it is that of KURSK_CLAIMS_CONTRACT or, if no workspace is named, of the nearest settings, else the workspace's
    own. `package` and its releases do not depend on the current folder, so that the records that are checked cannot bring their
    own rules. Raises `ContractError`, `ManifestError` or `WorkspaceError`.
    """
    if name is None and (setting := _find_setting(workspace_path)) is not None:
        try:
            return choose_contract(setting.value, workspace_path)
        except (ContractError, WorkspaceError) as error:
            raise type(error)(f"{setting.origin}: {error.args[0]}", *error.args[1:]) from None
    if name is None:
        workspace = find_workspace(workspace_path)
        return ContractChoice(
            load_contract(find_source_folders(workspace)[0], workspace.contract_name), workspace, list_release_folders(workspace)
        )
    if name == PACKAGE:
        package = find_package_workspace()
        workspace = package if workspace_path is None else find_workspace(workspace_path)
        contract = load_contract(package.schemas, PACKAGE_CONTRACT)
        return ContractChoice(contract, workspace, list_release_folders(workspace))
    workspace = _find_workspace_or_package(workspace_path)
    if looks_like_version(str(name)) and not Path(name).is_dir():
        folders = list(dict.fromkeys([find_package_workspace().build, *list_release_folders(workspace)]))
        folder, manifest = _find_only_release(_require_fixed_version(str(name)), folders)
        verify_files(folder, manifest)
        contract = load_contract(folder / "schemas", f"release {manifest.version} of {manifest.name}")
        return ContractChoice(contract, workspace, folders)
    return ContractChoice(_load_folder(Path(name)), workspace, list_release_folders(workspace))


def _find_setting(workspace_path: str | Path | None) -> Setting | None:
    return read_variable(CONTRACT_VARIABLE) or (find_settings().contract if workspace_path is None else None)


def _require_fixed_version(version: str) -> str:
    """Return the version. Raises `ContractError` for `latest`, which the folder that is checked could decide."""
    if version.lower() == LATEST:
        raise ContractError("expected `package` or a fixed version as the contract, found `latest`. Name the version.")
    return version


def _find_workspace_or_package(path: str | Path | None) -> Workspace:
    """Return the workspace at the path or around the current folder; without either, the package's."""
    try:
        return find_workspace(path)
    except WorkspaceError:
        if path is not None:
            raise
        return find_package_workspace()


def _find_only_release(version: str, folders: list[Path]) -> tuple[Path, Manifest]:
    """Return a release. Raises `ContractError` if two of the folders have different releases of this version."""
    found: dict[str, tuple[Path, Manifest]] = {}
    for build in folders:
        try:
            release = find_release([build], version)
        except WorkspaceError:  # this folder has no such release
            continue
        assert release is not None
        found.setdefault(file_sha256(release[0] / MANIFEST_NAME), release)
    if len(found) > 1:
        places = " and ".join(str(folder) for folder, _ in found.values())
        raise ContractError(f"{places}: expected one release {version}, found different ones. Name a folder of schemas instead.")
    if not found:
        find_release(folders, version)  # raises the error that lists what is available
    return next(iter(found.values()))


def _load_folder(folder: Path) -> Contract:
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        raise ContractError(f"{folder}: expected `package`, a version such as 1.1.0, or a folder of schemas, found {found}.")
    for path in sorted(folder.iterdir()):
        if leads_out(path, folder):
            raise ContractError(f"{path} is a symlink out of its folder. Replace it with the file itself.")
    return load_contract(folder, str(folder))
