"""Split a canonical text into paragraphs, and these into headings and sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Languages with rules of their own in sentencex; it splits the others by the rules of a related language, or of English.
OWN_RULES = set("am ar bg bn ca da de el en es fi fr gu hi hy it ja kk kn ml mr my nl pa pl pt ru sk ta te uk".split())
BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
LINE_ENDS = re.compile(r"\n")
FINAL_MARKS = set(".!?…:;,。！？؟۔।॥։።።")
MAX_HEADING_LENGTH = 200  # characters


@dataclass(frozen=True)
class Sentence:
    """A sentence or heading: its number in its paragraph, both counted from 1, and its offsets."""

    paragraph: int
    number: int
    start: int
    end: int
    is_heading: bool = False


def has_own_rules(language: str) -> bool:
    """Return whether sentences of a language, a BCP 47 tag, are found by rules for that language."""
    return _main_language(language) in OWN_RULES


def split_sentences(text: str, language: str) -> list[Sentence]:
    """Split a text at blank lines, or at each line end if it has none, then into sentences by the rules of its language.

    A paragraph of one line without a final mark is a heading if another follows it. The sentences leave out white space only.
    """
    paragraphs = list(_split_paragraphs(text))
    sentences = []
    for number, (start, end) in enumerate(paragraphs, start=1):
        if number < len(paragraphs) and _is_heading(text[start:end]):
            sentences.append(Sentence(number, 1, start, end, is_heading=True))
            continue
        spans = _join_without_letters(text, _find_sentences(text, start, end, _main_language(language)))
        sentences += [Sentence(number, index, *span) for index, span in enumerate(spans, start=1)]
    return sentences


def has_paragraph_break(text: str, start: int, end: int) -> bool:
    """Return whether a paragraph ends between two offsets of a text."""
    return bool(_find_separator(text).search(text, start, end))


def _main_language(language: str) -> str:
    return language.partition("-")[0].casefold()


def _split_paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _find_separator(text).finditer(text):
        yield from _non_empty(_strip(text, start, match.start()))
        start = match.end()
    yield from _non_empty(_strip(text, start, len(text)))


def _find_separator(text: str) -> re.Pattern[str]:
    return BLANK_LINES if BLANK_LINES.search(text, *_strip(text, 0, len(text))) else LINE_ENDS


def _non_empty(span: tuple[int, int]) -> Iterator[tuple[int, int]]:
    if span[0] < span[1]:
        yield span


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without the white space at its ends: what the rules on coverage take for white space."""
    while start < end and _is_blank(text[start]):
        start += 1
    while end > start and _is_blank(text[end - 1]):
        end -= 1
    return start, end


def _is_blank(char: str) -> bool:
    return char in "\t\n\f\r " or unicodedata.category(char).startswith("Z")


def _is_heading(paragraph: str) -> bool:
    if "\n" in paragraph or len(paragraph) > MAX_HEADING_LENGTH:
        return False
    words = paragraph.rstrip("\"'”’»“)]")
    return bool(words) and words[-1] not in FINAL_MARKS


def _find_sentences(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    import sentencex

    for boundary in sentencex.get_sentence_boundaries(language, text[start:end]):
        yield from _non_empty(_strip(text, start + boundary["start_index"], start + boundary["end_index"]))


def _join_without_letters(text: str, spans: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join a span without letters, such as the number of a list item, to the one that follows, else to the one before."""
    joined: list[tuple[int, int]] = []
    waiting: int | None = None
    for start, end in spans:
        if any(map(str.isalpha, text[start:end])):
            joined.append((start if waiting is None else waiting, end))
            waiting = None
        elif waiting is None:
            waiting = start
        last = end
    if waiting is not None:
        joined[-1:] = [(joined[-1][0] if joined else waiting, last)]
    return joined
