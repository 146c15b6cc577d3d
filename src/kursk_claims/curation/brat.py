"""Read claims from a stand-off annotation of brat: https://brat.nlplab.org/standoff.html."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kursk_claims.curation.imported import ATTRIBUTES, ImportedClaim, ImportedSpan, place_span
from kursk_claims.errors import DataError

ENTITY = re.compile(r"(T\S+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)")
EVENT = re.compile(r"(E\S+)\t(\S+):(T\S+)((?: \S+:[TE]\S+)*) *")
ATTRIBUTE = re.compile(r"[AM]\S+\t(\S+) (\S+)(?: (\S+))?")
NOTE = re.compile(r"#\S*\t\S+ (\S+)\t(.*)")
OWN_NOTE = re.compile(r"(clm-[a-z0-9-]+): (.*?)(?: \(origin: .*\))?")  # as `export --format brat` writes them


@dataclass
class _Annotations:
    """The lines of a file: spans, events as trigger and arguments, and what is said about either."""

    spans: dict[str, ImportedSpan] = field(default_factory=dict)
    events: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


def read_brat(name: str, annotation: str, raw: str, text: str) -> list[ImportedClaim]:
    """Return a claim for each event; without events, for each text-bound annotation. Relations and the like are left out.

    `raw` is the text as it was annotated, whose offsets the annotation has, `text` the canonical one, `name` that of the file.
    Raises `DataError` with every line that does not fit.
    """
    found, faults = _Annotations(), list[str]()
    for number, line in enumerate(annotation.splitlines(), start=1):
        if fault := _read_line(line, found, raw, text):
            faults.append(f"{name}:{number}: {fault}")
    for event, parts in found.events.items():
        faults += [f"{name}: {event} refers to {each}, which is missing" for _, each in parts if each not in found.spans]
    if faults:
        raise DataError(*faults)
    groups = found.events or {each: [("content", each)] for each in found.spans}
    return [_make_claim(each, parts, found) for each, parts in groups.items()]


def _read_line(line: str, found: _Annotations, raw: str, text: str) -> str:
    """Read a line; return what is wrong with it, or an empty text."""
    if match := ENTITY.fullmatch(line):
        fragments = [tuple(map(int, each.split())) for each in match[3].split(";")]
        span = place_span(raw, text, fragments[0][0], fragments[-1][1], match[4] if len(fragments) == 1 else None)
        if isinstance(span, str):
            return span
        found.spans[match[1]] = ImportedSpan(match[2], *span)
    elif match := EVENT.fullmatch(line):
        arguments = [each.partition(":") for each in match[4].split()]
        parts = [(re.sub(r"\d+$", "", role), target) for role, _, target in arguments if target.startswith("T")]
        found.events[match[1]] = [("content", match[3]), *parts]
    elif match := ATTRIBUTE.fullmatch(line):
        found.attributes.setdefault(match[2], {})[match[1]] = match[3] or "true"
    elif match := NOTE.fullmatch(line):
        found.notes[match[1]] = match[2]
    elif line[:1] in ("T", "E"):
        return f"expected an annotation of brat, found {line[:60]!r}"
    return ""


def _make_claim(name: str, parts: list[tuple[str, str]], found: _Annotations) -> ImportedClaim:
    spans = [ImportedSpan(role, found.spans[each].start, found.spans[each].end) for role, each in parts]
    attributes = found.attributes.get(name, {})
    known = {key: value for key, value in attributes.items() if key in ATTRIBUTES}
    note = found.notes.get(name, "")
    label = found.spans[parts[0][1]].role
    if own := OWN_NOTE.fullmatch(note):
        return ImportedClaim(spans, own[2], known)
    others = [f"{key} {value}" for key, value in attributes.items() if key not in ATTRIBUTES]
    notes = [label if label != "content" else "", *others, note]
    return ImportedClaim(spans, "", known, "; ".join(filter(None, notes)))
