"""`kursk-claims locate`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kursk_claims.cli.options import QuietOption, WorkspaceOption, new_app, print_result, print_status

app = new_app()


@app.command()
def locate(
    file: Annotated[Path, typer.Argument(help="The text of a held document, or of one to be added; `-` is standard input.")],
    words: Annotated[str, typer.Argument(help="The words to find, exactly as in the text.")],
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Find words in a text and print passage, offsets and digest of each occurrence, as CSV for evidence.csv.

    Exit codes: 0: found once. 1: not found, or found more than once. 2: the call or the environment is at fault.
    """
    import csv
    import io

    from kursk_claims.claims.locate import load_held_documents, locate_words
    from kursk_claims.claims.text import match_document, read_canonical_text
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.errors import TextError
    from kursk_claims.release.source import find_source_folders
    from kursk_claims.workspace import find_workspace

    if not words.strip():
        raise typer.BadParameter("give the words to find")
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
    if places:
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(["doc_id", "passage_id", "char_start", "char_end", "sha256"])
        writer.writerows(places)
        print_result(table.getvalue())
    else:
        print_status(f"{words!r} does not occur in {file}. Copy the words from the text; case, quotes and spaces count.")
    if len(places) > 1:
        print_status(f"{words!r} occurs {len(places)} times. Choose one, or give more words.")
    raise typer.Exit(0 if len(places) == 1 else 1)
