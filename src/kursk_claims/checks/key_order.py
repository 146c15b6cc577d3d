"""Track whether keys ascend, so that duplicates need no search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import polars as pl

from kursk_claims.tables.batch import Batch

Key = tuple[Any, ...]

MAX_CANDIDATES = 1_000_000  # keys out of order beyond which their order helps no more
SEARCH_ROUNDS = 3  # two keys out of order beside each other may ascend, so one round is not enough


@dataclass(frozen=True)
class KeyOrder:
    """How the keys of consecutive rows are ordered; `ends` are the first and the last one.

    Ascending keys are unique. Otherwise `candidates` are the keys on both sides of a descent and at the ends of batches. If the
    rest ascends (`rest_ends` are its first and last key), only a candidate can be a duplicate.
    """

    is_ascending: bool
    ends: list[Key]
    rest_is_ascending: bool
    rest_ends: list[Key]
    candidates: pl.DataFrame

    def merge(self, following: KeyOrder) -> KeyOrder:
        """Return the order of these rows and the following ones."""
        ends, rest_ends = [*self.ends, *following.ends], [*self.rest_ends, *following.rest_ends]
        within_limit = self.candidates.height + following.candidates.height < MAX_CANDIDATES
        return KeyOrder(
            self.is_ascending and following.is_ascending and _ascend(ends),
            _first_and_last(ends),
            self.rest_is_ascending and following.rest_is_ascending and within_limit and _ascend(rest_ends),
            _first_and_last(rest_ends),
            pl.concat([self.candidates, following.candidates]) if within_limit else self.candidates,
        )


def find_key_order(batch: Batch, keys: Sequence[str]) -> KeyOrder:
    """Return the order of the keys of a batch, which must have rows."""
    frame = pl.DataFrame({key: batch.cells[key].decoded() for key in keys})
    ends = _find_ends(frame)
    ascending = _is_ascending(frame)
    if ascending.all():
        return KeyOrder(True, ends, True, _find_ends(frame[1:-1]), pl.DataFrame(ends, frame.schema, orient="row"))
    rest, candidates = frame, frame.clear()
    for _ in range(SEARCH_ROUNDS):
        at_descent = ~ascending | ~ascending.shift(-1, fill_value=True)
        at_descent[[0, len(at_descent) - 1]] = True
        candidates, rest = pl.concat([candidates, rest.filter(at_descent)]), rest.filter(~at_descent)
        ascending = _is_ascending(rest)
        if ascending.all():
            break
    # The rows are copied: polars would keep the texts of the complete frame in memory for them.
    copy = pl.DataFrame(candidates.rows(), frame.schema, orient="row")
    return KeyOrder(False, ends, ascending.all(), _find_ends(rest), copy)


def _find_ends(frame: pl.DataFrame) -> list[Key]:
    return [frame.row(index) for index in ((0, -1) if frame.height > 1 else range(frame.height))]


def _first_and_last(keys: list[Key]) -> list[Key]:
    return keys if len(keys) < 2 else [keys[0], keys[-1]]


def _ascend(keys: list[Key]) -> bool:
    """Return whether each key is greater than the previous one, and none has an empty cell."""
    return all(None not in (*before, *after) and before < after for before, after in pairwise(keys))


def _is_ascending(frame: pl.DataFrame) -> pl.Series:
    """Return by row whether its key is greater than the previous one; true for the first row."""
    greater, equal = pl.lit(False), pl.lit(True)
    for key in frame.columns:
        before = pl.col(key).shift(1)
        greater = greater | (equal & (pl.col(key) > before))
        equal = equal & (pl.col(key) == before)
    first = pl.int_range(pl.len()) == 0
    return frame.select((greater.fill_null(False) | first).alias("ascending"))["ascending"]
