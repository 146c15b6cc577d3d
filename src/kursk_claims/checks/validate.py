"""Validate the curated records of a workspace, with texts if there are any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kursk_claims.checks.duckdb_engine import DuckDBEngine
from kursk_claims.checks.pipeline import CheckInputs, check_tables
from kursk_claims.claims.documents import list_document_rows
from kursk_claims.contract.loader import Contract
from kursk_claims.database.limits import SqlLimits
from kursk_claims.files import is_foreign_file
from kursk_claims.report.model import Finding, Report
from kursk_claims.report.values import count_noun
from kursk_claims.suggest import did_you_mean
from kursk_claims.tables.file_names import explain_unread_file, parse_file_name
from kursk_claims.tables.table_input import display_path, open_workspace_input
from kursk_claims.workspace import Workspace


@dataclass
class Validation:
    """A report, and the engine that holds the tables it was made from."""

    report: Report
    engine: DuckDBEngine


def validate_workspace(
    workspace: Workspace, contract: Contract, texts: Sequence[Path] = (), limits: SqlLimits | None = None
) -> Validation:
    """Run all checks on a workspace's records; `texts` are files with the text of held documents.

    Raises `ContractError` and `TextError`; faults of the records are in the report.
    """
    tables = {name: open_workspace_input(workspace.records / f"{name}.csv", table) for name, table in contract.tables.items()}
    inputs = CheckInputs(tables, findings=[*_find_unknown_files(workspace, contract)], are_read=True)
    engine = DuckDBEngine(threads=1, limits=limits)  # for some hundred rows, threads cost more than they save
    return Validation(check_tables(inputs, contract, engine, texts), engine)


def select_document(validation: Validation, contract: Contract, doc_id: str) -> Report:
    """Return the report with the findings of the rows that belong to a document alone; a note counts the others.

    Raises `UsageError` if there is no such document.
    """
    rows = list_document_rows(contract, validation.engine.fetch_rows, doc_id)
    report = validation.report
    own = [finding for finding in report.findings if (finding.table, finding.key) in rows]
    others = count_noun(report.total - len(own), "other finding")
    notes = [*report.notes, f"only the rows of {doc_id} are looked at: {others} in other rows and files"]
    return replace(report, findings=own, notes=notes, unlisted=Counter())


def _find_unknown_files(workspace: Workspace, contract: Contract) -> Iterator[Finding]:
    """Yield the files among the records that are no table: a CSV of another name, and a table in a form that is not read."""
    for path in sorted(workspace.records.iterdir()):
        if is_foreign_file(path.name) or (path.suffix == ".csv" and path.stem in contract.tables):
            continue
        name = parse_file_name(path)
        unread = explain_unread_file(path, contract.tables) if name is None else None
        if path.suffix.lower() == ".csv":
            fix = "Rename the file to its table, or add a schema for it."
            found = f"{path.name}{did_you_mean(path.stem, contract.tables)}"
            yield Finding("file-unknown", display_path(path), "the name of a table in schemas/", found, fix)
        elif name is not None:
            fix = f"Save it as {name.stem}.csv; `kursk-claims check` reads other forms."
            yield Finding("file-unknown", display_path(path), "records as CSV", name.suffix, fix)
        elif unread is not None:
            yield Finding("file-unknown", display_path(path), "records as CSV", *unread)
