"""`kursk-claims curate draft`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.curate.records import open_records
from kursk_claims.cli.options import QuietOption, TextOption, WorkspaceOption, new_app, print_result

app = new_app()


@app.command()
def draft(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[DOC|PASSAGE|CLAIM]", help="Default: the only held document.", show_default=False),
    ] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of drafts instead, for editors.")] = False,
    text: TextOption = [],  # noqa: B006
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Print claims as a draft, to be edited and given to `curate add` again.

    What `add` fills in is left out. Exit codes: 0: done. 2: the call or the environment is at fault.
    """
    from kursk_claims.curation.draft_items import DraftWriter, leave_out_ids, render_draft, without_ids
    from kursk_claims.curation.selection import select_claims

    records = open_records(workspace_path, quiet)
    if schema:
        from kursk_claims.curation.draft_schema import make_draft_schema
        from kursk_claims.escaping import dump_json

        print_result(dump_json(make_draft_schema(records.tables, records.contract), indent=2) + "\n")
        return
    document, claims = select_claims(records.tables, name)
    canonical = records.read_document_text(document["doc_id"], text)
    writer = DraftWriter(records.tables, records.contract, document, canonical)
    items = [writer.item(claim) for claim in claims]
    if name in (None, document["doc_id"]):
        drafted = leave_out_ids(items, records.tables, {claim["claim_id"] for claim in claims})
    else:
        drafted = [without_ids(item) for item, _ in items]  # a claim that exists keeps those that it has
    print_result(render_draft(drafted, document["doc_id"]))
