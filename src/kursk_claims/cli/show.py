"""`kursk-claims show`"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kursk_claims.cli.options import (
    JsonOption,
    MemoryOption,
    QuietOption,
    RecordsOption,
    ReleaseOption,
    TextOption,
    TimeoutOption,
    WorkspaceOption,
    choose_texts,
    has_style,
    new_app,
    print_json,
    print_status,
)

app = new_app()


@app.command()
def show(
    claim: Annotated[str, typer.Argument(help="The claim's id, such as clm-001.")],
    text: TextOption = [],  # noqa: B006
    as_json: JsonOption = False,
    release: ReleaseOption = None,
    records: RecordsOption = False,
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show a claim: its chain from the origin to the article, numbers, places, event, relations and, with --text, its words."""
    from kursk_claims.claims.locate import load_held_documents
    from kursk_claims.claims.show import collect_claim, find_document_id, highlight_claim, show_claim
    from kursk_claims.claims.text_files import find_texts
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.database.limits import SqlLimits
    from kursk_claims.release.source import open_source
    from kursk_claims.workspace import find_workspace

    if as_json and text:
        raise typer.BadParameter("--json holds what the records say, which is no text; leave out --text")
    workspace = find_workspace(workspace_path)
    source = open_source(workspace, release, records=records, limits=SqlLimits.of(timeout, memory))
    print_status(f"workspace: {workspace}", f"showing {source.name}", quiet=quiet)
    with source.reading():
        if as_json:
            print_json(collect_claim(source.connection, claim))
            return
        print(show_claim(source.connection, claim))
    texts = choose_texts(text, workspace, quiet=quiet)
    if not texts:
        return
    markers = ("\033[7m", "\033[0m") if has_style(sys.stdout) else ("[[", "]]")
    matches, notes = find_texts(texts, load_held_documents(source.records, load_contract(source.schemas)))
    print_status(*notes, quiet=quiet)
    doc_id = find_document_id(source.connection, claim)
    own = [match for match in matches if match.copy.doc_id == doc_id]
    for match in own:
        for line in highlight_claim(source.connection, claim, match.copy, match.document, markers):
            print(f"  {line}")
    if not own:
        others = "; ".join(f"{match.file.path} is that of {match.copy.doc_id}" for match in matches) or "none was found"
        print_status(f"the words of {claim} stand in {doc_id}, whose text is not among those given: {others}")
