"""Collect the data of the page: tables, saved questions with their answers, and what the dataset says about itself."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import asdict
from datetime import date
from typing import Any

import duckdb

from kursk_claims.contract.loader import Contract, load_contract
from kursk_claims.contract.statements import load_questions
from kursk_claims.database.sql import quote_identifier
from kursk_claims.errors import ContractError, WorkspaceError
from kursk_claims.explorer.outlines import select_outlines
from kursk_claims.release.metadata.about import describe_source
from kursk_claims.release.metadata.citation import render_apa, render_bibtex_entry
from kursk_claims.release.metadata.dataset_info import find_workspace_info, read_release_info
from kursk_claims.release.source import Source
from kursk_claims.suggest import did_you_mean
from kursk_claims.workspace import Workspace

# The page's scripts read these. Older releases have no crosschecks.
NEEDED = (
    *("claims", "attributions", "claim_actors", "claim_places", "claim_relations", "evidence", "quantities"),
    *("documents", "passages", "actors", "places", "events", "codes"),
)
VIEWS = ("said", "numbers")
MAX_ANSWERS = 500  # rows of a saved question; the page offers its SQL for the others
OMITTED = {("evidence", "sha256")}  # digests cannot be compressed, and the page reads none of these


def collect_payload(source: Source, workspace: Workspace, document: str | None = None) -> dict[str, Any]:
    """Return the data that the template and the scripts of the page read, of one document or of all.

    Raises `WorkspaceError` if there are no claims, or no document with claims under this id.
    """
    contract = load_contract(source.schemas)
    names = {row[0] for row in source.connection.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    missing = [name for name in (*NEEDED, *VIEWS) if name not in names]
    if missing:
        raise WorkspaceError(f"the page shows claims, but there is no table or view {missing[0]} in {source.name}")
    tables = {name: _read_table(source.connection, name, contract) for name in (*contract.tables, *VIEWS) if name in names}
    if document is not None:
        _keep_document(tables, document)
    return {
        "document": document,
        "about": _describe(source, workspace, contract),
        "codes": _list_labels(source.connection),
        "tables": tables,
        "questions": _answer_questions(source, workspace, document),
        "outlines": select_outlines(workspace, _list_points(tables["places"])),
    }


def encode_payload(payload: dict[str, Any]) -> str:
    """Return the data as JSON, compressed and in letters that HTML leaves alone. The same data give the same letters."""
    content = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), default=_to_json_value).encode()
    return base64.b64encode(gzip.compress(content, mtime=0)).decode()


def _to_json_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)


def _read_table(connection: duckdb.DuckDBPyConnection, name: str, contract: Contract) -> dict[str, Any]:
    """Return a table's meaning, columns and rows, which are arrays: names in each row would double the size of large pages."""
    schema = contract.schema_of(name)
    described = {column.name: column.description for column in schema.columns} if schema else {}
    cursor = connection.execute(f"FROM {quote_identifier(name)}")
    columns = [column[0] for column in cursor.description or []]
    kept = [index for index, column in enumerate(columns) if (name, column) not in OMITTED]
    rows = [[row[index] for index in kept] for row in cursor.fetchall()]
    says = schema.description if schema else next((view.header["says"] for view in contract.views if view.name == name), "")
    return {
        "says": says,
        "columns": [columns[index] for index in kept],
        "meanings": [described.get(columns[index], "") for index in kept],
        "rows": rows,
    }


def _keep_document(tables: dict[str, dict[str, Any]], document: str) -> None:
    """Keep the rows of one document and of its claims. Raises `WorkspaceError` if there is no such document."""
    known = [row[tables["documents"]["columns"].index("doc_id")] for row in tables["documents"]["rows"]]
    if document not in known:
        raise WorkspaceError(f"there is no document {document}{did_you_mean(document, known)}")
    claims = tables["claims"]
    columns = claims["columns"]
    ids = {row[columns.index("claim_id")] for row in claims["rows"] if row[columns.index("doc_id")] == document}
    if not ids:
        raise WorkspaceError(f"the document {document} has no claims. Name one that has.")
    for name, table in tables.items():
        if name == "documents":
            continue
        tests = {"claim_id": ids, "from_claim_id": ids, "doc_id": {document}}
        checked = [(index, tests[column]) for index, column in enumerate(table["columns"]) if column in tests]
        table["rows"] = [row for row in table["rows"] if all(row[index] in values for index, values in checked)]


def _list_points(places: dict[str, Any]) -> list[tuple[float, float]]:
    x, y = places["columns"].index("longitude"), places["columns"].index("latitude")
    return [(row[x], row[y]) for row in places["rows"] if row[x] is not None and row[y] is not None]


def _answer_questions(source: Source, workspace: Workspace, document: str | None) -> list[dict[str, Any]]:
    """Return the saved questions with their answers, for one document those whose answers name their claims.

    An older release, for which the SQL of some does not fit, has fewer.
    """
    answered = []
    where = "WHERE claim_id IN (SELECT claim_id FROM claims WHERE doc_id = $document)" if document is not None else ""
    parameters = {"document": document} if document is not None else None
    try:
        questions = load_questions(workspace.schemas)
    except ContractError:
        return []
    for question in questions:
        sql = question.sql.rstrip().removesuffix(";")
        try:
            cursor = source.connection.execute(f"FROM ({sql}\n) {where} LIMIT {MAX_ANSWERS + 1}", parameters)
            columns = [column[0] for column in cursor.description or []]
            rows = cursor.fetchall()
            tile = question.header.get("tile")
            found = f"SELECT DISTINCT claim_id FROM ({sql}\n) {where}"
            claims = source.connection.execute(found, parameters).fetchall() if tile else []
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            continue
        answered.append(
            {
                "name": question.name,
                "asks": question.header["asks"],
                "tile": tile,
                "claims": [row[0] for row in claims],
                "sql": question.sql,
                "columns": columns,
                "rows": rows[:MAX_ANSWERS],
                "is_cut": len(rows) > MAX_ANSWERS,
            }
        )
    return answered


def _list_labels(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Return the label of each code, by field."""
    labels: dict[str, dict[str, str]] = {}
    for field, code, label in connection.execute("SELECT field, code, label FROM codes ORDER BY ALL").fetchall():
        labels.setdefault(field, {})[code] = label
    return labels


def _describe(source: Source, workspace: Workspace, contract: Contract) -> dict[str, Any]:
    """Return the dataset's title, licence, limits and citation, which records without a release do not have."""
    about = describe_source(source, workspace)
    info = read_release_info(*source.release) if source.release else find_workspace_info(workspace, contract)
    return {
        **asdict(about),
        "description": info.description,
        "introduction": info.description.replace("`", "").split("\n\n") if info.introduction else [],
        "limits": [each.replace("**", "").replace("`", "") for each in info.limitation_items],
        "citation": render_apa(about) if about.version else None,
        "bibtex": render_bibtex_entry(about) if about.version else None,
    }
