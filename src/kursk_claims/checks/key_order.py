"""Track whether keys ascend, so that duplicates need no search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from kursk_claims.tables.batch import Batch

MAX_UNORDERED_KEYS = 1_000_000  # keys out of order, above which order is no help
SEARCH_ROUNDS = 3  # in which they are looked for: two beside each other may ascend


@dataclass(frozen=True)
class KeyOrder:
    """How the keys of a batch, or of a table so far, follow one another, from `first` to `last`.

    Keys that ascend stand once. Where some do not, those on both sides of a step down, and at the ends of batches, are `odd`;
    if the `others` (of which these are the first and the last) ascend, only an odd key can stand twice.
    """

    ascends: bool
    first: pl.DataFrame
    last: pl.DataFrame
    others_ascend: bool
    others: pl.DataFrame
    odd: pl.DataFrame

    def then(self, next: KeyOrder) -> KeyOrder:
        """The order of these keys and the next."""
        others = pl.concat([self.others, next.others])
        few = self.odd.height + next.odd.height < MAX_UNORDERED_KEYS
        return KeyOrder(
            self.ascends and next.ascends and _is_ascending(pl.concat([self.last, next.first])).all(),
            self.first,
            next.last,
            self.others_ascend and next.others_ascend and few and _is_ascending(others).all(),
            _first_and_last(others),
            pl.concat([self.odd, next.odd]) if few else self.odd,
        )


def find_key_order(batch: Batch, keys: Sequence[str]) -> KeyOrder:
    """The order of the keys of a batch that has rows."""
    frame = pl.DataFrame({key: batch.cells[key].decoded() for key in keys})
    ascending = up = _is_ascending(frame)
    others, odd = frame, frame.clear()
    for _ in range(SEARCH_ROUNDS):
        step = ~up | ~up.shift(-1, fill_value=True)
        step[[0, len(step) - 1]] = True
        odd, others = pl.concat([odd, others.filter(step)]), others.filter(~step)
        up = _is_ascending(others)
        if up.all():
            break
    first, last, ends, few = map(_copy_frame, (frame.head(1), frame.tail(1), _first_and_last(others), odd))
    return KeyOrder(ascending.all(), first, last, up.all(), ends, few)


def _first_and_last(frame: pl.DataFrame) -> pl.DataFrame:
    return frame if frame.height < 2 else pl.concat([frame.head(1), frame.tail(1)])


def _copy_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows in memory of their own: what polars picks from a frame keeps the texts of the whole frame alive."""
    return pl.DataFrame(frame.to_dict(as_series=False), frame.schema)


def _is_ascending(frame: pl.DataFrame) -> pl.Series:
    """By row whether its key is greater than the one before; the first is."""
    greater, equal = pl.lit(False), pl.lit(True)
    for key in frame.columns:
        before = pl.col(key).shift(1)
        greater = greater | (equal & (pl.col(key) > before))
        equal = equal & (pl.col(key) == before)
    first = pl.int_range(pl.len()) == 0
    return frame.lazy().select((greater.fill_null(False) | first).alias("ascending")).collect()["ascending"]
