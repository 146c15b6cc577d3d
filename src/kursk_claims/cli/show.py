"""`kursk-claims show`"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kursk_claims.cli.common import QuietOption, RecordsOption, ReleaseOption, TextOption, WorkspaceOption, new_app, tell

app = new_app()


@app.command()
def show(
    claim: Annotated[str, typer.Argument(help="The claim's id, such as clm-001.")],
    text: TextOption = [],  # noqa: B006
    release: ReleaseOption = None,
    records: RecordsOption = False,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show a claim: its chain from the origin to the article, numbers, places, event, relations and, with the text, its words."""
    from kursk_claims.contract import read_contract
    from kursk_claims.locate import held_documents
    from kursk_claims.show import show_claim, words_in_text
    from kursk_claims.source import open_source
    from kursk_claims.text import match, read_text
    from kursk_claims.workspace import find_workspace

    found = find_workspace(workspace)
    source = open_source(found, release, records=records)
    tell(f"workspace: {found}\nshowing {source.name}", quiet=quiet)
    print(show_claim(source.connection, claim))
    mark = ("\033[7m", "\033[0m") if sys.stdout.isatty() else ("[[", "]]")
    for path in text:
        documents = held_documents(source.records, read_contract(source.schemas))
        copy = match(read_text(path), documents, str(path))
        held = next(each for each in documents if each.doc_id == copy.doc_id)
        for line in words_in_text(source.connection, claim, copy, held, mark):
            print(f"  {line}")
