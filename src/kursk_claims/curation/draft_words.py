"""Find the words of a draft in the text of its document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kursk_claims.contract.strict_yaml import YamlMapping
from kursk_claims.curation.anchors import AnchorError, Span, find_anchor
from kursk_claims.curation.draft_file import Faults, text_of
from kursk_claims.suggest import did_you_mean


class WordReader:
    """Finds words; those that are not found, or not once, are faults."""

    def __init__(self, text: str, passages: Sequence[Mapping[str, str]], doc_id: str, faults: Faults) -> None:
        self.text, self.passages, self.doc_id, self.faults = text, passages, doc_id, faults

    def anchor(self, part: YamlMapping, key: str, near: Sequence[Span], needed: bool = False) -> list[Span] | None:
        """Return the spans of the words under a key; None without words."""
        words = text_of(part.get(key))
        if not words:
            if needed or (key == "words" and "says" in part):
                mark = part.marks.get(key) or (part.marks[next(iter(part))] if part else "1:1")
                self.faults.add(mark, f"{key}: expected words of the text")
            return None
        return self.find(part.marks[key], words, near)

    def find(self, mark: str, words: str, near: Sequence[Span]) -> list[Span]:
        """Return the spans of words, which are looked for near some spans first."""
        try:
            return find_anchor(words, self.text, near)
        except AnchorError as error:
            problem, *places = error.args
            advice = ["add more words, with those that are meant in [[double brackets]], or a passage"] if places else []
            self.faults.add(mark, problem, *places, *advice)
            return []

    def passage_span(self, item: YamlMapping) -> list[Span]:
        """Return the span of the passage that an item names."""
        name = text_of(item.get("passage"))
        if not name:
            return []
        found = [(int(row["char_start"]), int(row["char_end"])) for row in self.passages if row["passage_id"] == name]
        if not found:
            known = [row["passage_id"] for row in self.passages]
            self.faults.add(item.marks["passage"], f"{self.doc_id} has no passage {name!r}{did_you_mean(name, known)}")
        return found

    def span_of_passage(self, span: Span) -> Span:
        """Return the span of the passage around a span."""
        return next(((int(row["char_start"]), int(row["char_end"])) for row in self.passages if holds(row, [span])), span)


def holds(passage: Mapping[str, str], spans: Sequence[Span]) -> bool:
    """Return whether one of the spans lies within a passage."""
    return any(int(passage["char_start"]) <= start and end <= int(passage["char_end"]) for start, end in spans)
