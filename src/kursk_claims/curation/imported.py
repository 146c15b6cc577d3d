"""Claims that were annotated with another tool, and the draft that they become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from kursk_claims.claims.locate import find_places
from kursk_claims.claims.text import canonicalize

ROLES = ("content", "cue", "source", "number", "hedge", "place", "time")
ATTRIBUTES = ("kind", "polarity", "mode")


@dataclass(frozen=True)
class ImportedSpan:
    """A span of the canonical text with its role, which is that of evidence or a name of the other tool."""

    role: str
    start: int
    end: int


@dataclass
class ImportedClaim:
    """The spans of an annotation, what it says, its attributes, and a note with what has no field."""

    spans: list[ImportedSpan] = field(default_factory=list)
    says: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    note: str = ""


def place_span(raw: str, text: str, start: int, end: int, quote: str | None) -> tuple[int, int] | str:
    """Return the offsets in the canonical text of a span of the text as it was annotated, or what is wrong with it.

    `quote` are the words that the annotation has for the span. If they stand elsewhere, but only once, that place is meant.
    """
    if 0 <= start < end <= len(raw) and (quote is None or raw[start:end].split() == quote.split()):
        first = len(canonicalize(raw[:start].encode()))
        return first, first + len(canonicalize(raw[start:end].encode()))
    places = find_places(quote, text) if quote else []
    if len(places) == 1:
        return places[0].start, places[0].end
    found = repr(raw[start:end][:60]) if 0 <= start < end <= len(raw) else f"the text ends at {len(raw)}"
    return f"expected {quote!r} at {start}–{end}, found {found}" if quote else f"expected words at {start}–{end}, {found}"


def render_draft(doc_id: str, claims: Iterable[ImportedClaim], text: str, passages: Sequence[Mapping[str, str]]) -> str:
    """Return a draft with an item for each claim, in the order of the text; what the annotation does not say is empty."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes an empty field as nothing."""

    Dumper.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))
    ordered = sorted(claims, key=lambda claim: min(span.start for span in claim.spans))
    draft = {"document": doc_id, "claims": [_item(claim, text, passages) for claim in ordered]}
    rendered: str = yaml.dump(draft, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=120)
    return rendered


def _item(claim: ImportedClaim, text: str, passages: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    words = {role: [_words(text, span) for span in _ordered(claim, role)] for role in ROLES}
    content = _ordered(claim, "content") or _ordered(claim)[:1]
    others = [f"{span.role}: {_words(text, span)}" for span in _ordered(claim) if span.role not in ROLES and span not in content]
    steps = [{"who": who, "cue": cue} for who, cue in zip_longest(words["source"], words["cue"])]
    item: dict[str, Any] = {
        "says": claim.says or None,
        "words": " … ".join(_words(text, span) for span in content),
        "passage": _passage_of(content[0], passages),
        "kind": claim.attributes.get("kind"),
        "event": None,
        "by": steps or [{"who": None, "cue": None}],
    }
    item |= {name: claim.attributes[name] for name in ATTRIBUTES[1:] if name in claim.attributes}
    if words["number"]:
        item["number"] = {"words": words["number"][0], "hedge": next(iter(words["hedge"]), None), "measure": None, "unit": None}
    if words["place"]:
        item["where"] = [{"at": each} for each in words["place"]]
    if words["time"]:
        item["when"] = {"words": words["time"][0]}
    note = "; ".join([claim.note] * bool(claim.note) + others)
    return item | ({"note": note} if note else {})


def _ordered(claim: ImportedClaim, role: str | None = None) -> list[ImportedSpan]:
    return sorted((span for span in claim.spans if role in (None, span.role)), key=lambda span: (span.start, span.end))


def _words(text: str, span: ImportedSpan) -> str:
    return " ".join(text[span.start : span.end].split())


def _passage_of(span: ImportedSpan, passages: Sequence[Mapping[str, str]]) -> str | None:
    inside = (row["passage_id"] for row in passages if int(row["char_start"]) <= span.start and span.end <= int(row["char_end"]))
    return next(inside, None)
