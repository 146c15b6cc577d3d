"""Read claims from W3C Web Annotations: https://www.w3.org/TR/annotation-model/."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kursk_claims.curation.imported import ROLES, ImportedClaim, ImportedSpan, place_span
from kursk_claims.errors import DataError


def read_web_annotations(name: str, annotation: str, raw: str, text: str) -> list[ImportedClaim]:
    """Return a claim for each annotation; those with the same description, by id, are spans of one claim.

    `raw` is the text as it was annotated, whose offsets the selectors have, `text` the canonical one, `name` that of the file.
    Raises `DataError` with every annotation that does not fit.
    """
    try:
        document = json.loads(annotation)
    except json.JSONDecodeError as error:
        raise DataError(f"{name}:{error.lineno}:{error.colno}: expected JSON: {error.msg}") from None
    claims: dict[str, ImportedClaim] = {}
    faults = []
    for number, item in enumerate(_find_annotations(document), start=1):
        place = f"{name}: annotation {item.get('id') or number}"
        spans = [_place(target, raw, text) for target in _as_list(item.get("target"))]
        faults += [f"{place}: {each}" for each in spans or ["expected a target, found none"] if isinstance(each, str)]
        says, tags, key = _read_bodies(item)
        claim = claims.setdefault(key or f"#{number}", ImportedClaim(says=says))
        role = next((tag for tag in tags if tag in ROLES), "content")
        claim.spans += [ImportedSpan(role, *each) for each in spans if not isinstance(each, str)]
        other = [tag for tag in tags if tag not in ROLES]
        claim.note = "; ".join(dict.fromkeys([*filter(None, [claim.note]), *other]))
    if not claims and not faults:
        faults.append(f"{name}: expected annotations with a target, found none")
    if faults:
        raise DataError(*faults)
    return list(claims.values())


def _find_annotations(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every annotation of a page, a collection or a list."""
    if isinstance(value, list):
        for each in value:
            yield from _find_annotations(each)
    elif isinstance(value, dict):
        if "target" in value:
            yield value
        else:
            for key in ("items", "first", "@graph"):
                yield from _find_annotations(value.get(key))


def _place(target: Any, raw: str, text: str) -> tuple[int, int] | str:
    selectors = {each.get("type"): each for each in _as_list(target.get("selector"))} if isinstance(target, dict) else {}
    position, quote = selectors.get("TextPositionSelector", {}), selectors.get("TextQuoteSelector", {}).get("exact")
    start, end = position.get("start"), position.get("end")
    if not isinstance(start, int) or not isinstance(end, int):
        if not isinstance(quote, str):
            return "expected a TextPositionSelector with start and end, or a TextQuoteSelector, found neither"
        start, end = 0, 0
    return place_span(raw, text, start, end, quote if isinstance(quote, str) else None)


def _read_bodies(item: dict[str, Any]) -> tuple[str, list[str], str]:
    """Return what an annotation says, its tags, and the id of what it says, if that has one."""
    says, tags, key = [item["bodyValue"]] if isinstance(item.get("bodyValue"), str) else [], list[str](), ""
    for body in _as_list(item.get("body")):
        value = body if isinstance(body, str) else body.get("value") if isinstance(body, dict) else None
        if not isinstance(value, str):
            continue
        if isinstance(body, dict) and body.get("purpose") == "tagging":
            tags.append(value)
        else:
            says.append(value)
            key = key or (str(body.get("id", "")) if isinstance(body, dict) else "")
    return " ".join(says), tags, key


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
