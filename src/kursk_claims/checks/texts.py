"""Load copies of documents for the rules that need a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from kursk_claims.checks.run import CheckRun
from kursk_claims.claims.numerals import find_numerals
from kursk_claims.claims.relations import HELD_COLUMNS
from kursk_claims.claims.text import HeldDocument, TextCopy, held_documents_from_rows, match_document, read_canonical_text
from kursk_claims.contract.model import SqlStatement
from kursk_claims.database.sql import insert_rows
from kursk_claims.errors import TextError
from kursk_claims.tables.csv_rows import CsvRows


@dataclass
class LoadedTexts:
    """The held documents, and those of which a copy, or an exact one, was given."""

    held: set[str]
    given: set[str] = field(default_factory=set)
    exact: set[str] = field(default_factory=set)

    def lacks(self, rule: SqlStatement) -> list[str]:
        """Why the rule cannot be run on all of the documents."""
        needs = rule.header.get("needs")
        if needs and not self.held:
            return ["no document is held"]
        lacking = [f"no text of {each} was given, see --text" for each in self.held - self.given if needs]
        if needs == "document":
            other = self.given - self.exact
            lacking += [f"the copy of {each} has other bytes than the one that was read" for each in other]
        return lacking

    def blocked(self, rule: SqlStatement) -> tuple[list[str], bool]:
        """Why the rule cannot be run on all of the documents, and whether it can be run on some."""
        needs = rule.header.get("needs")
        return self.lacks(rule), not needs or bool(self.exact if needs == "document" else self.given)


def load_texts(run: CheckRun, reads: dict[str, CsvRows], copies: Sequence[Path]) -> LoadedTexts:
    """Load the given texts as relations. Raises `text.TextError`."""
    held = held_documents_from_rows(reads["documents"].dicts(), reads["passages"].dicts())
    texts = LoadedTexts({each.doc_id for each in held})
    for path in copies:
        words = read_canonical_text(path)
        try:
            copy = match_document(words, held, str(path))
        except TextError:
            if run.doubt(set(HELD_COLUMNS.split())):  # the records, not the text, may be why; the rules are skipped
                continue
            raise
        if copy.doc_id in texts.given:
            raise TextError(f"{path}: a second copy of {copy.doc_id}. Give each document's text once.")
        document = next(each for each in held if each.doc_id == copy.doc_id)
        texts.given.add(copy.doc_id)
        if copy.exact:
            texts.exact.add(copy.doc_id)
        run.report.notes.append(_describe_copy(copy, document, path))
        _load_copy(run.connection, copy, document)
    return texts


def _describe_copy(copy: TextCopy, document: HeldDocument, path: Path) -> str:
    if copy.exact:
        return f"{path}: the text of {copy.doc_id}, at the offsets of the records"
    lost = [each.passage_id for each in document.passages if each.passage_id not in copy.found]
    tail = f"; not found: {', '.join(lost)}" if lost else ""
    return (
        f"{path}: another copy of {copy.doc_id}, aligned by passage digests: {len(copy.found)} of {len(document.passages)} "
        f"passages found ({', '.join(copy.found)}){tail}"
    )


def _load_copy(connection: duckdb.DuckDBPyConnection, copy: TextCopy, document: HeldDocument) -> None:
    connection.execute("INSERT INTO texts VALUES (?, ?, ?)", [copy.doc_id, copy.text, copy.exact])
    words = [
        (copy.doc_id, each.passage_id, copy.found[each.passage_id]) for each in document.passages if each.passage_id in copy.found
    ]
    numerals = [
        (copy.doc_id, each.passage_id, each.char_start + start, each.char_start + end, surface)
        for each in document.passages
        for start, end, surface in find_numerals(copy.found.get(each.passage_id, ""))
    ]
    insert_rows(connection, "passage_texts", words)
    insert_rows(connection, "numerals", numerals)
