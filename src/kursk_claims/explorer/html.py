"""One self-contained HTML page of a release, for people who look rather than query."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from kursk_claims.contract.statements import load_statements
from kursk_claims.errors import WorkspaceError
from kursk_claims.release.manifest import MANIFEST_NAME, Manifest, read_manifest
from kursk_claims.release.metadata.citation import render_bibtex
from kursk_claims.release.metadata.codebook import LICENCE, LICENCE_URL, DatasetInfo, read_dataset_info
from kursk_claims.release.source import Source
from kursk_claims.workspace import Workspace

HERE = Path(__file__).parent
SCRIPTS = ("digest.js", "copy.js", "charts.js", "claims.js", "page.js")


def render(source: Source, workspace: Workspace) -> str:
    """The page of a release (or of records) as HTML: no network, all text escaped, scripts named by digest.

    Raises `WorkspaceError` where the extra is not installed.
    """
    try:
        import jinja2
        import vl_convert
    except ImportError:
        raise WorkspaceError("the page needs two packages more: pip install 'kursk-claims[explore]'") from None
    # The bundle stands inside a script element, which ends at these letters wherever they are.
    vega = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    vega = vega.replace("</script", "<\\/script").replace("<!--", "<\\!--")
    ours = '(() => {\n"use strict";\n' + "\n".join(map(_read, SCRIPTS)) + "})();\n"  # apart from the names of the bundle
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_read("page.html.j2")).render(
        payload=payload(source, workspace),
        style=_read("page.css"),
        scripts=[vega, ours],
        hashes=[_csp_hash(vega), _csp_hash(ours)],
    )


def write(page: str, path: Path) -> None:
    """The page as a file, written beside and renamed."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(page, encoding="utf-8", newline="\n")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def payload(source: Source, workspace: Workspace) -> dict[str, Any]:
    """What the page's script reads: rows by table, each view's SQL with its rows, and what the foot says."""
    manifest = read_manifest(source.schemas.parent) if (source.schemas.parent / MANIFEST_NAME).is_file() else None
    tables = {row[0] for row in source.connection.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    wanted = "attributions actors claim_actors claim_places claim_relations claims crosschecks documents evidence passages"
    views = load_statements(HERE / "views.sql", "picture", {"says"}, set())
    return {
        "about": _about(source, workspace, manifest),
        "codes": _codes(source.connection),
        "tables": {name: _rows(source.connection, f"FROM {name}")[1] if name in tables else [] for name in wanted.split()},
        "views": {each.name: _view(source.connection, each.header["says"], each.sql) for each in views},
        "outlines": json.loads(_read("outlines.geojson")),
    }


def _view(connection: duckdb.DuckDBPyConnection, says: str, sql: str) -> dict[str, Any]:
    columns, rows = _rows(connection, sql)
    return {"says": says, "sql": sql.strip(), "columns": columns, "rows": rows}


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[list[str], list[dict[str, Any]]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return names, [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _codes(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {}
    for field, code, label in connection.execute("SELECT field, code, label FROM codes ORDER BY ALL").fetchall():
        labels.setdefault(field, {})[code] = label
    return labels


def _about(source: Source, workspace: Workspace, manifest: Manifest | None) -> dict[str, Any]:
    codebook = source.schemas.parent / "CODEBOOK.md" if manifest else workspace.root / "dataset" / "README.md"
    name = manifest.name if manifest else workspace.root.name
    about = read_dataset_info(codebook, name) if codebook.is_file() else DatasetInfo(name, name, (), (), ())
    return {
        "title": about.title,
        "summary": [each.replace("**", "") for each in about.summary],
        "limits": [each.replace("**", "").replace("`", "") for each in about.limitations],
        "credits": about.credits,
        "version": manifest.version if manifest else None,
        "date": manifest.date if manifest else None,
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "citation": render_bibtex(about, manifest.version, manifest.date) if manifest else None,
    }


def _csp_hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
