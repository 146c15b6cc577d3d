"""`kursk-claims locate`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kursk_claims.cli.options import QuietOption, WorkspaceOption, new_app, print_status

app = new_app()


@app.command()
def locate(
    file: Annotated[Path, typer.Argument(help="The text of a held document, or of one that is to be.")],
    words: Annotated[str, typer.Argument(help="The words to find, as the text has them.")],
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Find the words in a text: passage, offsets and digest of each place, as CSV to paste into evidence.csv.

    Exit codes: 0 found once, 1 not found or found more than once, 2 wrong call.
    """
    import csv
    import sys

    from kursk_claims.claims.locate import load_held_documents, locate_words
    from kursk_claims.claims.text import match_document, read_canonical_text
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.errors import TextError
    from kursk_claims.release.source import find_source_folders
    from kursk_claims.workspace import find_workspace

    if not words.strip():
        raise typer.BadParameter("give the words to find")
    found = find_workspace(workspace)
    print_status(f"workspace: {found}", quiet=quiet)
    text = read_canonical_text(file)
    schemas, records = find_source_folders(found)
    documents = load_held_documents(records, load_contract(schemas))
    try:
        copy = match_document(text, documents, str(file))
    except TextError:
        copy = None
        print_status(f"{file} is no held document: offsets are those of the file", quiet=quiet)
    places = locate_words(words, text, copy, documents)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if places:
        writer.writerow(["doc_id", "passage_id", "char_start", "char_end", "sha256"])
        writer.writerows(places)
    if not places:
        print_status(f"{words!r} stands nowhere in {file}. Copy the words from the text; case, quotes and spaces count.")
    elif len(places) > 1:
        print_status(f"{words!r} stands in {len(places)} places. Choose one, or give more words.")
    raise typer.Exit(0 if len(places) == 1 else 1)
