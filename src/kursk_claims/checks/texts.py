"""Load copies of documents for the rules that need a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kursk_claims.checks.offsets import OffsetCheck
from kursk_claims.checks.run import CheckRun
from kursk_claims.claims.numerals import covers_words, find_numerals
from kursk_claims.claims.relations import HELD_DOCUMENTS, NUMERALS, PASSAGE_TEXTS, TEXTS
from kursk_claims.claims.text import (
    HeldDocument,
    TextCopy,
    held_documents_from_rows,
    match_document,
    read_canonical_text,
)
from kursk_claims.errors import TextError
from kursk_claims.report.model import Skipped


@dataclass
class LoadedTexts:
    """Ids of the held documents, of those with a copy, and of those whose copy has the recorded offsets.

    `units` has the unit of offsets that were not counted in code points, by document.
    """

    held: set[str]
    copied: set[str] = field(default_factory=set)
    exact: set[str] = field(default_factory=set)
    units: dict[str, str] = field(default_factory=dict)

    def skip_reasons(self, needs: str) -> tuple[list[str], bool]:
        """Return why a rule that needs a text or the exact document cannot run on all, and whether it can run on some."""
        if not self.held:
            return ["no document is held"], False
        reasons = [f"the text of {each} is missing; add it with --text" for each in self.held - self.copied]
        reasons += [f"the offsets of {each} are counted in {unit}" for each, unit in self.units.items()]
        if needs == "document":
            reasons += [
                f"the copy of {each} differs from the text that was coded"
                for each in self.copied - self.exact - self.units.keys()
            ]
        return reasons, bool(self.exact if needs == "document" else self.copied - self.units.keys())


def load_texts(run: CheckRun, paths: Sequence[Path]) -> LoadedTexts:
    """Match each file to a held document and create the relations that rules read. Raises `TextError`."""
    rows = {
        name: run.engine.fetch_rows(run.contract.tables[name]) if name in run.contract.tables else [] for name in HELD_DOCUMENTS
    }
    documents = held_documents_from_rows(**rows)
    loaded = LoadedTexts({document.doc_id for document in documents})
    copies: list[tuple[TextCopy, HeldDocument]] = []
    offset_check = OffsetCheck(run)
    for path in paths:
        text = read_canonical_text(path)
        if shifted := offset_check.find_document(text, documents):
            _require_first(shifted[0], loaded, path)
            loaded.units[shifted[0]] = shifted[1]
            continue
        try:
            copy = match_document(text, documents, str(path))
        except TextError:
            if run.missing_reason(HELD_DOCUMENTS) or run.skip_reason(HELD_DOCUMENTS):
                continue  # the records may be at fault, not the text; the rules are reported as skipped
            raise
        _require_first(copy.doc_id, loaded, path)
        document = next(each for each in documents if each.doc_id == copy.doc_id)
        if copy.exact:
            loaded.exact.add(copy.doc_id)
        run.report.notes.append(_describe_copy(copy, document, path))
        if not covers_words(document.language):
            run.report.skipped.append(_describe_uncovered(document))
        copies.append((copy, document))
    _create_relations(run, copies)
    return loaded


def _require_first(doc_id: str, loaded: LoadedTexts, path: Path) -> None:
    """Remember that a document has a copy. Raises `TextError` if it had one before."""
    if doc_id in loaded.copied:
        raise TextError(f"{path}: a second copy of {doc_id}. Give one text per document.")
    loaded.copied.add(doc_id)


def _describe_copy(copy: TextCopy, document: HeldDocument, path: Path) -> str:
    if copy.exact:
        return f"{path}: the text of {copy.doc_id}, with the offsets of the records"
    missing = [passage.passage_id for passage in document.passages if passage.passage_id not in copy.passages]
    return (
        f"{path}: another copy of {copy.doc_id}, aligned by passage digests: {len(copy.passages)} of {len(document.passages)} "
        f"passages found ({', '.join(copy.passages)})" + (f"; not found: {', '.join(missing)}" if missing else "")
    )


def _describe_uncovered(document: HeldDocument) -> Skipped:
    is_known = document.language not in (None, "und")
    reason = f"the number words of {document.language} are not covered" if is_known else "its language is not known"
    return Skipped(f"number words of {document.doc_id}", f"{reason}; only figures were looked for")


def _create_relations(run: CheckRun, copies: Sequence[tuple[TextCopy, HeldDocument]]) -> None:
    languages = {document.doc_id: document.language for _, document in copies}
    passages = [
        (copy, passage, copy.passages[passage.passage_id])
        for copy, document in copies
        for passage in document.passages
        if passage.passage_id in copy.passages
    ]
    numerals = [
        (copy.doc_id, passage.passage_id, passage.char_start + start, passage.char_start + end, surface)
        for copy, passage, text in passages
        for start, end, surface in find_numerals(text, languages[copy.doc_id])
    ]
    for relation, rows in (
        (TEXTS, [(copy.doc_id, copy.text, copy.exact) for copy, _ in copies]),
        (PASSAGE_TEXTS, [(copy.doc_id, passage.passage_id, text) for copy, passage, text in passages]),
        (NUMERALS, numerals),
    ):
        run.engine.create_relation(relation.name, relation.columns, rows)
