"""`kursk-claims show`"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kursk_claims.cli.common import QuietOption, TextOption, WorkspaceOption, new_app, tell

app = new_app()


@app.command()
def show(
    claim: Annotated[str, typer.Argument(help="The claim's id, such as clm-001.")],
    text: TextOption = [],  # noqa: B006
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show a claim: its chain from the origin to the article, numbers, places, event, relations and, with the text, its words."""
    from kursk_claims.contract import load_contract
    from kursk_claims.database import open_records
    from kursk_claims.locate import held_documents
    from kursk_claims.show import show_claim, words_in_text
    from kursk_claims.text import match, read_text
    from kursk_claims.workspace import find_workspace

    found = find_workspace(workspace)
    contract = load_contract(found)
    tell(f"workspace: {found}", quiet=quiet)
    connection = open_records(found.records, contract)
    print(show_claim(connection, claim))
    mark = ("\033[7m", "\033[0m") if sys.stdout.isatty() else ("[[", "]]")
    for path in text:
        documents = held_documents(found, contract)
        copy = match(read_text(path), documents, str(path))
        held = next(each for each in documents if each.doc_id == copy.doc_id)
        for line in words_in_text(connection, claim, copy, held, mark):
            print(f"  {line}")
