"""`kursk-claims curate status`"""

from __future__ import annotations

from kursk_claims.cli.curate.records import find_texts, open_records
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
    from kursk_claims.claims.text import read_canonical_text
    from kursk_claims.curation.documents import find_held_document
    from kursk_claims.curation.status import describe_documents
    from kursk_claims.curation.texts import list_text_files
    from kursk_claims.report.values import count_noun
    from kursk_claims.workspace import find_workspace

    tables, contract = open_records(workspace_path, quiet)
    texts: dict[str, str] = {}
    held_files = []
    for path in list_text_files(find_texts(text, workspace_path, quiet=quiet)):
        canonical = read_canonical_text(path)
        if row := find_held_document(tables, canonical):
            texts[row["doc_id"]] = canonical
            held_files.append(path)
        else:
            print_status(
                f"{path} is not the text of a held document; add it with `kursk-claims curate document add`", quiet=quiet
            )
    for document in describe_documents(tables, texts):
        print_line(f"{document.doc_id}: {document.summary()}")
        for line in document.checklist():
            print_line(f"  {line}")
    report = validate_workspace(find_workspace(workspace_path, curating=True), contract, held_files).report
    counts = f"{count_noun(report.errors, 'error')}, {count_noun(report.count('warning'), 'warning')}"
    print_line(f"findings: {counts}{'; `kursk-claims validate` lists them' if report.total else ''}")
