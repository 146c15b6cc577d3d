"""Reasons why a version cannot follow the newest release."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from kursk_claims.contract.loader import Contract, load_contract
from kursk_claims.database.load import load_records
from kursk_claims.database.sql import quote_identifier, quote_literal
from kursk_claims.release.changelog import ChangelogSection
from kursk_claims.release.contract_diff import LEVELS
from kursk_claims.release.diff import Difference, compare_snapshots, open_snapshot
from kursk_claims.release.manifest import Manifest, version_key
from kursk_claims.workspace import Workspace

# What a claim says, apart from wording: whether it is so, on whose word, and which number.
CORRECTED = """
SELECT n.claim_id, 'polarity was ' || o.polarity || ', is ' || n.polarity FROM said n JOIN old.said o USING (claim_id)
WHERE n.polarity <> o.polarity
UNION ALL
SELECT n.claim_id, 'origin was ' || o.origin || ', is ' || n.origin FROM said n JOIN old.said o USING (claim_id)
WHERE n.origin_id <> o.origin_id
UNION ALL
SELECT n.claim_id, 'number was ' || coalesce(o.number, 'none') || ', is ' || coalesce(n.number, 'none')
FROM said n JOIN old.said o USING (claim_id) WHERE n.number IS DISTINCT FROM o.number
ORDER BY ALL"""
# A claim whose words and whose place in the text are both others is another claim under an old id.
REUSED = """
SELECT n.claim_id FROM claims n JOIN old.claims o USING (claim_id)
WHERE n.statement <> o.statement AND NOT EXISTS (
    SELECT 1 FROM evidence a JOIN old.evidence b USING (claim_id, doc_id)
    WHERE a.claim_id = n.claim_id AND a.role = 'content' AND b.role = 'content'
      AND a.char_start < b.char_end AND b.char_start < a.char_end)
ORDER BY ALL"""


def find_refusals(workspace: Workspace, version: str, section: ChangelogSection, folder: Path, last: Manifest) -> list[str]:
    """The reasons against publishing the records as `version` after the release in `folder`; empty where there is none."""
    was, now = version_key(last.version), version_key(version)
    if now <= was:
        return [f"expected a version after {last.version}, found {version}"]
    difference = compare_snapshots(open_snapshot(folder, last.version), open_snapshot(workspace.root, version))
    if difference.step == "none":
        return [f"nothing differs from {last.version}: there is nothing to release"]
    contract = load_contract(workspace.schemas)
    connection = load_records(workspace.records, contract, locked=False)  # the last release is read beside
    connection.execute("CREATE SCHEMA old")
    for table in last.tables:
        source = quote_literal(folder / table.file)
        connection.execute(f"CREATE VIEW old.{quote_identifier(table.name)} AS FROM read_parquet({source})")
    return [
        *_small_step(difference, last.version, version),
        *_silent_corrections(connection, section),
        *_lost_ids(connection, contract, last),
        *_reused_ids(connection, contract),
    ]


def _small_step(difference: Difference, old: str, new: str) -> Iterator[str]:
    was, now = version_key(old), version_key(new)
    step = "major" if now[0] > was[0] else "minor" if now[1] > was[1] else "patch"
    if LEVELS.index(difference.step) > LEVELS.index(step):
        whys = [f"{change.table}: {change.what}" for change in difference.changes if change.level == difference.step]
        yield f"{old} to {new} is a {step} step, the difference demands a {difference.step} one ({'; '.join(whys)})"


def _silent_corrections(connection: duckdb.DuckDBPyConnection, section: ChangelogSection) -> Iterator[str]:
    for claim_id, what in connection.execute(CORRECTED).fetchall():
        if claim_id not in section.text:
            yield f"{claim_id}: {what}. Readers must be told: name the claim in the changelog's section of {section.version}"


def _lost_ids(connection: duckdb.DuckDBPyConnection, contract: Contract, last: Manifest) -> Iterator[str]:
    for name in sorted({table.name for table in last.tables} & contract.tables.keys()):
        key = contract.tables[name].primary_key
        if len(key) == 1 and name != "retired":
            column = quote_identifier(key[0])
            query = (
                f"SELECT {column} FROM old.{quote_identifier(name)} WHERE {column} NOT IN (SELECT {column} FROM {quote_identifier(name)}) "
                f"AND {column} NOT IN (SELECT retired_id FROM retired) ORDER BY 1"
            )
            for (gone,) in connection.execute(query).fetchall():
                yield f"{gone} is gone from {name}: put it into retired, with the reason"


def _reused_ids(connection: duckdb.DuckDBPyConnection, contract: Contract) -> Iterator[str]:
    for (claim_id,) in connection.execute(REUSED).fetchall():
        yield f"{claim_id} says something else from another place of the text: retire it and give the new claim an id of its own"
    for name, table in contract.tables.items():
        if len(table.primary_key) == 1 and name != "retired":
            column = quote_identifier(table.primary_key[0])
            query = (
                f"SELECT {column} FROM {quote_identifier(name)} WHERE {column} IN (SELECT retired_id FROM old.retired) ORDER BY 1"
            )
            for (used,) in connection.execute(query).fetchall():
                yield f"{used} was retired and is used again in {name}: an id is never used again"
