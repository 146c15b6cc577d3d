"""The documents whose text the records were coded from, and the rows that belong to one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Table
from kursk_claims.errors import UsageError
from kursk_claims.report.values import format_key
from kursk_claims.suggest import did_you_mean

COLUMNS = ["doc_id", "title", "url", "held"]


def read_held_documents(folder: Path, contract: Contract) -> list[tuple[str, str | None]]:
    """Return title and address of each held document in a folder of Parquet; nothing if the contract has no documents."""
    documents = contract.tables.get("documents")
    if documents is None or not set(COLUMNS) <= set(documents.column_names):
        return []
    import pyarrow.parquet as pq

    rows = pq.read_table(folder / "documents.parquet", columns=COLUMNS, partitioning=None).to_pylist()
    return [(row["title"] or row["doc_id"], row["url"]) for row in rows if row["held"]]


OWNER_COLUMNS = ("doc_id", "claim_id", "from_claim_id")  # the first of these that a table has leads to its document


def list_document_rows(
    contract: Contract, fetch_rows: Callable[[Table], list[dict[str, Any]]], doc_id: str
) -> set[tuple[str, str]]:
    """Return table and key of every row that belongs to a document: its own, its passages, its claims and all about them.

    Raises `UsageError` if there is no such document.
    """
    rows = {name: fetch_rows(contract.tables[name]) for name in ("documents", "claims") if name in contract.tables}
    known = [str(row["doc_id"]) for row in rows.get("documents", [])]
    if doc_id not in known:
        raise UsageError(f"no document {doc_id!r}{did_you_mean(doc_id, known)}; choose from {', '.join(known) or 'none'}")
    owners = {doc_id, *(row["claim_id"] for row in rows.get("claims", []) if row["doc_id"] == doc_id)}
    found = set[tuple[str, str]]()
    for table in contract.tables.values():
        column = next((name for name in OWNER_COLUMNS if name in table.column_names), None)
        if column is not None:
            own = [row for row in fetch_rows(table) if row[column] in owners]
            found |= {(table.name, format_key(table.primary_key, [row[name] for name in table.primary_key])) for row in own}
    return found
