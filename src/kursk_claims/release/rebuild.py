"""Rebuild a release from its own records and compare it with the published files."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.contract.loader import Contract, load_contract
from kursk_claims.database.limits import SqlLimits, read_within_limits
from kursk_claims.database.load import load_records
from kursk_claims.database.sql import quote_identifier
from kursk_claims.errors import ManifestError
from kursk_claims.extras import install_command
from kursk_claims.files import scratch_directory
from kursk_claims.release.digests import describe_relation, describe_tables, records_digest, verify_files
from kursk_claims.release.manifest import Manifest, TableContents
from kursk_claims.release.metadata.about import describe_published
from kursk_claims.release.parquet_writer import find_codec, select_sorted, write_tables
from kursk_claims.release.source import open_release
from kursk_claims.report.values import count_noun

if TYPE_CHECKING:
    import duckdb

PARQUET_WRITERS = ("duckdb", "pyarrow")  # packages whose versions decide the bytes of a Parquet file


def rebuild_release(folder: Path, manifest: Manifest, limits: SqlLimits | None = None) -> str:
    """Verify a release, rebuild its Parquet files from its records and schemas, and describe the result.

    Compares the bytes if the packages that write Parquet are installed in the versions that made the release, else the logical
    digests, for which DuckDB suffices.
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
    with load_records(folder / "records", contract, limits) as connection, read_within_limits(connection, limits):
        _compare_tables(folder, manifest.tables, _describe_rebuilt(connection, contract), "its records give")
        versions = {name: _find_version(name) for name in PARQUET_WRITERS}
        if None in versions.values():
            return f"the same rows in every table (to compare the bytes as well: {install_command('check')})"
        if any(manifest.writers.get(name) != version for name, version in versions.items()):
            return "the same rows in every table (made with other versions of the writers than are installed here)"
        return f"the same bytes in {count_noun(_compare_bytes(folder, manifest, connection, contract), 'file')}"


def _describe_rebuilt(connection: duckdb.DuckDBPyConnection, contract: Contract) -> list[TableContents]:
    """Describe the tables and views of a database as they would be written: sorted, with the types of the contract."""
    tables = [describe_relation(name, "table", connection.sql(select_sorted(table))) for name, table in contract.tables.items()]
    views = [describe_relation(view.name, "view", connection.sql(_select_view(view.name, contract))) for view in contract.views]
    return tables + views


def _select_view(name: str, contract: Contract) -> str:
    schema = contract.view_schemas.get(name)
    types = {quote_identifier(each.name): each.type.duckdb for each in schema.columns} if schema else {}
    columns = ", ".join(f"CAST({column} AS {kind}) AS {column}" for column, kind in types.items())
    return f"SELECT {columns or '*'} FROM {quote_identifier(name)}"


def _find_version(package: str) -> str | None:
    try:
        return installed_version(package)
    except PackageNotFoundError:
        return None


def _compare_bytes(folder: Path, manifest: Manifest, connection: duckdb.DuckDBPyConnection, contract: Contract) -> int:
    """Write the Parquet files again and return their number. Raises `ManifestError` for the first that has other bytes."""
    codec = find_codec(folder / table.file for table in manifest.tables)
    with scratch_directory() as rebuilt:
        written = write_tables(connection, contract, rebuilt, _published_about(folder, manifest), codec)
        for path in written:
            if path.read_bytes() != (folder / path.name).read_bytes():
                raise ManifestError(f"{folder}: {path.name} has other bytes than a rebuild with the same writers")
    return len(written)


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
