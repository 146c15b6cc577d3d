"""`kursk-claims curate document`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kursk_claims.cli.curate.records import open_records
from kursk_claims.cli.options import QuietOption, WorkspaceOption, new_app, print_status

app = new_app()


@app.callback()
def document() -> None:
    """Add documents."""


@app.command()
def add(
    text: Annotated[Path, typer.Argument(help="The text of the document; `-` is standard input.")],
    publisher: Annotated[str, typer.Option("--publisher", help="Name or id of the actor that published it.")],
    publisher_kind: Annotated[str | None, typer.Option("--publisher-kind", help="Kind of a publisher that is new.")] = None,
    id: Annotated[str | None, typer.Option("--id", help="Id [default: made of publisher and title].")] = None,
    title: Annotated[str | None, typer.Option("--title", help="Title [default: the heading at the beginning].")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Kind of document [default: news_article].")] = None,
    language: Annotated[str | None, typer.Option("--language", help="Language, as en or pt-BR [default: und].")] = None,
    url: Annotated[str | None, typer.Option("--url", help="Address at which it was published.")] = None,
    archived_url: Annotated[str | None, typer.Option("--archived-url", help="Address of a copy in a web archive.")] = None,
    retrieved_on: Annotated[str | None, typer.Option("--retrieved-on", help="Day on which it was read there.")] = None,
    date: Annotated[
        str | None, typer.Option("--date", help="Day of publication, or the first and last: 2031-03-14/2031-03-15.")
    ] = None,
    date_basis: Annotated[str | None, typer.Option("--date-basis", help="How the date is known [default: stated].")] = None,
    derived_from: Annotated[str | None, typer.Option("--derived-from", help="Id of the document that it was made from.")] = None,
    rights: Annotated[str | None, typer.Option("--rights", help="Who holds the rights in the text.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="What readers should know.")] = None,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Add a held document: its row with digest and length, its publisher, and a passage for each sentence and heading.

    The text itself is not stored. Adding the same text again changes nothing.
    """
    from kursk_claims.claims.numerals import covers_words
    from kursk_claims.claims.text import read_canonical_text
    from kursk_claims.curation.documents import NewDocument, add_document
    from kursk_claims.curation.sentences import has_own_rules
    from kursk_claims.curation.status import describe_document

    records = open_records(workspace_path, quiet)
    tables, contract = records.tables, records.contract
    canonical = read_canonical_text(text)
    cells = {
        **{"title": title, "kind": kind, "language": language, "url": url, "archived_url": archived_url, "rights": rights},
        **{"retrieved_on": retrieved_on, "date_basis": date_basis, "derived_from_id": derived_from, "note": note},
    }
    said = {name: cell for name, cell in cells.items() if cell is not None}
    doc_id = add_document(tables, contract, canonical, NewDocument(publisher, publisher_kind, id, date, said))
    is_new = bool(tables.changes())
    records.write()
    status = describe_document(tables, doc_id, canonical)
    print_status(
        f"{doc_id}: {status.summary()}" if is_new else f"{doc_id} already holds this text: {status.summary()}", quiet=quiet
    )
    if not has_own_rules(status.language):
        print_status(
            f"sentences: no rules for {status.language}; those of a related language or of English were used. "
            "Correct them with `kursk-claims curate split` and `merge`.",
            quiet=quiet,
        )
    if not covers_words(status.language):
        print_status(f"numbers: number words of {status.language} are not covered; only figures were counted", quiet=quiet)
