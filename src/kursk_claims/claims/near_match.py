"""Find words that a text has with other white space, quotes, dashes or invisible characters, and name the characters."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_MATCHES = 100  # places that are described
MAX_LISTED = 3  # differences, and characters of a difference, that are named
INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"  # of a pattern's character class
BLANKS = re.compile(rf"[\s{INVISIBLE}]+|[^!-~]")
LOOK_ALIKE: dict[str, str] = {
    **dict.fromkeys("‘’‚‛′´`ʼ＇", "'"),
    **dict.fromkeys("“”„‟″«»＂", '"'),
    **dict.fromkeys("‐‑‒–—―−－", "-"),
}
CONTROL_NAMES = {"\n": "LINE FEED", "\t": "TAB", "\r": "CARRIAGE RETURN"}


@dataclass
class FoldedText:
    """A text with single spaces, plain quotes and dashes and nothing invisible.

    `starts` and `ends` are the offsets in the original text of what each character stands for.
    """

    text: str = ""
    starts: array[int] = field(default_factory=lambda: array("l"))
    ends: array[int] = field(default_factory=lambda: array("l"))


def fold_text(text: str) -> FoldedText:
    """Fold a text."""
    folded, parts, position = FoldedText(), [], 0
    for match in BLANKS.finditer(text):
        parts += [text[position : match.start()], replacement := _fold(match[0])]
        folded.starts.extend(range(position, match.start()))
        folded.ends.extend(range(position + 1, match.start() + 1))
        folded.starts.extend([match.start()] * len(replacement))
        folded.ends.extend([match.end()] * len(replacement))
        position = match.end()
    parts.append(text[position:])
    folded.starts.extend(range(position, len(text)))
    folded.ends.extend(range(position + 1, len(text) + 1))
    folded.text = "".join(parts)
    return folded


def _fold(part: str) -> str:
    if any(char.isspace() for char in part):
        return " "
    if re.match(f"[{INVISIBLE}]", part):
        return ""
    return LOOK_ALIKE.get(part) or unicodedata.normalize("NFKC", part)


def replace_look_alikes(text: str) -> str:
    """Return a text of the same length with plain quotes and dashes."""
    return text.translate({ord(char): plain for char, plain in LOOK_ALIKE.items()})


@dataclass(frozen=True)
class NearMatch:
    """A place of some words in a text, and how its characters differ from theirs; empty if they do not."""

    start: int
    end: int
    difference: str


def find_near_matches(words: str, text: str) -> Iterator[NearMatch]:
    """Yield the first places of the words in a text, apart from white space, quotes, dashes and invisible characters."""
    words, count = words.strip(), 0
    wanted, folded = fold_text(words), fold_text(text)
    index = folded.text.find(wanted.text) if wanted.text else -1
    while index >= 0 and (count := count + 1) <= MAX_MATCHES:
        last = index + len(wanted.text) - 1
        yield NearMatch(folded.starts[index], folded.ends[last], _describe(words, wanted, text, folded, index))
        index = folded.text.find(wanted.text, index + 1)


def _describe(words: str, wanted: FoldedText, text: str, folded: FoldedText, index: int) -> str:
    """Name the characters that differ where the folded texts are the same."""
    differences: list[tuple[int, str, str]] = []
    was_different = False
    for number in range(len(wanted.text)):
        theirs, ours = (
            _piece(words, wanted, number, len(wanted.text)),
            _piece(text, folded, index + number, index + len(wanted.text)),
        )
        if theirs != ours and was_different:
            offset, before, instead = differences.pop()
            differences.append((offset, before + ours, instead + theirs))
        elif theirs != ours:
            differences.append((folded.starts[index + number], ours, theirs))
        was_different = theirs != ours
    listed = [_name_difference(*each) for each in differences[:MAX_LISTED]]
    return "; ".join(listed) + (f"; and {len(differences) - MAX_LISTED} more" if len(differences) > MAX_LISTED else "")


def _piece(text: str, folded: FoldedText, number: int, stop: int) -> str:
    """Return what a folded character stands for, with the invisible characters that follow it within the words."""
    return text[folded.starts[number] : folded.starts[number + 1] if number + 1 < stop else folded.ends[number]]


def _name_difference(offset: int, found: str, expected: str) -> str:
    while found and expected and found[0] == expected[0]:
        found, expected, offset = found[1:], expected[1:], offset + 1
    while found and expected and found[-1] == expected[-1]:
        found, expected = found[:-1], expected[:-1]
    names = f"{_name_characters(found)} instead of {_name_characters(expected)}"
    if not expected:
        names = f"{_name_characters(found)}, which the words lack"
    elif not found:
        names = f"no {_name_characters(expected)}"
    return f"{names}, at character {offset}"


def _name_characters(text: str) -> str:
    names = [f"U+{ord(char):04X} {CONTROL_NAMES.get(char) or unicodedata.name(char, 'control character')}" for char in text]
    return " ".join(names[:MAX_LISTED]) + (f" and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else "")
