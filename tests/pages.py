"""Pages for the tests of the explorer: of a workspace, and of many copies of its documents."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kursk_claims.explorer.html import render_page
from kursk_claims.explorer.payload import collect_payload
from kursk_claims.release.source import open_source
from kursk_claims.workspace import find_workspace

Visit = Callable[..., Any]  # opens a page in the browser
HOSTILE = "</script><script>window.struck = true</script><img src=x onerror='window.struck = true'> & \u2028 said so."
COPIED = {
    *("claim_id", "from_claim_id", "to_claim_id", "quantity_id", "crosscheck_id"),
    *("evidence_id", "cue_evidence_id", "source_evidence_id", "passage_id"),
}


def collect(root: Path) -> dict[str, Any]:
    """Return the payload of a workspace's newest release, or of its records."""
    workspace = find_workspace(root)
    return collect_payload(open_source(workspace), workspace)


def render(root: Path) -> str:
    return render_page(collect(root))


def read_payload(page: str) -> dict[str, Any]:
    """Return the data in a page."""
    found = re.search(r'id="payload">([^<]*)<', page)
    assert found is not None
    value: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(found[1])))
    return value


def multiply(payload: dict[str, Any], times: int) -> dict[str, Any]:
    """Return a payload with this many copies of each held document and its claims, under ids of their own."""
    held = {row[payload["tables"]["claims"]["columns"].index("doc_id")] for row in payload["tables"]["claims"]["rows"]}

    def copy(row: list[Any], columns: list[str], turn: int) -> list[Any]:
        ending = f"-{turn:04}"
        return [
            f"{value}{ending}" if value and (name in COPIED or (name == "doc_id" and value in held)) else value
            for name, value in zip(columns, row, strict=True)
        ]

    tables = {}
    for name, table in payload["tables"].items():
        is_copied = any(column in COPIED for column in table["columns"]) or name == "documents"
        rows = (
            [copy(row, table["columns"], turn) for turn in range(times) for row in table["rows"]] if is_copied else table["rows"]
        )
        tables[name] = table | {"rows": rows}
    questions = [
        question | {"claims": [f"{claim}-{turn:04}" for turn in range(times) for claim in question["claims"]]}
        for question in payload["questions"]
    ]
    return payload | {"tables": tables, "questions": questions}
