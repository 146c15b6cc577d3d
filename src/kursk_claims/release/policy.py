"""Reasons to refuse a version that follows another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from kursk_claims.claims.corrections import find_corrections, find_lost_ids, find_reused_claims, find_revived_ids
from kursk_claims.contract.loader import Contract, load_workspace_contract
from kursk_claims.database.limits import SqlLimits, read_within_limits
from kursk_claims.database.load import finish_database, load_tables
from kursk_claims.database.sql import quote_identifier, read_parquet_sql
from kursk_claims.release.changelog import ChangelogSection
from kursk_claims.release.contract_diff import LEVELS
from kursk_claims.release.diff import Difference, compare_snapshots, open_snapshot
from kursk_claims.release.documents import documents_differ
from kursk_claims.release.manifest import Manifest, version_key
from kursk_claims.report.model import Report
from kursk_claims.workspace import Workspace


def find_refusals(workspace: Workspace, section: ChangelogSection, folder: Path, last: Manifest, limits: SqlLimits) -> list[str]:
    """Return the reasons not to publish the records as the section's version, after the release in `folder`."""
    version = section.version
    if version_key(version) <= version_key(last.version):
        return [f"expected a version after {last.version}, found {version}"]
    difference = compare_snapshots(open_snapshot(folder, last.version), open_snapshot(workspace.root, version))
    if difference.step == "none" and not documents_differ(workspace, folder):
        return [f"nothing differs from {last.version}: there is nothing to release"]
    contract = load_workspace_contract(workspace)
    with load_tables(workspace.records, contract, limits) as connection:
        connection.execute("CREATE SCHEMA old")
        for table in last.tables:
            source = read_parquet_sql([folder / table.file])
            connection.execute(f"CREATE TABLE old.{quote_identifier(table.name)} AS FROM {source}")
        finish_database(connection, contract.views, limits)
        with read_within_limits(connection, limits):
            return [
                *_step_refusals(difference, last.version, version),
                *_correction_refusals(connection, section),
                *_id_refusals(connection, contract),
            ]


def _step_refusals(difference: Difference, old: str, new: str) -> Iterator[str]:
    before, after = version_key(old), version_key(new)
    step = "major" if after[0] > before[0] else "minor" if after[1] > before[1] else "patch"
    if LEVELS.index(difference.step) > LEVELS.index(step):
        reasons = "; ".join(f"{change.table}: {change.what}" for change in difference.changes if change.level == difference.step)
        yield f"{old} to {new} is a {step} step, but the changes require a {difference.step} step ({reasons})"


def _correction_refusals(connection: duckdb.DuckDBPyConnection, section: ChangelogSection) -> Iterator[str]:
    for claim_id, change in find_corrections(connection):
        if claim_id not in section.text:
            yield f"{claim_id}: {change}. Name the claim in the changelog's section of {section.version}, so that readers know"


def _id_refusals(connection: duckdb.DuckDBPyConnection, contract: Contract) -> Iterator[str]:
    for table, lost in find_lost_ids(connection, contract):
        yield f"{lost} is gone from {table}: add it to retired, with the reason"
    for claim_id in find_reused_claims(connection):
        yield f"{claim_id} is another claim from another place of the text: retire it, and give the new claim its own id"
    for table, revived in find_revived_ids(connection, contract):
        yield f"{revived} was retired and is used again in {table}: give the row a new id"


def find_unfinished(report: Report, contract: Contract) -> list[str]:
    """Return the findings that may stand while records are curated, but not in a release."""
    blocking = {rule.name for rule in contract.rules if rule.header.get("blocks") == "release"}
    return [f"{each.key}: {each.found}. {each.fix}" for each in report.findings if each.rule in blocking]


def find_unverified(report: Report) -> list[str]:
    """Return the held documents whose anchors were not compared with the text that was coded, with advice for each."""
    return [
        f"{each}: its offsets and digests were not compared with its text. Add it with --text FILE, or allow this with "
        "--unverified, which the manifest then records"
        for each in report.unverified
    ]
