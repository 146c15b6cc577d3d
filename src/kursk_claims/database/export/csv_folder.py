"""Export to a folder of CSV files."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kursk_claims.contract.data_package import PROFILES, render_table_schema
from kursk_claims.contract.loader import Contract
from kursk_claims.database.export.about import About
from kursk_claims.database.export.tables import FORMULA_PREFIXES, ExportTable
from kursk_claims.database.render import format_csv_cell

DESCRIPTOR = "datapackage.json"


def write_csv_folder(tables: Iterable[ExportTable], contract: Contract, about: About, target: Path, *, safe: bool) -> None:
    """Write one CSV file per table, and a Data Package that describes them.

    `safe` is for spreadsheets: it puts an apostrophe before text that they would run as a formula, and begins each file with a
    byte order mark, without which Excel does not read it as UTF-8.
    """
    target.mkdir()
    resources = []
    for table in tables:
        with (target / f"{table.name}.csv").open("w", encoding="utf-8-sig" if safe else "utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(table.columns)
            writer.writerows([_format_cell(value, safe=safe) for value in row] for row in table.rows)
        resources.append(_describe_file(target / f"{table.name}.csv", table, contract))
    descriptor = json.dumps(_describe_package(about, resources), ensure_ascii=False, indent=2)
    (target / DESCRIPTOR).write_text(f"{descriptor}\n", encoding="utf-8")


def _format_cell(value: Any, *, safe: bool) -> str:
    is_formula = isinstance(value, str) and value.startswith(FORMULA_PREFIXES)
    return f"'{value}" if safe and is_formula else format_csv_cell(value)


def _describe_package(about: About, resources: list[dict[str, Any]]) -> dict[str, Any]:
    name = about.license if re.fullmatch("[-a-zA-Z0-9._]+", about.license or "") else None
    license = _known({"name": name, "title": about.license, "path": about.license_url})
    values = {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": about.name,
        "title": about.title,
        "description": " ".join(filter(None, [about.citation, about.caveat])),
        "homepage": about.homepage,
        "version": about.version,
        "created": f"{about.date}T00:00:00Z" if about.date else None,
        "licenses": [license] if name or about.license_url else None,
        "contributors": [{"title": author, "roles": ["creator"]} for author in about.authors],
        "resources": resources,
    }
    return _known(values)


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _describe_file(path: Path, table: ExportTable, contract: Contract) -> dict[str, Any]:
    schema = contract.schema_of(table.name)
    types = [column.type.data_package for column in schema.columns] if schema else ["any"] * len(table.columns)
    content = path.read_bytes()
    return {
        "name": table.name,
        "type": "table",
        **({"title": schema.title, "description": schema.description} if schema else {}),
        "path": path.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": render_table_schema(zip(table.columns, types, strict=True), schema),
    }
