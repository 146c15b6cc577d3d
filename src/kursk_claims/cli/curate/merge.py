"""`kursk-claims curate merge`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.curate.records import open_records
from kursk_claims.cli.options import QuietOption, TextOption, WorkspaceOption, new_app

app = new_app()


@app.command()
def merge(
    first: Annotated[str, typer.Argument(help="A passage, such as psg-004.")],
    second: Annotated[str, typer.Argument(help="The passage before or after it.")],
    text: TextOption = [],  # noqa: B006
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Merge two neighbouring passages. The first keeps its id; evidence and exclusions of the second move to it.

    If a release has the id that is gone, add it to retired.csv.
    """
    from kursk_claims.curation.passages import find_passage, merge_passages

    records = open_records(workspace_path, quiet)
    tables, contract = records.tables, records.contract
    canonical = records.read_document_text(find_passage(tables, first)["doc_id"], text)
    merge_passages(tables, contract, first, second, canonical)
    records.write()
