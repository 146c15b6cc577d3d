"""`kursk-claims curate add`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kursk_claims.cli.curate.records import open_records
from kursk_claims.cli.options import QuietOption, TextOption, WorkspaceOption, new_app, print_status

app = new_app()


@app.command()
def add(
    drafts: Annotated[list[Path], typer.Argument(help="Drafts, as `curate next` and `curate draft` print them.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; print what would be written.")] = False,
    text: TextOption = [],  # noqa: B006
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Turn the claims of drafts into rows, all or none, and print them with what was filled in.

    A claim that exists, by its id or its words, is changed and keeps its ids. Exit codes: 0: done. 1: the draft is at fault, at
    the lines that are printed. 2: the call or the environment is.
    """
    from kursk_claims.cli.options import choose_texts
    from kursk_claims.curation.add import Draft, add_claims, find_document, require_no_faults
    from kursk_claims.curation.draft_file import Faults, load_draft
    from kursk_claims.curation.draft_findings import add_findings, find_new_findings

    records = open_records(workspace_path, quiet)
    contents = [(path, load_draft(path)) for path in drafts]
    texts = choose_texts(text, records.workspace, quiet=quiet)
    for _, each in contents:
        find_document(records.tables, each["document"])
    read = [Draft(each, records.read_document_text(each["document"], texts), Faults(path)) for path, each in contents]
    claims = add_claims(records.tables, records.contract, read)
    left: list[str] = []
    if records.tables.changes():
        findings = find_new_findings(records.tables, records.workspace, records.contract, texts)
        left = add_findings(claims, records.tables, findings)
        require_no_faults(read)
    for claim in claims:
        print_status(f"{claim.claim_id}: filled in: {', '.join(claim.filled)}", quiet=quiet)
    records.write(dry_run=dry_run)
    print_status(*left, quiet=quiet)
