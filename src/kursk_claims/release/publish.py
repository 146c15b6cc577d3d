"""Publish a release: built beside, verified by reading it back, then renamed."""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib.metadata import version as installed
from pathlib import Path

from kursk_claims.contract.loader import Contract, load_contract
from kursk_claims.errors import ChangelogError, ManifestError, ReleaseError
from kursk_claims.release.build import build_tables
from kursk_claims.release.changelog import ChangelogSection, read_changelog_section
from kursk_claims.release.digests import describe_tables, file_sha256, format_sums, list_files, records_digest, verify_files
from kursk_claims.release.index import complete_index, find_release, write_index
from kursk_claims.release.manifest import MANIFEST_NAME, SUMS_NAME, Manifest, ReleaseFile, read_manifest, version_key
from kursk_claims.release.metadata.citation import repository_citation
from kursk_claims.release.metadata.writer import write_metadata
from kursk_claims.release.policy import find_refusals
from kursk_claims.report.model import Report
from kursk_claims.workspace import Workspace

WRITERS = ["duckdb", "kursk-claims", "pandera", "pyarrow"]


def publish_release(workspace: Workspace, version: str) -> tuple[Report, Path | None]:
    """Publish the records as a version; where they have errors nothing is written, and the report says why.

    Raises `ReleaseError` for every other refusal.
    """
    version_key(version)
    workspace.build.mkdir(exist_ok=True)
    complete_index(workspace.build)
    if (workspace.build / version).exists():
        raise ReleaseError(f"{workspace.build / version} exists. A release never changes; choose the next version.")
    contract = load_contract(workspace.schemas)
    beside = Path(tempfile.mkdtemp(prefix=f".{version}-", dir=workspace.build))
    try:
        report = build_tables(workspace, contract, beside)
        if report.exit_code:
            return report, None
        section = _require_permission(workspace, version)
        write_release(beside, workspace, contract, section)
        beside.chmod(0o755)
        os.replace(beside, workspace.build / version)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    write_index(workspace.build)
    (workspace.root / "CITATION.cff").write_text(repository_citation(workspace), encoding="utf-8")
    return report, workspace.build / version


def _require_permission(workspace: Workspace, version: str) -> ChangelogSection:
    try:
        section = read_changelog_section(workspace.root / "CHANGELOG.md", version)
    except ChangelogError as error:
        raise ReleaseError(str(error)) from None
    last = find_release([workspace.build], None)
    reasons = find_refusals(workspace, version, section, *last) if last else []
    if reasons:
        raise ReleaseError("\n".join([f"{version} is refused:", *(f"  {reason}" for reason in reasons)]))
    return section


def write_release(folder: Path, workspace: Workspace, contract: Contract, section: ChangelogSection) -> Manifest:
    """Add to a folder of Parquet all else that a release holds, then read everything back.

    Raises `ManifestError` where what was written is not what was meant.
    """
    _copy_sources(folder, workspace)
    tables = describe_tables(folder, contract)
    draft = Manifest(
        "kursk-claims",
        section.version,
        section.date,
        records_digest(folder),
        {name: installed(name) for name in WRITERS},
        tables,
        list_files(folder),
    )
    write_metadata(folder, draft, contract)
    manifest = Manifest(**{**vars(draft), "files": list_files(folder)})
    (folder / MANIFEST_NAME).write_text(manifest.to_json(), encoding="utf-8")
    itself = ReleaseFile(MANIFEST_NAME, (folder / MANIFEST_NAME).stat().st_size, file_sha256(folder / MANIFEST_NAME))
    (folder / SUMS_NAME).write_text(format_sums([*manifest.files, itself]), encoding="utf-8")
    verify_files(folder, read_manifest(folder))
    if describe_tables(folder, contract) != manifest.tables:
        raise ManifestError(f"{folder}: the tables read back are not those that were written")
    return manifest


def _copy_sources(folder: Path, workspace: Workspace) -> None:
    for name, source, pattern in (("records", workspace.records, "*.csv"), ("schemas", workspace.schemas, "*")):
        (folder / name).mkdir()
        for path in sorted(source.glob(pattern)):
            if path.suffix in (".csv", ".yaml", ".sql"):
                shutil.copyfile(path, folder / name / path.name)
    shutil.copyfile(workspace.schemas / "views.sql", folder / "views.sql")
    shutil.copyfile(workspace.root / "dataset" / "README.md", folder / "CODEBOOK.md")
    shutil.copyfile(workspace.root / "LICENSE-DATA", folder / "LICENSE-DATA")
