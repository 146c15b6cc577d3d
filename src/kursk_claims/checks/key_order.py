"""Track whether keys ascend, so that duplicates need no search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from kursk_claims.tables.batch import Batch

MAX_CANDIDATES = 1_000_000  # keys out of order beyond which their order helps no more
SEARCH_ROUNDS = 3  # two keys out of order beside each other may ascend, so one round is not enough


@dataclass(frozen=True)
class KeyOrder:
    """How the keys of consecutive rows are ordered, from `first` to `last`.

    Ascending keys are unique. Otherwise `candidates` are the keys on both sides of a descent and at the ends of batches. If the
    `rest` ascends (its first and last key are kept), only a candidate can be a duplicate.
    """

    is_ascending: bool
    first: pl.DataFrame
    last: pl.DataFrame
    rest_is_ascending: bool
    rest: pl.DataFrame
    candidates: pl.DataFrame

    def merge(self, following: KeyOrder) -> KeyOrder:
        """Return the order of these rows and the following ones."""
        rest = pl.concat([self.rest, following.rest])
        within_limit = self.candidates.height + following.candidates.height < MAX_CANDIDATES
        return KeyOrder(
            self.is_ascending and following.is_ascending and _is_ascending(pl.concat([self.last, following.first])).all(),
            self.first,
            following.last,
            self.rest_is_ascending and following.rest_is_ascending and within_limit and _is_ascending(rest).all(),
            _first_and_last(rest),
            pl.concat([self.candidates, following.candidates]) if within_limit else self.candidates,
        )


def find_key_order(batch: Batch, keys: Sequence[str]) -> KeyOrder:
    """Return the order of the keys of a batch, which must have rows."""
    frame = pl.DataFrame({key: batch.cells[key].decoded() for key in keys})
    first, last = _copy_frame(frame.head(1)), _copy_frame(frame.tail(1))
    ascending = _is_ascending(frame)
    if ascending.all():
        return KeyOrder(True, first, last, True, _copy_frame(_first_and_last(frame[1:-1])), _copy_frame(_first_and_last(frame)))
    rest, candidates = frame, frame.clear()
    for _ in range(SEARCH_ROUNDS):
        at_descent = ~ascending | ~ascending.shift(-1, fill_value=True)
        at_descent[[0, len(at_descent) - 1]] = True
        candidates, rest = pl.concat([candidates, rest.filter(at_descent)]), rest.filter(~at_descent)
        ascending = _is_ascending(rest)
        if ascending.all():
            break
    return KeyOrder(False, first, last, ascending.all(), _copy_frame(_first_and_last(rest)), _copy_frame(candidates))


def _first_and_last(frame: pl.DataFrame) -> pl.DataFrame:
    return frame if frame.height < 2 else pl.concat([frame.head(1), frame.tail(1)])


def _copy_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Copy rows: polars would keep the texts of the complete frame in memory for them."""
    return pl.DataFrame(frame.to_dict(as_series=False), frame.schema)


def _is_ascending(frame: pl.DataFrame) -> pl.Series:
    """Return by row whether its key is greater than the previous one; true for the first row."""
    greater, equal = pl.lit(False), pl.lit(True)
    for key in frame.columns:
        before = pl.col(key).shift(1)
        greater = greater | (equal & (pl.col(key) > before))
        equal = equal & (pl.col(key) == before)
    first = pl.int_range(pl.len()) == 0
    return frame.lazy().select((greater.fill_null(False) | first).alias("ascending")).collect()["ascending"]
