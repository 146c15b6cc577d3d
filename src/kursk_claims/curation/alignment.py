"""Find the offsets of a text in a corrected version of it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

TOKENS = re.compile(r"\w+|\s+|[^\w\s]")


class Block(NamedTuple):
    """A part of the old text, and the part of the new one that it became; the same if `is_equal`."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    is_equal: bool


class Alignment:
    """An old and a new text, aligned by words, white space and marks."""

    def __init__(self, old: str, new: str) -> None:
        old_tokens, new_tokens = TOKENS.findall(old), TOKENS.findall(new)
        old_ends, new_ends = (list(accumulate(map(len, each), initial=0)) for each in (old_tokens, new_tokens))
        self._blocks = [
            Block(old_ends[start], old_ends[end], new_ends[new_start], new_ends[new_end], is_equal)
            for start, end, new_start, new_end, is_equal in _align(old_tokens, new_tokens)
        ]
        self._starts = [block.old_start for block in self._blocks]

    @property
    def share(self) -> float:
        """The share of the old text that is in the new one."""
        length = self._blocks[-1].old_end if self._blocks else 0
        return sum(block.old_end - block.old_start for block in self._blocks if block.is_equal) / (length or 1)

    def new_span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a span of the old text is now: a changed part as a whole, and an empty span if its words are gone."""
        first = self._blocks[bisect_right(self._starts, start) - 1]
        last = self._blocks[bisect_right(self._starts, end - 1) - 1]
        new_start = first.new_start + (start - first.old_start if first.is_equal else 0)
        new_end = last.new_end - (last.old_end - end if last.is_equal else 0)
        return new_start, max(new_start, new_end)


def _align(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    """Yield blocks of tokens; no two neighbours are both changed.

    A block that was only inserted or removed is moved to the right as far as its tokens repeat: what is new is then a sentence
    with its own full stop, not a full stop with the next sentence.
    """
    from rapidfuzz.distance import Indel

    changed: Block | None = None
    for op in Indel.opcodes(old, new):
        block = Block(op.src_start, op.src_end, op.dest_start, op.dest_end, op.tag == "equal")
        if not block.is_equal:
            changed = block if changed is None else Block(changed[0], block[1], changed[2], block[3], False)
            continue
        if changed is not None:
            shift = _count_repeated(changed, block, old, new)
            if shift:
                yield Block(changed[0], changed[0] + shift, changed[2], changed[2] + shift, True)
            yield Block(changed[0] + shift, changed[1] + shift, changed[2] + shift, changed[3] + shift, False)
            block = Block(block[0] + shift, block[1], block[2] + shift, block[3], True)
            changed = None
        if block.old_start < block.old_end:
            yield block
    if changed is not None:
        yield changed


def _count_repeated(changed: Block, equal: Block, old: Sequence[str], new: Sequence[str]) -> int:
    """Return by how many tokens a block that was only inserted or removed can move to the right."""
    if changed.old_start < changed.old_end and changed.new_start < changed.new_end:
        return 0
    is_inserted = changed.new_start < changed.new_end
    tokens, first, after = (new, changed.new_start, equal.new_start) if is_inserted else (old, changed.old_start, equal.old_start)
    count = 0
    while count < equal.old_end - equal.old_start and tokens[first + count] == tokens[after + count]:
        count += 1
    return count
