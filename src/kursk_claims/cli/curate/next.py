"""`kursk-claims curate next`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.curate.records import open_records
from kursk_claims.cli.options import QuietOption, TextOption, WorkspaceOption, new_app, print_result, print_status

app = new_app()


@app.command()
def next(
    document: Annotated[
        str | None, typer.Option("--document", help="Document to go on with [default: the first with open passages].")
    ] = None,
    text: TextOption = [],  # noqa: B006
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Print the next open sentence as a draft to fill in, with its numbers and the cues that occur in it.

    Exit codes: 0: printed, or nothing is open. 2: the call or the environment is at fault.
    """
    from kursk_claims.curation.add import find_document
    from kursk_claims.curation.next_passage import draft_passage, list_open_passages

    records = open_records(workspace_path, quiet)
    held = [row for row in records.tables.rows("documents") if row["held"] == "true"]
    wanted = held if document is None else [find_document(records.tables, document)]
    for row in wanted:
        if passages := list_open_passages(records.tables, row["doc_id"]):
            print_status(f"{row['doc_id']}: {len(passages)} open", quiet=quiet)
            canonical = records.read_document_text(row["doc_id"], text)
            print_result(draft_passage(records.tables, row, passages[0], canonical))
            return
    print_status("nothing is open: every sentence has claims or a reason why not", quiet=quiet)
