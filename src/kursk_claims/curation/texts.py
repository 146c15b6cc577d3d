"""Choose the text of a document for a change of its rows, which needs exactly the text that was coded."""

from __future__ import annotations

from collections.abc import Sequence

from kursk_claims.claims.text import text_digest
from kursk_claims.claims.text_files import TextFile
from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.errors import TextError, UsageError
from kursk_claims.report.values import list_some


def choose_document_text(tables: RecordTables, doc_id: str, files: Sequence[TextFile]) -> str:
    """Return the text of a document, which is one of the files.

    Raises `UsageError` if there are no files, and `TextError` if none has the recorded digest.
    """
    digest = next((row["text_sha256"] for row in tables.rows("documents") if row["doc_id"] == doc_id), "")
    if not files:
        raise UsageError(f"the text of {doc_id} is needed; name it with --text")
    for file in files:
        if text_digest(file.text) == digest:
            return file.text
    names = list_some([str(file.path) for file in files])
    raise TextError(
        f"expected the text of {doc_id} (sha256 {digest[:12]}), found another in {names}. Give the text that was added, or move "
        "the anchors to this one with `kursk-claims curate reanchor`."
    )
