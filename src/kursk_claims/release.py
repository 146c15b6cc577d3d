"""A release: built beside, checked by reading it back, named by a rename, never changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from importlib.metadata import version as installed
from pathlib import Path

from kursk_claims import manifest as manifests
from kursk_claims.build import build_tables
from kursk_claims.changelog import ChangelogError, Section, read_section
from kursk_claims.citation import repository_citation
from kursk_claims.contract import Contract, load_contract
from kursk_claims.findings import Report
from kursk_claims.manifest import Contents, File, Manifest, ManifestError
from kursk_claims.metadata import write_metadata
from kursk_claims.refusals import refusals
from kursk_claims.releases import complete_index, find_release, write_index
from kursk_claims.workspace import Workspace

WRITERS = ["duckdb", "kursk-claims", "pandera", "pyarrow"]


class ReleaseError(Exception):
    """The release is refused; the message gives every reason, one a line."""


def release(workspace: Workspace, version: str) -> tuple[Report, Path | None]:
    """Publish the records as a version; where they have errors nothing is written, and the report says why.

    Raises `ReleaseError` for every other refusal.
    """
    manifests.version_key(version)
    workspace.build.mkdir(exist_ok=True)
    complete_index(workspace.build)
    if (workspace.build / version).exists():
        raise ReleaseError(f"{workspace.build / version} exists. A release never changes; choose the next version.")
    contract = load_contract(workspace)
    beside = Path(tempfile.mkdtemp(prefix=f".{version}-", dir=workspace.build))
    try:
        report = build_tables(workspace, contract, beside)
        if report.exit_code:
            return report, None
        section = _allowed(workspace, version)
        write_release(beside, workspace, contract, section)
        beside.chmod(0o755)
        os.replace(beside, workspace.build / version)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    write_index(workspace.build)
    (workspace.root / "CITATION.cff").write_text(repository_citation(workspace), encoding="utf-8")
    return report, workspace.build / version


def _allowed(workspace: Workspace, version: str) -> Section:
    try:
        section = read_section(workspace.root / "CHANGELOG.md", version)
    except ChangelogError as error:
        raise ReleaseError(str(error)) from None
    last = find_release([workspace.build], None)
    reasons = refusals(workspace, version, section, *last) if last else []
    if reasons:
        raise ReleaseError("\n".join([f"{version} is refused:", *(f"  {reason}" for reason in reasons)]))
    return section


def write_release(folder: Path, workspace: Workspace, contract: Contract, section: Section) -> Manifest:
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
    (folder / manifests.NAME).write_text(manifest.to_json(), encoding="utf-8")
    itself = File(manifests.NAME, (folder / manifests.NAME).stat().st_size, manifests.sha256_of(folder / manifests.NAME))
    (folder / manifests.SUMS).write_text(manifests.sums([*manifest.files, itself]), encoding="utf-8")
    manifests.verify(folder, manifests.read(folder))
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


def describe_tables(folder: Path, contract: Contract) -> tuple[Contents, ...]:
    """Every table and view of a folder of Parquet, read from its file."""
    import pyarrow.parquet as pq

    kinds = [(name, "table") for name in contract.tables] + [(view.name, "view") for view in contract.views]
    described = []
    for name, kind in kinds:
        rows = pq.read_table(folder / f"{name}.parquet")
        columns = tuple((each.name, manifests.logical_type(each.type)) for each in rows.schema)
        described.append(Contents(name, kind, f"{name}.parquet", rows.num_rows, columns, manifests.logical_digest(rows)))
    return tuple(described)


def list_files(folder: Path) -> tuple[File, ...]:
    """Every file below a folder, sorted by path, with size and digest."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    named = [(path.relative_to(folder).as_posix(), path) for path in paths]
    return tuple(File(manifests.safe_path(name), path.stat().st_size, manifests.sha256_of(path)) for name, path in sorted(named))


def records_digest(folder: Path) -> str:
    """The digest of what a release was made from: its `records/` and `schemas/`; specified in `docs/digests.md`."""
    files = [file for file in list_files(folder) if file.path.startswith(("records/", "schemas/"))]
    return hashlib.sha256(manifests.sums(files).encode()).hexdigest()
