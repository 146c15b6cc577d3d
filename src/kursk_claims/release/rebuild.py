"""Rebuild a release from its own records and compare it with what was published."""

from __future__ import annotations

import tempfile
from importlib.metadata import version as installed
from pathlib import Path

from kursk_claims.contract.loader import load_contract
from kursk_claims.database.load import load_records
from kursk_claims.errors import ManifestError
from kursk_claims.release.digests import describe_tables, records_digest, verify_files
from kursk_claims.release.manifest import Manifest
from kursk_claims.release.parquet_writer import write_tables


def rebuild_release(folder: Path, manifest: Manifest) -> str:
    """Make the Parquet again from the release's own records and schemas; says what was found the same.

    Byte for byte where the writers have the versions that made it, otherwise by the logical digests. Raises `ManifestError`.
    """
    verify_files(folder, manifest)
    if records_digest(folder) != manifest.records_digest:
        raise ManifestError(f"{folder}: its records and schemas are not those that the manifest names")
    contract = load_contract(folder / "schemas")
    with tempfile.TemporaryDirectory() as scratch:
        again = Path(scratch)
        connection = load_records(folder / "records", contract)
        written = write_tables(connection, contract, again)
        for was, now in zip(manifest.tables, describe_tables(again, contract), strict=True):
            if was != now:
                raise ManifestError(
                    f"{folder}: {was.name} made again has the logical digest {now.logical_digest}, not {was.logical_digest}"
                )
        writers = {name: installed(name) for name in ("duckdb", "pyarrow")}
        if any(manifest.writers.get(name) != version for name, version in writers.items()):
            return "the same rows in every table (made with other writers than are installed here)"
        for path in written:
            if path.read_bytes() != (folder / path.name).read_bytes():
                raise ManifestError(f"{folder}: {path.name} made again has other bytes, though the writers are the same")
    return f"the same bytes in {len(written)} files"
