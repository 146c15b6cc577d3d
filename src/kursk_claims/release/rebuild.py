"""Rebuild a release from its own records and compare it with the published files."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version as installed_version
from pathlib import Path

from kursk_claims.contract.loader import load_contract
from kursk_claims.database.limits import SqlLimits, read_within_limits
from kursk_claims.database.load import load_records
from kursk_claims.errors import ManifestError
from kursk_claims.files import scratch_directory
from kursk_claims.release.digests import describe_tables, records_digest, verify_files
from kursk_claims.release.manifest import Manifest, TableContents
from kursk_claims.release.metadata.about import describe_published
from kursk_claims.release.parquet_writer import find_codec, write_tables
from kursk_claims.release.source import open_release
from kursk_claims.report.values import count_noun

PARQUET_WRITERS = ("duckdb", "pyarrow")  # packages whose versions decide the bytes of a Parquet file


def rebuild_release(folder: Path, manifest: Manifest, limits: SqlLimits | None = None) -> str:
    """Verify a release, rebuild its Parquet files from its records and schemas, and describe the result.

    Compares the bytes if the writing packages have the versions that made the release, else the logical digests.
    Raises `ManifestError` for the first difference.
    """
    verify_files(folder, manifest)
    if records_digest(manifest.files) != manifest.records_digest:
        raise ManifestError(f"{folder}: its records and schemas are not those that the manifest names")
    contract = load_contract(folder / "schemas")
    limits = limits or SqlLimits()
    names = [*contract.tables, *(view.name for view in contract.views)]
    if [table.name for table in manifest.tables] != names:
        raise ManifestError(f"{folder}: its manifest lists other tables and views than its schemas")
    _compare_tables(folder, manifest.tables, describe_tables(folder, contract), "its file holds")
    open_release(folder, manifest, limits).close()  # the views that readers get
    with scratch_directory() as rebuilt, load_records(folder / "records", contract, limits) as connection:
        with read_within_limits(connection, limits):
            codec = find_codec(folder / table.file for table in manifest.tables)
            written = write_tables(connection, contract, rebuilt, _published_about(folder, manifest), codec)
        _compare_tables(folder, manifest.tables, describe_tables(rebuilt, contract), "its records give")
        if any(manifest.writers.get(name) != installed_version(name) for name in PARQUET_WRITERS):
            return "the same rows in every table (made with other versions of the writers than are installed here)"
        for path in written:
            if path.read_bytes() != (folder / path.name).read_bytes():
                raise ManifestError(f"{folder}: {path.name} has other bytes than a rebuild with the same writers")
    return f"the same bytes in {count_noun(len(written), 'file')}"


def _published_about(folder: Path, manifest: Manifest) -> dict[str, str]:
    """Return what the footers of the release say about the dataset; nothing if it is older than they are."""
    import pyarrow.parquet as pq

    footer = pq.read_schema(folder / manifest.tables[0].file).metadata or {}
    return describe_published(folder, manifest).properties() if b"dataset_title" in footer else {}


def _compare_tables(folder: Path, published: Sequence[TableContents], found: Sequence[TableContents], source: str) -> None:
    for before, after in zip(published, found, strict=True):
        if before != after:
            digests = f"has the logical digest {before.logical_digest}, but {source} {after.logical_digest}"
            raise ManifestError(f"{folder}: {before.name} {digests}")
