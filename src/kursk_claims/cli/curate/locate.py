"""`kursk-claims curate locate`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kursk_claims.cli.curate.arguments import WordsCommand, require_words
from kursk_claims.cli.options import QuietOption, WorkspaceOption, new_app, print_result, print_status

if TYPE_CHECKING:
    from kursk_claims.claims.locate import WordPlace
    from kursk_claims.claims.text import HeldDocument

MAX_EXPLAINED = 20  # places
app = new_app()


@app.command(cls=WordsCommand)
def locate(
    file: Annotated[Path, typer.Argument(help="The text of a held document, or of one to be added; `-` is standard input.")],
    words: Annotated[str, typer.Argument(help="The words to find, as in the text.")],
    whole_word: Annotated[bool, typer.Option("--whole-word", help="Leave out places within a word or a number.")] = False,
    passage: Annotated[str | None, typer.Option("--passage", "-p", help="Search only in this passage.")] = None,
    claim: Annotated[str, typer.Option("--claim", help="The claim whose evidence the words are.", show_default=False)] = "",
    role: Annotated[str, typer.Option("--role", help="The role of the evidence, such as cue.", show_default=False)] = "",
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Find words in a text and print a row of evidence.csv for each place: passage, offsets and digest.

    The rows have the next free ids and can be appended to evidence.csv once claim and role are filled in. White space, quotes,
    dashes and invisible characters may differ; what differs is named.

    Exit codes: 0: found once. 1: not found, or found more than once. 2: the call or the environment is at fault.
    """
    from kursk_claims.claims.locate import find_places, load_held_documents, restore_text
    from kursk_claims.claims.text import CANONICAL_TEXT, match_document, read_canonical_text
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.curation.evidence import render_evidence
    from kursk_claims.errors import TextError
    from kursk_claims.release.source import find_source_folders
    from kursk_claims.suggest import did_you_mean
    from kursk_claims.workspace import find_workspace

    require_words(words)
    workspace = find_workspace(workspace_path)
    print_status(f"workspace: {workspace}", quiet=quiet)
    text = read_canonical_text(file)
    schemas, records = find_source_folders(workspace)
    contract = load_contract(schemas)
    documents = load_held_documents(records, contract)
    document, is_exact = None, True
    try:
        copy = match_document(text, documents, str(file))
        document = next(each for each in documents if each.doc_id == copy.doc_id)
        text, is_exact = restore_text(copy, document), copy.exact
    except TextError:
        print_status(f"{file} is not a held document: offsets are those of its {CANONICAL_TEXT}", quiet=quiet)
    if passage and passage not in (known := [each.passage_id for each in document.passages] if document else []):
        raise typer.BadParameter(f"{file} has no passage {passage!r}{did_you_mean(passage, known)}")
    places = find_places(words, text, document, whole_word=whole_word, passage_id=passage)
    for place in places[:MAX_EXPLAINED]:
        _explain(place, f"{file}:{_line_and_position(text, place.start)}" if is_exact else str(file), text, document, quiet)
    if places:
        spans = [span for place in places for span in place.spans]
        print_result(render_evidence(records, contract, spans, {"claim_id": claim, "role": role}))
    else:
        where = passage or str(file)
        print_status(f"{words!r} does not occur in {where}. Copy the words from the text; letters and case count.")
    if len(places) > 1:
        print_status(f"{words!r} occurs {len(places)} times. Choose one, give more words, or add --whole-word or --passage.")
    raise typer.Exit(0 if len(places) == 1 else 1)


def _line_and_position(text: str, start: int) -> str:
    return f"{text.count(chr(10), 0, start) + 1}:{start - text.rfind(chr(10), 0, start)}"


def _explain(place: WordPlace, where: str, text: str, document: HeldDocument | None, quiet: bool) -> None:
    """Print a place with the words around it, and whatever is unusual about it."""
    from kursk_claims.claims.locate import quote_context

    passages = ", ".join(span.passage_id for span in place.spans if span.passage_id)
    span = f"characters {place.start} to {place.end}{f' of {passages}' if passages else ''}"
    print_status(f"{where}: {span}: {quote_context(text, place.start, place.end)}", quiet=quiet)
    if place.difference:
        print_status(f"{where}: the text has these words with {place.difference}")
    if document and not passages:
        print_status(f"{where}: these words belong to no passage of {document.doc_id} yet, so no evidence can cite them")
    if len(place.spans) > 1:
        print_status(f"{where}: these words span {len(place.spans)} passages; evidence takes one row for each")
