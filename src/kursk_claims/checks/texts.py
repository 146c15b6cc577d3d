"""Load copies of documents for the rules that need a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.checks.run import CheckRun
from kursk_claims.claims.relations import HELD_DOCUMENTS, NUMERALS, PASSAGE_TEXTS, TEXTS
from kursk_claims.claims.text import HeldDocument, Passage, TextCopy, held_documents_from_rows
from kursk_claims.errors import TextError
from kursk_claims.report.model import Skipped

if TYPE_CHECKING:
    from kursk_claims.claims.text_files import TextFile


@dataclass
class LoadedTexts:
    """Ids of the held documents, of those with a copy, of those whose copy has the recorded offsets, of those without a digest.

    `units` has the unit of offsets that were not counted in code points, by document.
    """

    held: set[str]
    without_digest: set[str] = field(default_factory=set)
    copied: set[str] = field(default_factory=set)
    exact: set[str] = field(default_factory=set)
    units: dict[str, str] = field(default_factory=dict)

    def skip_reasons(self, needs: str) -> tuple[list[str], bool]:
        """Return why a rule that needs a text or the exact document cannot run on all, and whether it can run on some."""
        if not self.held:
            return ["no document is held"], False
        reasons = [
            f"the text of {each} is {'not known by a digest' if each in self.without_digest else 'missing; add it with --text'}"
            for each in self.held - self.copied
        ]
        reasons += [f"the offsets of {each} are counted in {unit}" for each, unit in self.units.items()]
        if needs == "document":
            reasons += [
                f"the copy of {each} differs from the text that was coded"
                for each in self.copied - self.exact - self.units.keys()
            ]
        return reasons, bool(self.exact if needs == "document" else self.copied - self.units.keys())


def load_texts(run: CheckRun, paths: Sequence[Path]) -> LoadedTexts:
    """Match files, and those of folders, to held documents and create the relations that rules read. Raises `TextError`."""
    rows = {
        name: run.engine.fetch_rows(run.contract.tables[name]) if name in run.contract.tables else [] for name in HELD_DOCUMENTS
    }
    documents = held_documents_from_rows(**rows)
    without_digest = {document.doc_id for document in documents if not document.sha256}
    loaded = LoadedTexts({document.doc_id for document in documents}, without_digest)
    copies = _match_texts(run, paths, documents, loaded) if paths else []
    run.report.unverified = sorted(loaded.held - loaded.exact)
    _create_relations(run, copies)
    return loaded


def _match_texts(
    run: CheckRun, paths: Sequence[Path], documents: Sequence[HeldDocument], loaded: LoadedTexts
) -> list[tuple[TextCopy, HeldDocument]]:
    """Return the copies of documents among the files, and report what each file is."""
    from kursk_claims.claims.numerals import covers_words
    from kursk_claims.claims.text_files import match_texts, read_text_files

    files, notes = read_text_files(paths)
    files = _find_shifted(run, files, documents, loaded)
    if run.missing_reason(HELD_DOCUMENTS) or run.skip_reason(HELD_DOCUMENTS):
        # A text that fits no document may be right, and the records wrong; the rules are reported as skipped.
        files = [replace(file, is_named=False) for file in files]
    matches, others = match_texts(files, documents)
    for match in matches:
        if match.copy.doc_id in loaded.copied:
            raise _second_copy(match.file, match.copy.doc_id)
        loaded.copied.add(match.copy.doc_id)
        if match.copy.exact:
            loaded.exact.add(match.copy.doc_id)
        run.report.notes.append(_describe_copy(match.copy, match.document, match.file.path))
        if not covers_words(match.document.language):
            run.report.skipped.append(_describe_uncovered(match.document))
    run.report.notes += notes + others
    return [(match.copy, match.document) for match in matches]


def _find_shifted(
    run: CheckRun, files: Sequence[TextFile], documents: Sequence[HeldDocument], loaded: LoadedTexts
) -> list[TextFile]:
    """Report the documents whose offsets were counted in another unit than code points; return the files of the others."""
    from kursk_claims.checks.offsets import OffsetCheck

    others = []
    offset_check = OffsetCheck(run)
    for file in files:
        shifted = offset_check.find_document(file.text, documents)
        if shifted is None:
            others.append(file)
        elif shifted[0] in loaded.copied:
            raise _second_copy(file, shifted[0])
        else:
            loaded.copied.add(shifted[0])
            loaded.units[shifted[0]] = shifted[1]
    return others


def _second_copy(file: TextFile, doc_id: str) -> TextError:
    return TextError(f"{file.path}: a second copy of {doc_id}. Give one text per document.")


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
    passages = [
        (copy, document, passage, copy.passages[passage.passage_id])
        for copy, document in copies
        for passage in document.passages
        if passage.passage_id in copy.passages
    ]
    for relation, rows in (
        (TEXTS, [(copy.doc_id, copy.text, copy.exact) for copy, _ in copies]),
        (PASSAGE_TEXTS, [(copy.doc_id, passage.passage_id, text) for copy, _, passage, text in passages]),
        (NUMERALS, [row for _, document, passage, text in passages for row in _list_numerals(document, passage, text)]),
    ):
        run.engine.create_relation(relation.name, relation.columns, rows)


def _list_numerals(document: HeldDocument, passage: Passage, text: str) -> list[tuple[str, str, int, int, str]]:
    from kursk_claims.claims.numerals import find_numerals

    return [
        (document.doc_id, passage.passage_id, passage.char_start + start, passage.char_start + end, surface)
        for start, end, surface in find_numerals(text, document.language)
    ]
