"""The documents whose text the records were coded from."""

from __future__ import annotations

from pathlib import Path

from kursk_claims.contract.loader import Contract

COLUMNS = ["doc_id", "title", "url", "held"]


def read_held_documents(folder: Path, contract: Contract) -> list[tuple[str, str | None]]:
    """Return title and address of each held document in a folder of Parquet; nothing if the contract has no documents."""
    documents = contract.tables.get("documents")
    if documents is None or not set(COLUMNS) <= set(documents.column_names):
        return []
    import pyarrow.parquet as pq

    rows = pq.read_table(folder / "documents.parquet", columns=COLUMNS, partitioning=None).to_pylist()
    return [(row["title"] or row["doc_id"], row["url"]) for row in rows if row["held"]]
