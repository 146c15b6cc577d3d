"""Render load.sql of a release, which loads its Parquet into DuckDB."""

from __future__ import annotations

from collections.abc import Iterator

from kursk_claims.contract.loader import Contract
from kursk_claims.database.export.duckdb_tables import define_tables
from kursk_claims.database.load import render_comments
from kursk_claims.database.sql import quote_identifier, quote_literal
from kursk_claims.release.metadata.about import describe_dataset
from kursk_claims.release.metadata.model import GENERATED, ReleaseDescription

LOAD_SCRIPT = "load.sql"


def render_load_script(release: ReleaseDescription, contract: Contract) -> str:
    """Render the SQL that creates tables with keys from the Parquet beside it, then views, then comments."""
    about = describe_dataset(release.info, release.version, release.date)
    header = [GENERATED, about.citation, *([f"Licence: {about.license}."] if about.license else [])]
    header.append("Loads this release into DuckDB. Run it in this folder: duckdb FILE.duckdb -c '.read load.sql'")
    lines = [f"-- {line}" for line in header]
    return "\n".join([*lines, "", *(f"{statement.rstrip().removesuffix(';')};" for statement in _statements(contract))]) + "\n"


def _statements(contract: Contract) -> Iterator[str]:
    yield "BEGIN"
    for table, definition in define_tables(contract):
        yield definition
        yield f"INSERT INTO {quote_identifier(table.name)} SELECT * FROM read_parquet({quote_literal(f'{table.name}.parquet')})"
    yield from (view.sql for view in contract.views)
    yield from render_comments(contract)
    yield "COMMIT"
