"""Write claims as CoNLL-U Plus: a token per line, with a column per role of evidence.

https://universaldependencies.org/ext-format.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kursk_claims.claims.interchange.annotations import AnnotatedDocument, Span, require_texts
from kursk_claims.claims.text import Passage
from kursk_claims.database.export.about import About

TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d]+(?:[’'-]\w+)*|\S")
PREFIX = "CLAIM:"  # of columns that are no standard's


def render_conll(documents: Sequence[AnnotatedDocument], about: About) -> bytes:
    """Render every passage of the held documents as a sentence. Raises `TextError` if a document has no text.

    Columns: the token's number; the token; its offsets in the canonical text, as `start_char` and `end_char`; and per role, `B-`
    for the first and `I-` for each further token of a span with the id of its claim, several joined by `|`, or `O`. A token that
    a span covers in part counts.
    """
    held = [*require_texts(documents)]
    roles = sorted({span.role for document, _ in held for span in document.spans})
    columns = " ".join(["ID", "FORM", "MISC", *(f"{PREFIX}{role.upper()}" for role in roles)])
    comments = [f"# {name} = {value}" for name, value in about.properties().items()]
    sentences = [sentence for document, text in held for sentence in _sentences(document, text, roles)]
    head = "\n".join([f"# global.columns = {columns}", *comments])
    return (head + "\n" + "\n".join(sentences)).encode("utf-8")


def _sentences(document: AnnotatedDocument, text: str, roles: Sequence[str]) -> Iterator[str]:
    first = True
    for passage in document.held.passages if document.held else ():
        words = text[passage.char_start : passage.char_end]
        lines = [*_token_lines(passage, words, document.spans, roles)]
        if lines:
            start = [f"# newdoc id = {document.doc_id}"] if first else []
            comments = [*start, f"# sent_id = {passage.passage_id}", f"# text = {' '.join(words.split())}"]
            yield "".join(f"{line}\n" for line in [*comments, *lines])
            first = False


def _token_lines(passage: Passage, words: str, spans: Sequence[Span], roles: Sequence[str]) -> Iterator[str]:
    begun: set[str] = set()
    for number, match in enumerate(TOKEN.finditer(words), start=1):
        start, end = passage.char_start + match.start(), passage.char_start + match.end()
        covering = [span for span in spans if span.start < end and start < span.end]
        cells = [
            "|".join(f"{'I' if span.evidence_id in begun else 'B'}-{span.claim_id}" for span in covering if span.role == role)
            or "O"
            for role in roles
        ]
        begun |= {span.evidence_id for span in covering}
        yield "\t".join([str(number), match[0], f"start_char={start}|end_char={end}", *cells])
