"""`kursk-claims curate reanchor`"""

from __future__ import annotations

import typer

from kursk_claims.cli.curate.records import open_records
from kursk_claims.cli.options import QuietOption, TextOption, WorkspaceOption, new_app, print_status

app = new_app()


@app.command()
def reanchor(
    text: TextOption = [],  # noqa: B006
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Move all anchors of a document to a corrected version of its text: --text OLD --text NEW.

    New sentences become open passages. Anchors whose words have changed are listed; look at each of them. Nothing is written if
    the words of an anchor are gone.

    Exit codes: 0: all anchors have a place. 1: some have none. 2: the call or the environment is at fault.
    """
    from kursk_claims.claims.text import read_canonical_text
    from kursk_claims.curation.documents import find_held_document
    from kursk_claims.curation.reanchor import reanchor_document
    from kursk_claims.report.values import count_noun

    if len(text) != 2:
        raise typer.BadParameter("name two texts: --text OLD --text NEW")
    records = open_records(workspace_path, quiet)
    tables, contract = records.tables, records.contract
    old, new = (read_canonical_text(path) for path in text)
    document, other = find_held_document(tables, old), find_held_document(tables, new)
    if document is None:
        raise typer.BadParameter(f"{text[0]} is not the text of a held document; the first text is the one that was coded")
    if other is not None:
        raise typer.BadParameter(f"{text[1]} is the text of {other['doc_id']} already; there is nothing to move")
    outcome = reanchor_document(tables, contract, document["doc_id"], old, new)
    for line in outcome.lost:
        print_status(line)
    if outcome.lost:
        print_status(
            f"nothing was written: {count_noun(len(outcome.lost), 'row')} would have no place. "
            "Remove these rows, or the claims that need them, and try again."
        )
        raise typer.Exit(1)
    records.write()
    for line in outcome.changed:
        print_status(f"changed: {line}")
    print_status(f"{document['doc_id']}: {count_noun(outcome.moved, 'span')} moved, {len(outcome.changed)} changed", quiet=quiet)
