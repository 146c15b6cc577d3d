"""`kursk-claims curate done`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.curate.records import open_records
from kursk_claims.cli.options import QuietOption, WorkspaceOption, new_app

app = new_app()


@app.command()
def done(
    passage: Annotated[str, typer.Argument(help="The passage, such as psg-004.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it has no claim.", show_default=False)] = "",
    heading: Annotated[
        bool | None, typer.Option("--heading/--sentence", help="Make it a heading, or a sentence.", show_default=False)
    ] = None,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Record why a sentence or heading has no claim of its own, so that it is done. Without a reason, it is open again."""
    from kursk_claims.curation.passages import find_passage, mark_passage

    records = open_records(workspace_path, quiet)
    tables, contract = records.tables, records.contract
    is_heading = find_passage(tables, passage)["disposition"] == "heading" if heading is None else heading
    mark_passage(tables, contract, passage, "heading" if is_heading else "no_claim" if reason else "", reason)
    records.write()
