"""`kursk-claims locate`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kursk_claims.cli.common import QuietOption, WorkspaceOption, new_app, tell

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

    from kursk_claims.contract import read_contract
    from kursk_claims.locate import find_places, held_documents
    from kursk_claims.source import find_sources
    from kursk_claims.text import TextError, match, read_text
    from kursk_claims.workspace import find_workspace

    if not words.strip():
        raise typer.BadParameter("give the words to find")
    found = find_workspace(workspace)
    tell(f"workspace: {found}", quiet=quiet)
    text = read_text(file)
    schemas, records = find_sources(found)
    documents = held_documents(records, read_contract(schemas))
    try:
        copy = match(text, documents, str(file))
    except TextError:
        copy = None
        tell(f"{file} is no held document: offsets are those of the file", quiet=quiet)
    places = find_places(words, text, copy, documents)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if places:
        writer.writerow(["doc_id", "passage_id", "char_start", "char_end", "sha256"])
        writer.writerows(places)
    if not places:
        tell(f"{words!r} stands nowhere in {file}. Copy the words from the text; case, quotes and spaces count.")
    elif len(places) > 1:
        tell(f"{words!r} stands in {len(places)} places. Choose one, or give more words.")
    raise typer.Exit(0 if len(places) == 1 else 1)
