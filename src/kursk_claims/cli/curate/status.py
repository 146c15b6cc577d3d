"""`kursk-claims curate status`"""

from __future__ import annotations

from kursk_claims.cli.curate.records import open_records
from kursk_claims.cli.options import QuietOption, TextOption, WorkspaceOption, new_app, print_line, print_status

app = new_app()


@app.command()
def status(
    text: TextOption = [],  # noqa: B006
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show what is done and what is open: the passages of each held document, numbers, claims and findings.

    A passage is done if it has claims or a reason why it has none. Numbers and words are shown with --text.
    """
    from kursk_claims.checks.validate import validate_workspace
    from kursk_claims.curation.documents import find_held_document
    from kursk_claims.curation.status import describe_documents
    from kursk_claims.report.values import count_noun

    records = open_records(workspace_path, quiet)
    texts: dict[str, str] = {}
    held_files = []
    for file in records.read_texts(text):
        if row := find_held_document(records.tables, file.text):
            if row["doc_id"] not in texts:
                texts[row["doc_id"]] = file.text
                held_files.append(file.path)
        else:
            advice = "add it with `kursk-claims curate document add`"
            print_status(f"{file.path} is not the text of a held document; {advice}", quiet=quiet)
    for document in describe_documents(records.tables, texts):
        print_line(f"{document.doc_id}: {document.summary()}")
        for line in document.checklist():
            print_line(f"  {line}")
    report = validate_workspace(records.workspace, records.contract, held_files).report
    counts = f"{count_noun(report.errors, 'error')}, {count_noun(report.count('warning'), 'warning')}"
    print_line(f"findings: {counts}{'; `kursk-claims validate` lists them' if report.total else ''}")
