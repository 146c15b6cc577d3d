"""Find the texts of held documents among the files and folders that the user names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kursk_claims.claims.text import HeldDocument, TextCopy, match_document, read_canonical_text, text_digest
from kursk_claims.errors import TextError
from kursk_claims.files import is_foreign_file
from kursk_claims.report.values import list_some


@dataclass(frozen=True)
class TextFile:
    """The canonical text of a file; `is_named` if the user named the file itself, not its folder."""

    path: Path
    text: str
    is_named: bool = True


@dataclass(frozen=True)
class MatchedText:
    """A file that is a copy of a held document."""

    file: TextFile
    copy: TextCopy
    document: HeldDocument


def read_text_files(paths: Sequence[Path]) -> tuple[list[TextFile], list[str]]:
    """Return the texts of files and of the files in folders, and notes on files in folders that hold no text.

    Raises `TextError` for a file that is named and cannot be read as text.
    """
    files, notes = [], []
    for path in paths:
        if not path.is_dir():
            files.append(TextFile(path, read_canonical_text(path)))
            continue
        for entry in sorted(path.iterdir()):
            if entry.is_file() and not is_foreign_file(entry.name):
                try:
                    files.append(TextFile(entry, read_canonical_text(entry), is_named=False))
                except TextError as error:
                    notes.append(str(error))
    return files, notes


def match_texts(files: Sequence[TextFile], documents: Sequence[HeldDocument]) -> tuple[list[MatchedText], list[str]]:
    """Return one copy of each held document that is among the files, and notes on the other files.

    A file that is named precedes one from a folder, and an exact copy another one. Raises `TextError` for a named file that is
    no text of a held document, or a second copy of one.
    """
    matches, notes = [], []
    for file in files:
        try:
            copy = match_document(file.text, documents, str(file.path))
        except TextError:
            unknown = [each.doc_id for each in documents if not each.sha256 and not each.passages]
            if not unknown and file.is_named:
                raise
            notes.append(_describe_unknown(file, unknown))
            continue
        document = next(each for each in documents if each.doc_id == copy.doc_id)
        matches.append(MatchedText(file, copy, document))
        if not document.sha256:
            notes.append(_describe_unknown(file, [document.doc_id]))
    chosen: dict[str, MatchedText] = {}
    for match in sorted(matches, key=_precedence):
        first = chosen.setdefault(match.copy.doc_id, match)
        if first is not match:
            if match.file.is_named:
                raise TextError(f"{match.file.path}: a second copy of {match.copy.doc_id}. Give one text per document.")
            exact = ", which has the offsets of the records" if first.copy.exact and not match.copy.exact else ""
            notes.append(f"{match.file.path}: a second copy of {match.copy.doc_id}, not used; {first.file.path} is{exact}")
    return [match for match in matches if chosen[match.copy.doc_id] is match], notes


def find_texts(paths: Sequence[Path], documents: Sequence[HeldDocument]) -> tuple[list[MatchedText], list[str]]:
    """Read files and folders and match them to held documents, as `read_text_files` and `match_texts` do."""
    files, notes = read_text_files(paths)
    matches, others = match_texts(files, documents)
    return matches, notes + others


def _precedence(match: MatchedText) -> tuple[bool, bool, int]:
    return not match.file.is_named, not match.copy.exact, -len(match.copy.passages)


def _describe_unknown(file: TextFile, doc_ids: Sequence[str]) -> str:
    """Say that a file is no known text; if documents have no digest yet, what to enter if it is the text of one."""
    if not doc_ids:
        return f"{file.path}: not the text of a held document"
    return (
        f"{file.path}: if this is the text of {list_some(doc_ids)}, enter in documents.csv: "
        f"text_sha256 {text_digest(file.text)}, text_length {len(file.text)}"
    )
