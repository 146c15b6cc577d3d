"""`kursk-claims curate split`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.curate.arguments import WordsCommand, find_words, require_words
from kursk_claims.cli.curate.records import find_texts, open_records, write_records
from kursk_claims.cli.options import QuietOption, TextOption, WorkspaceOption, new_app

app = new_app()


@app.command(cls=WordsCommand)
def split(
    passage: Annotated[str, typer.Argument(help="The passage, such as psg-004.")],
    words: Annotated[str, typer.Argument(help="The words with which the new passage begins.")],
    text: TextOption = [],  # noqa: B006
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Split a passage in two. The first part keeps the id; evidence and exclusions behind the place move to the second."""
    from kursk_claims.curation.passages import find_passage, split_passage
    from kursk_claims.curation.texts import read_document_text

    require_words(words)
    tables, contract = open_records(workspace_path, quiet)
    row = find_passage(tables, passage)
    canonical = read_document_text(tables, row["doc_id"], find_texts(text, workspace_path, quiet=quiet))
    start, _ = find_words(words, canonical, row)
    split_passage(tables, contract, passage, canonical, start)
    write_records(tables)
