"""Collect the data of the page: rows by table, views with their SQL, and what the dataset says about itself."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from kursk_claims.contract.loader import load_contract
from kursk_claims.contract.model import SqlStatement
from kursk_claims.contract.statements import load_statements
from kursk_claims.errors import WorkspaceError
from kursk_claims.explorer.outlines import select_outlines
from kursk_claims.release.metadata.citation import render_bibtex
from kursk_claims.release.metadata.dataset_info import find_workspace_info, read_release_info
from kursk_claims.release.source import Source
from kursk_claims.workspace import Workspace

VIEWS_FILE = Path(__file__).parent / "views.sql"
# The tables whose rows the page's scripts read. Older releases have no crosschecks.
TABLES = "attributions actors claim_actors claim_places claim_relations claims documents evidence passages".split()
OPTIONAL_TABLES = ["crosschecks"]


def collect_payload(source: Source, workspace: Workspace) -> dict[str, Any]:
    """Return the data that the template and the scripts of the page read. Raises `WorkspaceError` if there are no claims."""
    names = {row[0] for row in source.connection.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    missing = [name for name in [*TABLES, "codes", "numbers", "places", "said"] if name not in names]
    if missing:
        raise WorkspaceError(f"the page shows claims, but there is no table or view {missing[0]} in {source.name}")
    views = {each.name: _view(source.connection, each) for each in load_statements(VIEWS_FILE, "picture", {"says"}, set())}
    tables = {name: _rows(source.connection, f"FROM {name}")[1] if name in names else [] for name in TABLES + OPTIONAL_TABLES}
    located = [row for row in views["map"]["rows"] if row["latitude"] is not None and row["longitude"] is not None]
    return {
        "about": _about(source, workspace),
        "codes": _codes(source.connection),
        "tables": tables,
        "views": views,
        "outlines": select_outlines([(row["longitude"], row["latitude"]) for row in located]),
    }


def _view(connection: duckdb.DuckDBPyConnection, view: SqlStatement) -> dict[str, Any]:
    columns, rows = _rows(connection, view.sql)
    return {"says": view.header["says"], "sql": view.sql.strip(), "columns": columns, "rows": rows}


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[list[str], list[dict[str, Any]]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return names, [dict(zip(names, map(_to_json_value, row), strict=True)) for row in cursor.fetchall()]


def _to_json_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _codes(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Return the label of each code, by field."""
    labels: dict[str, dict[str, str]] = {}
    for field, code, label in connection.execute("SELECT field, code, label FROM codes ORDER BY ALL").fetchall():
        labels.setdefault(field, {})[code] = label
    return labels


def _about(source: Source, workspace: Workspace) -> dict[str, Any]:
    """Return the dataset's title, licence, limits and citation; version, date and citation are None for records."""
    version = released = citation = None
    if source.release is None:
        info = find_workspace_info(workspace, load_contract(source.schemas))
    else:
        info = read_release_info(*source.release)
        version, released = source.release[1].version, source.release[1].date
        citation = render_bibtex(info, version, released)
    return {
        "title": info.title,
        "introduction": info.description.split("\n\n") if info.introduction else [],
        "limits": [each.replace("**", "").replace("`", "") for each in info.limitation_items],
        "license": {"label": info.license.label, **asdict(info.license)} if info.license else None,
        "version": version,
        "date": released,
        "citation": citation,
    }
