"""Rebuild a release from its own records and compare it with the published files."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from importlib.metadata import version as installed_version
from pathlib import Path

from kursk_claims.contract.loader import load_contract
from kursk_claims.database.load import load_records
from kursk_claims.errors import ManifestError
from kursk_claims.release.digests import describe_tables, records_digest, verify_files
from kursk_claims.release.manifest import Manifest, TableContents
from kursk_claims.release.parquet_writer import write_tables
from kursk_claims.report.values import count_noun

PARQUET_WRITERS = ("duckdb", "pyarrow")  # packages whose versions decide the bytes of a Parquet file


def rebuild_release(folder: Path, manifest: Manifest) -> str:
    """Verify a release, rebuild its Parquet files from its records and schemas, and describe the result.

    Compares the bytes if the writing packages have the versions that made the release, else the logical digests.
    Raises `ManifestError` for the first difference.
    """
    verify_files(folder, manifest)
    if records_digest(folder) != manifest.records_digest:
        raise ManifestError(f"{folder}: its records and schemas are not those that the manifest names")
    contract = load_contract(folder / "schemas")
    with tempfile.TemporaryDirectory() as scratch, load_records(folder / "records", contract) as connection:
        rebuilt = Path(scratch)
        written = write_tables(connection, contract, rebuilt)
        _compare_tables(folder, manifest.tables, describe_tables(rebuilt, contract))
        if any(manifest.writers.get(name) != installed_version(name) for name in PARQUET_WRITERS):
            return "the same rows in every table (made with other versions of the writers than are installed here)"
        for path in written:
            if path.read_bytes() != (folder / path.name).read_bytes():
                raise ManifestError(f"{folder}: {path.name} has other bytes than a rebuild with the same writers")
    return f"the same bytes in {count_noun(len(written), 'file')}"


def _compare_tables(folder: Path, published: Sequence[TableContents], rebuilt: Sequence[TableContents]) -> None:
    if [table.name for table in published] != [table.name for table in rebuilt]:
        raise ManifestError(f"{folder}: its manifest lists other tables and views than its schemas")
    for before, after in zip(published, rebuilt, strict=True):
        if before != after:
            digests = f"has the logical digest {before.logical_digest}, but its records give {after.logical_digest}"
            raise ManifestError(f"{folder}: {before.name} {digests}")
