"""Write claims for brat: a text and its stand-off annotation per document. https://brat.nlplab.org/standoff.html."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kursk_claims.claims.interchange.annotations import AnnotatedDocument, Claim, Span, require_texts
from kursk_claims.database.export.about import About

CONTENT_ROLE = "content"
ATTRIBUTES = ("kind", "polarity", "mode")
CONFIGURATION, README = "annotation.conf", "README.md"
LAYOUT = """Each text is the canonical text of a document: UTF-8, line ends as LF, NFC. Its offsets are those of the records.

A span of evidence is an entity named after its role. A claim is an event: its content is the trigger, the other spans are its
arguments. A note of the event has the claim's id, its statement and its origin."""


def list_brat_files(documents: Sequence[AnnotatedDocument]) -> set[str]:
    """Return the names of the files that `write_brat_folder` writes."""
    names = {f"{each.doc_id}{ending}" for each in documents if each.held for ending in (".txt", ".ann")}
    return {CONFIGURATION, README, *names}


def write_brat_folder(documents: Sequence[AnnotatedDocument], about: About, folder: Path) -> None:
    """Write a folder that brat can open. Raises `TextError` if a document has no text."""
    held = [*require_texts(documents)]
    folder.mkdir()
    properties = about.properties()
    lines = [f"- {name}: {value}" for name, value in properties.items()]
    _write(folder / README, f"# {about.title}\n\n" + "\n".join(lines) + f"\n\n{LAYOUT}\n")
    comments = "".join(f"# {name}: {value}\n" for name, value in properties.items())
    _write(folder / CONFIGURATION, comments + _configuration([document for document, _ in held]))
    for document, text in held:
        _write(folder / f"{document.doc_id}.txt", text)
        _write(folder / f"{document.doc_id}.ann", "".join(f"{line}\n" for line in _annotation_lines(document, text)))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def _configuration(documents: Sequence[AnnotatedDocument]) -> str:
    """Return the types that brat accepts; the roles of arguments may be given any number of times."""
    roles = sorted({span.role for document in documents for span in document.spans} | {CONTENT_ROLE})
    arguments = ", ".join(f"{role}*:{role}" for role in roles)
    values = {
        name: sorted({str(getattr(claim, name)) for document in documents for claim in document.claims}) for name in ATTRIBUTES
    }
    attributes = [f"{name}\tArg:<EVENT>, Value:{'|'.join(codes)}" for name, codes in values.items() if codes]
    sections = {
        "entities": [role for role in roles if role != CONTENT_ROLE],
        "relations": [],
        "events": [f"{CONTENT_ROLE}\t{arguments}"],
        "attributes": attributes,
    }
    return "".join(f"\n[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in sections.items())


def _annotation_lines(document: AnnotatedDocument, text: str) -> list[str]:
    """Return the lines of entities, then those of claims. Spans of several claims with one role and place are one entity."""
    entities: dict[tuple[str, int, int], str] = {}
    lines = []
    for span in document.spans:
        key = (span.role, span.start, span.end)
        if key not in entities:
            entities[key] = f"T{len(entities) + 1}"
            lines.append(_entity_line(entities[key], span, text))
    number = 0
    for index, claim in enumerate(document.claims, start=1):
        spans = [span for span in document.spans if span.claim_id == claim.claim_id]
        trigger = next((span for span in spans if span.role == CONTENT_ROLE), None)
        if trigger is None:
            continue
        parts = [(trigger.role, trigger), *_number_roles([span for span in spans if span != trigger])]
        references = " ".join(f"{role}:{entities[span.role, span.start, span.end]}" for role, span in parts)
        lines.append(f"E{index}\t{references}")
        for name in ATTRIBUTES:
            number += 1
            lines.append(f"A{number}\t{name} E{index} {getattr(claim, name)}")
        lines.append(f"#{index}\tAnnotatorNotes E{index}\t{_describe_claim(claim)}")
    return lines


def _entity_line(name: str, span: Span, text: str) -> str:
    """Return the line of a span. brat has no entity across lines: each line of the text is a fragment of its own."""
    fragments, start = [], span.start
    for part in text[span.start : span.end].split("\n"):
        if part:
            fragments.append((start, part))
        start += len(part) + 1
    offsets = ";".join(f"{start} {start + len(part)}" for start, part in fragments)
    return f"{name}\t{span.role} {offsets}\t{' '.join(part for _, part in fragments)}"


def _number_roles(spans: Sequence[Span]) -> list[tuple[str, Span]]:
    """Return each span with the name of its argument: brat numbers the second and later ones of a role."""
    counts: dict[str, int] = {}
    numbered = []
    for span in spans:
        counts[span.role] = counts.get(span.role, 0) + 1
        numbered.append((f"{span.role}{counts[span.role] if counts[span.role] > 1 else ''}", span))
    return numbered


def _describe_claim(claim: Claim) -> str:
    origin = f" (origin: {claim.origin})" if claim.origin else ""
    return " ".join(f"{claim.claim_id}: {claim.statement}{origin}".split())
