"""`kursk-claims curate exclude`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.curate.arguments import WordsCommand, find_words, require_words
from kursk_claims.cli.curate.records import open_records
from kursk_claims.cli.options import QuietOption, TextOption, WorkspaceOption, new_app

app = new_app()


@app.command(cls=WordsCommand)
def exclude(
    passage: Annotated[str, typer.Argument(help="The passage with the number, such as psg-004.")],
    words: Annotated[str, typer.Argument(help="The words of the number.")],
    reason: Annotated[str, typer.Option("--as", help="Why it is no quantity, such as time_expression.")],
    note: Annotated[str, typer.Option("--note", help="What readers should know.", show_default=False)] = "",
    text: TextOption = [],  # noqa: B006
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Exclude a number in figures or words that is no quantity, with the reason."""
    from kursk_claims.curation.exclusions import exclude_numeral
    from kursk_claims.curation.passages import find_passage

    require_words(words)
    records = open_records(workspace_path, quiet)
    tables, contract = records.tables, records.contract
    row = find_passage(tables, passage)
    canonical = records.read_document_text(row["doc_id"], text)
    span = find_words(words, canonical, row, whole_word=True)
    exclude_numeral(tables, contract, passage, canonical, span, {"reason": reason, "note": note})
    records.write()
