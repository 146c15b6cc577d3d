"""Read a draft, and collect its faults, each with its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kursk_claims.contract.strict_yaml import YamlMapping, load_yaml
from kursk_claims.curation.draft_fields import CLAIM, NUMBER, RELATION, STEP, THING, UTTERED, WHEN, Field
from kursk_claims.errors import ContractError, DataError, UsageError
from kursk_claims.suggest import did_you_mean


def _keys(fields: list[Field], *others: str) -> list[str]:
    return [*others, *(each.key for each in fields)]


PARTS = ("by", "number", "where", "who", "what", "when", "relations", "also")
DRAFT_KEYS = ["document", "claims"]
CLAIM_KEYS = [*_keys(CLAIM, "id", "words", "passage", "evidence"), *PARTS]
STEP_KEYS = _keys(STEP, "cue", "source", "when")
WHEN_KEYS, UTTERED_KEYS = _keys(WHEN, "words"), _keys(UTTERED, "words")
NUMBER_KEYS = _keys(NUMBER, "id", "words", "hedge")
THING_KEYS, RELATION_KEYS = _keys(THING), _keys(RELATION, "words")


@dataclass
class Faults:
    """The faults of a draft, by line and column."""

    path: Path
    lines: list[tuple[tuple[int, int], list[str]]] = field(default_factory=list)

    def add(self, mark: str, problem: str, *others: str) -> None:
        """Add a fault at a mark, `line:column`; `others` are lines below it."""
        line, _, column = mark.partition(":")
        self.lines.append(((int(line), int(column)), [f"{self.path}:{mark}: {problem}", *(f"  {each}" for each in others)]))

    def in_order(self) -> list[str]:
        """Return the lines of all faults in the order of the draft."""
        return [line for _, lines in sorted(self.lines) for line in lines]


def load_draft(path: Path) -> YamlMapping:
    """Return the mapping that a draft holds.

    Raises `UsageError` if there is no such file, and `DataError` if it is not YAML or lacks document or claims.
    """
    if not path.is_file():
        raise UsageError(f"{path}: expected the file of a draft. `kursk-claims curate next` prints one.")
    try:
        draft = load_yaml(path)
    except ContractError as error:
        raise DataError(*error.args) from None
    faults = Faults(path)
    check_keys(draft, DRAFT_KEYS, faults)
    if not isinstance(draft.get("document"), str):
        faults.add("1:1", "expected the key document with the id of a held document")
    if not isinstance(draft.get("claims"), list) or not all(isinstance(item, YamlMapping) for item in draft["claims"]):
        faults.add(draft.marks.get("claims", "1:1"), "expected the key claims with a list of claims, each with keys such as says")
    if faults.lines:
        raise DataError(*faults.in_order())
    return draft


def check_keys(mapping: YamlMapping, known: Iterable[str], faults: Faults) -> None:
    """Add a fault for each key that is not known."""
    known = list(known)
    for key in mapping:
        if key not in known:
            faults.add(mapping.marks[key], f"unknown key {key!r}{did_you_mean(key, known)}; the keys are {', '.join(known)}")


def text_of(value: Any) -> str | None:
    """Return a value of a draft as the text of a cell: empty for nothing; None for a list or a mapping."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, Mapping)):
        return None
    if isinstance(value, float):
        return format(value, ".15g")
    return str(value)
