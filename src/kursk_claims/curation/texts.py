"""Read the text of a document for a change of its rows, which needs exactly the text that was coded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kursk_claims.claims.text import read_canonical_text, text_digest
from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.errors import TextError, UsageError


def read_document_text(tables: RecordTables, doc_id: str, paths: Sequence[Path]) -> str:
    """Return the canonical text of a document, which is one of the files, or a file of one of the folders.

    Raises `UsageError` if no file is named, and `TextError` if none has the recorded digest.
    """
    digest = next((row["text_sha256"] for row in tables.rows("documents") if row["doc_id"] == doc_id), "")
    if not paths:
        raise UsageError(f"the text of {doc_id} is needed; name it with --text")
    for path in list_text_files(paths):
        text = read_canonical_text(path)
        if text_digest(text) == digest:
            return text
    names = ", ".join(map(str, paths))
    raise TextError(
        f"{names}: expected the text of {doc_id} (sha256 {digest[:12]}), found another. Give the text that was added, or move "
        "the anchors to this one with `kursk-claims curate reanchor`."
    )


def list_text_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files, and the files of each folder whose names end in `.txt`."""
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.iterdir() if each.suffix.lower() == ".txt" and each.is_file())
        else:
            yield path
