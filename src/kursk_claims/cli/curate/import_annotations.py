"""`kursk-claims curate import`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kursk_claims.cli.curate.records import open_records
from kursk_claims.cli.options import QuietOption, TextOption, WorkspaceOption, new_app, print_result, print_status

app = new_app()


@app.command("import")
def import_annotations(
    file: Annotated[Path, typer.Argument(help="A stand-off file of brat (.ann), or W3C Web Annotations (.json, .jsonld).")],
    text: TextOption = [],  # noqa: B006
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Print annotations made elsewhere as a draft to fill in; --text is the file that was annotated, of a held document.

    Spans with a role of evidence (content, cue, source, number, hedge, place, time) become fields of the draft; other labels
    become notes. What the annotation does not say is empty.

    Exit codes: 0: a draft was printed. 1: the annotations do not fit the text. 2: the call or the environment is at fault.
    """
    from kursk_claims.curation.brat import read_brat
    from kursk_claims.curation.documents import find_held_document
    from kursk_claims.curation.imported import render_draft
    from kursk_claims.curation.passages import list_passages
    from kursk_claims.curation.web_annotation import read_web_annotations
    from kursk_claims.errors import InputError
    from kursk_claims.files import read_bytes, read_utf8
    from kursk_claims.report.values import count_noun

    readers = {".ann": read_brat, ".json": read_web_annotations, ".jsonld": read_web_annotations}
    read = readers.get(file.suffix.lower())
    if read is None:
        raise typer.BadParameter(f"{file}: expected a file that ends in {', '.join(readers)}")
    records = open_records(workspace_path, quiet)
    held = [(each, row) for each in records.read_texts(text) if (row := find_held_document(records.tables, each.text))]
    if len(held) != 1:
        raise typer.BadParameter(f"name the text that was annotated with --text; {len(held)} of those given are held")
    (source, document), *_ = held
    raw = source.text if str(source.path) == "-" else read_bytes(source.path).decode("utf-8")
    annotation = read_utf8(file, InputError, "Export the annotations as UTF-8.")
    claims = read(str(file), annotation, raw, source.text)
    print_result(render_draft(document["doc_id"], claims, source.text, list_passages(records.tables, document["doc_id"])))
    print_status(f"{count_noun(len(claims), 'claim')} to fill in", quiet=quiet)
