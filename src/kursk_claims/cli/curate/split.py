"""`kursk-claims curate split`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.curate.arguments import WordsCommand, find_words, require_words
from kursk_claims.cli.curate.records import open_records
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

    require_words(words)
    records = open_records(workspace_path, quiet)
    tables, contract = records.tables, records.contract
    row = find_passage(tables, passage)
    canonical = records.read_document_text(row["doc_id"], text)
    start, _ = find_words(words, canonical, row)
    split_passage(tables, contract, passage, canonical, start)
    records.write()
