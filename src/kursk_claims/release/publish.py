"""Publish a release: build it in a staging folder, read it back, then rename it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version as installed_version
from pathlib import Path

from kursk_claims.checks.validate import validate_workspace
from kursk_claims.contract.loader import Contract, load_workspace_contract
from kursk_claims.database.limits import SqlLimits
from kursk_claims.errors import ChangelogError, ManifestError, ReleaseError
from kursk_claims.files import is_foreign_file, place_directory, staging_directory, write_atomically
from kursk_claims.release.build import build_tables
from kursk_claims.release.changelog import ChangelogSection, read_changelog_section
from kursk_claims.release.digests import describe_tables, format_sums, list_files, manifest_file, records_digest, verify_files
from kursk_claims.release.documents import copy_documents
from kursk_claims.release.index import complete_index, write_index
from kursk_claims.release.lookup import find_release
from kursk_claims.release.manifest import MANIFEST_NAME, SUMS_NAME, Manifest, read_manifest, version_key
from kursk_claims.release.metadata.about import describe_dataset
from kursk_claims.release.metadata.citation import CITATION_FILE
from kursk_claims.release.metadata.dataset_info import load_workspace_info
from kursk_claims.release.metadata.writer import write_metadata
from kursk_claims.release.policy import find_refusals, find_unfinished, find_unverified
from kursk_claims.release.signatures import SIGNATURE_NAME, sign
from kursk_claims.report.model import Report
from kursk_claims.workspace import Workspace

GIT_ATTRIBUTES = ".gitattributes"
WRITERS = ["duckdb", "kursk-claims", "pandera", "pyarrow"]  # packages whose versions a manifest names


def publish_release(
    workspace: Workspace,
    version: str,
    limits: SqlLimits | None = None,
    *,
    texts: Sequence[Path] = (),
    unverified: bool = False,
    sign_key: Path | None = None,
) -> tuple[Report, Path | None]:
    """Publish the records as a version; return the report and the new folder, or None if the records have errors.

    `texts` are files or folders with the texts of held documents. Anchors that are not compared with them refuse the release, or
    are recorded in the manifest if `unverified` allows them. The manifest is signed if a key of OpenSSH is named. Raises
    `ContractError` if `dataset.yaml` is missing or wrong, and `ReleaseError` with the reasons of any other refusal.
    """
    version_key(version)
    limits = limits or SqlLimits()
    contract = load_workspace_contract(workspace)
    info = load_workspace_info(workspace, contract)
    complete_index(workspace.build)
    folder = workspace.build / version
    if folder.exists():
        raise _exists_error(folder)
    validation = validate_workspace(workspace, contract, texts, limits)
    if validation.report.exit_code:
        return validation.report, None
    reasons = find_unfinished(validation.report, contract)
    reasons += [] if unverified else find_unverified(validation.report)
    if reasons:
        raise ReleaseError(f"{version} is refused:", *(f"  {reason}" for reason in reasons))
    section = _require_permission(workspace, version, limits)
    with staging_directory(folder) as staging:
        new = staging / version
        new.mkdir()
        build_tables(validation, contract, new, describe_dataset(info, version, section.date), limits)
        write_release(new, workspace, contract, info.name, section, validation.report.unverified)
        if sign_key:
            (new / SIGNATURE_NAME).write_bytes(sign((new / MANIFEST_NAME).read_bytes(), sign_key))
        try:
            place_directory(new, folder)
        except FileExistsError:
            raise _exists_error(folder) from None
    write_index(workspace.build)
    _keep_line_ends(workspace.build)
    write_atomically(workspace.root / CITATION_FILE, (folder / CITATION_FILE).read_bytes())
    return validation.report, folder


def _keep_line_ends(build: Path) -> None:
    """Tell Git to keep the bytes of releases, unless somebody decided otherwise: converted line ends change their digests."""
    path = build / GIT_ATTRIBUTES
    if not os.path.lexists(path):
        write_atomically(path, b"* -text\n")


def _exists_error(folder: Path) -> ReleaseError:
    return ReleaseError(f"{folder} exists. A release never changes; choose the next version.")


def _require_permission(workspace: Workspace, version: str, limits: SqlLimits) -> ChangelogSection:
    """Return the changelog's section of the version, unless there are reasons to refuse it. Raises `ReleaseError`."""
    try:
        section = read_changelog_section(workspace.root / "CHANGELOG.md", version)
    except ChangelogError as error:
        raise ReleaseError(str(error)) from None
    last = find_release([workspace.build], None)
    reasons = find_refusals(workspace, section, *last, limits) if last else []
    if reasons:
        raise ReleaseError(f"{version} is refused:", *(f"  {reason}" for reason in reasons))
    return section


def write_release(
    folder: Path,
    workspace: Workspace,
    contract: Contract,
    name: str,
    section: ChangelogSection,
    unverified: Sequence[str],
) -> Manifest:
    """Add sources, descriptors, manifest and checksums to a folder of Parquet, then read everything back.

    Raises `ManifestError` if the files read back differ from those that were written.
    """
    _copy_sources(folder, workspace)
    writers = {package: installed_version(package) for package in WRITERS}
    tables = describe_tables(folder, contract)
    files = list_files(folder)
    draft = Manifest(name, section.version, section.date, records_digest(files), writers, tables, files, tuple(unverified))
    write_metadata(folder, draft, contract)
    manifest = replace(draft, files=list_files(folder))
    (folder / MANIFEST_NAME).write_text(manifest.to_json(), encoding="utf-8")
    (folder / SUMS_NAME).write_text(format_sums([*manifest.files, manifest_file(folder)]), encoding="utf-8")
    verify_files(folder, read_manifest(folder))
    if describe_tables(folder, contract) != manifest.tables:
        raise ManifestError(f"{folder}: the tables read back differ from those that were written")
    return manifest


def _copy_sources(folder: Path, workspace: Workspace) -> None:
    for name, source, suffixes in (("records", workspace.records, {".csv"}), ("schemas", workspace.schemas, {".yaml", ".sql"})):
        (folder / name).mkdir()
        for path in sorted(source.iterdir()):
            if path.suffix in suffixes and not is_foreign_file(path.name):
                shutil.copyfile(path, folder / name / path.name)
    shutil.copyfile(workspace.schemas / "views.sql", folder / "views.sql")
    copy_documents(workspace, folder)
