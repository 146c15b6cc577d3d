"""What the claims' contract demands, in the words of the peers: read from the schema, and two rules by hand."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[3]
COLUMNS = yaml.safe_load((ROOT / "schemas" / "claims.yaml").read_text(encoding="utf-8"))["columns"]
KEY = "claim_id"
FILE = sys.argv[1]

REQUIRED = [name for name, column in COLUMNS.items() if not column.get("nullable")]
CODES = {name: column["isin"] for name, column in COLUMNS.items() if "isin" in column}
PATTERNS = {name: column["str_matches"] for name, column in COLUMNS.items() if "str_matches" in column}
LENGTHS = {name: column["str_length"] for name, column in COLUMNS.items() if "str_length" in column}
TEXTS = [name for name, column in COLUMNS.items() if column["dtype"] == "String"]
UNSEEN = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}--[\u200c\u200d]]"
ORDER = "occurred-order occurred_earliest,occurred_latest"
BASIS = "occurred-basis time_basis,occurred_earliest,time_source"
DATES = "occurred_earliest", "occurred_latest"


def csv_source(path: str) -> str:
    """Return what DuckDB reads a CSV with: the same types, and a table of what it rejects."""
    types = {"String": "VARCHAR", "Int32": "INTEGER", "Float64": "DOUBLE", "Boolean": "BOOLEAN", "Date": "DATE"}
    columns = {name: types[column["dtype"]] for name, column in COLUMNS.items()}
    return (
        f"read_csv('{path}', header = true, columns = {columns}, delim = ',', quote = '\"', escape = '\"', store_rejects = true)"
    )


def report(found: dict[str, int]) -> None:
    """Print how often each check failed; a check that is not named cannot be expressed."""
    print(json.dumps({name: int(count) for name, count in found.items()}))
