"""`kursk-claims curate locate`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kursk_claims.cli.options import QuietOption, WorkspaceOption, new_app, print_result, print_status

if TYPE_CHECKING:
    from kursk_claims.claims.locate import LocatedSpan
    from kursk_claims.claims.near_match import NearMatch
    from kursk_claims.claims.text import TextCopy

MAX_EXPLAINED = 20  # places
app = new_app()


@app.command()
def locate(
    file: Annotated[Path, typer.Argument(help="The text of a held document, or of one to be added; `-` is standard input.")],
    words: Annotated[str, typer.Argument(help="The words to find, as in the text.")],
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Find words in a text and print passage, offsets and digest of each occurrence, as CSV for evidence.csv.

    White space, quotes, dashes and invisible characters may differ; what differs is named.

    Exit codes: 0: found once. 1: not found, or found more than once. 2: the call or the environment is at fault.
    """
    import csv
    import io

    from kursk_claims.claims.locate import load_held_documents, locate_nearly, locate_words
    from kursk_claims.claims.text import match_document, read_canonical_text
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.errors import TextError
    from kursk_claims.release.source import find_source_folders
    from kursk_claims.workspace import find_workspace

    if not words.strip() or not _is_text(words):
        raise typer.BadParameter("give the words to find, in UTF-8")
    workspace = find_workspace(workspace_path)
    print_status(f"workspace: {workspace}", quiet=quiet)
    text = read_canonical_text(file)
    schemas, records = find_source_folders(workspace)
    documents = load_held_documents(records, load_contract(schemas))
    try:
        copy = match_document(text, documents, str(file))
    except TextError:
        copy = None
        print_status(f"{file} is not a held document: offsets are those of the file", quiet=quiet)
    places = locate_words(words, text, copy, documents)
    count = len(places)
    if not places:
        matches = locate_nearly(words, text, copy, documents)
        places = [span for _, spans in matches for span in spans]
        count = sum(1 for _, spans in matches if spans)
        _explain_near_matches(matches, file, text, copy)
    if places:
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(["doc_id", "passage_id", "char_start", "char_end", "sha256"])
        writer.writerows(places)
        print_result(table.getvalue())
    else:
        print_status(f"{words!r} does not occur in {file}. Copy the words from the text; letters and case count.")
    if count > 1:
        print_status(f"{words!r} occurs {count} times. Choose one, or give more words.")
    raise typer.Exit(0 if count == 1 else 1)


def _explain_near_matches(
    matches: list[tuple[NearMatch, list[LocatedSpan]]], file: Path, text: str, copy: TextCopy | None
) -> None:
    """Print where the words are, with which other characters, and in how many passages."""
    for match, spans in matches[:MAX_EXPLAINED]:
        line, position = text.count("\n", 0, match.start) + 1, match.start - text.rfind("\n", 0, match.start)
        place = f"{file}:{line}:{position}" if copy is None or copy.exact else f"{file}: characters {match.start} to {match.end}"
        if match.difference:
            print_status(f"{place}: the text has these words with {match.difference}")
        if not spans:
            print_status(f"{place}: these words belong to no passage, so no evidence can cite them")
        if len(spans) > 1:
            print_status(f"{place}: these words span {len(spans)} passages; evidence takes one row for each")


def _is_text(words: str) -> bool:
    """Return whether words can be encoded: a command line may hold bytes that are not UTF-8."""
    return not any("\ud800" <= char <= "\udfff" for char in words)
