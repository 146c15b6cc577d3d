"""The checks of columns: batches in, failures out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from kursk_claims.batches import Batch, Cells
from kursk_claims.checks import Fault
from kursk_claims.contract import Column, ContractError, Table, nearest, pandera_schema
from kursk_claims.records import shown, text_fault

MANY = 1_000_000  # keys out of order, above which order is no help
ROUNDS = 3  # in which they are looked for: two beside each other may ascend


@dataclass(frozen=True)
class Failure:
    """A check of a column that failed in a batch: at which rows, counted from 0.

    `tell` makes of a cell's value what was expected, what was found and what to do.
    """

    column: Column
    rule: str
    rows: pl.Series
    tell: Callable[[Any], tuple[str, str, str]]

    def faults(self, batch: Batch, table: Table, rows: pl.Series) -> Iterator[Fault]:
        """The faults at these of the rows."""
        for row in rows.to_list():
            words = self.tell(batch.cells[self.column.name][row])
            values = tuple(batch.cells[key][row] for key in table.primary_key)
            yield Fault(table.name, batch.first + row, (self.column.name,), self.rule, *words, values=values)


def column_failures(batch: Batch, table: Table) -> Iterator[Failure]:
    """What pandera finds in rows that have the contract's types: empty cells, codes, patterns, lengths, ranges.

    Each check is called by itself: a whole schema collects three times as many query plans.
    """
    for column, checks in zip(table.columns, _column_checks(table), strict=True):
        cells = batch.cells[column.name]
        if not column.nullable and len(empty := cells.empty()):
            yield Failure(column, "not-null", empty, partial(_words, column, "not_nullable"))
        frame = cells.values.rename(column.name).to_frame().lazy()
        for check in checks:
            try:
                outcome: Any = check(frame, column.name)
                if outcome.check_passed.collect().item():
                    continue
                passed = outcome.check_output.collect().to_series().fill_null(True)
            except pl.exceptions.PolarsError as error:
                raise ContractError(f"{table.path}: {column.name}: {check.name}: {str(error).strip()}") from None
            name = str(check.error).partition("(")[0]
            if len(rows := cells.rows((~passed).arg_true())):
                yield Failure(column, name.replace("_", "-"), rows, partial(_words, column, name))


def text_failures(batch: Batch, table: Table) -> Iterator[Failure]:
    """Texts that hold what cannot be seen, begin or end with a space, or are not in NFC, as `records.text_fault` has it."""
    for column in table.columns:
        if column.dtype != "String":
            continue
        cells = batch.cells[column.name]
        suspects = _suspects(cells, column)
        texts = cells.values.gather(suspects)
        unseen = texts.str.contains(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}--[\u200c\u200d]]")
        space = ~unseen & (texts.str.strip_chars() != texts)
        other = ~unseen & ~space & (texts.str.normalize("NFC") != texts)
        for rule, mask in (("control-character", unseen), ("space", space), ("normal-form", other)):
            if len(rows := cells.rows(suspects.filter(mask))):
                yield Failure(column, rule, rows, _text_words)


def first_of_each_cell(batch: Batch, failures: Iterable[Failure]) -> Iterator[tuple[Failure, pl.Series]]:
    """Each failure with the rows at which none came before; they are put among the batch's spoiled cells."""
    for failure in failures:
        name, rows = failure.column.name, failure.rows
        before = batch.spoiled.get(name)
        if before is not None:
            rows = rows.filter(~rows.is_in(before.implode()))
        if len(rows):
            batch.spoiled[name] = rows if before is None else pl.concat([before, rows])
            yield failure, rows


def _suspects(cells: Cells, column: Column) -> pl.Series:
    """The values that must be looked at closely: codes are sound, and so is printable ASCII without blanks around it.

    That is told of all values by the least and the greatest of their bytes, since a pattern takes its time with each.
    """
    import pyarrow as pa

    values = cells.values
    if column.codes:
        return (~values.is_in(column.codes)).arg_true()
    texts: Any = values.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = texts.buffers()
    ends = pa.Int64Array.from_buffers(pa.int64(), len(texts) + 1, [None, offsets], offset=texts.offset)
    first, last = ends[0].as_py(), ends[-1].as_py()
    if first == last:
        return pl.Series([], dtype=pl.UInt32)
    used: Any = pl.from_arrow(pa.UInt8Array.from_buffers(pa.uint8(), last - first, [None, data], offset=first))
    blank = values.str.starts_with(" ") | values.str.ends_with(" ")
    if used.min() >= ord(" ") and used.max() <= ord("~"):
        return blank.arg_true()
    return (blank | values.str.contains("[^ -~]")).arg_true()


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
        few = self.odd.height + next.odd.height < MANY
        return KeyOrder(
            self.ascends and next.ascends and _ascending(pl.concat([self.last, next.first])).all(),
            self.first,
            next.last,
            self.others_ascend and next.others_ascend and few and _ascending(others).all(),
            _ends(others),
            pl.concat([self.odd, next.odd]) if few else self.odd,
        )


def key_order(batch: Batch, keys: Sequence[str]) -> KeyOrder:
    """The order of the keys of a batch that has rows."""
    frame = pl.DataFrame({key: batch.cells[key].decoded() for key in keys})
    ascending = up = _ascending(frame)
    others, odd = frame, frame.clear()
    for _ in range(ROUNDS):
        step = ~up | ~up.shift(-1, fill_value=True)
        step[[0, len(step) - 1]] = True
        odd, others = pl.concat([odd, others.filter(step)]), others.filter(~step)
        up = _ascending(others)
        if up.all():
            break
    first, last, ends, few = map(_copied, (frame.head(1), frame.tail(1), _ends(others), odd))
    return KeyOrder(ascending.all(), first, last, up.all(), ends, few)


def _ends(frame: pl.DataFrame) -> pl.DataFrame:
    return frame if frame.height < 2 else pl.concat([frame.head(1), frame.tail(1)])


def _copied(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows in memory of their own: what polars picks from a frame keeps the texts of the whole frame alive."""
    return pl.DataFrame(frame.to_dict(as_series=False), frame.schema)


def _ascending(frame: pl.DataFrame) -> pl.Series:
    """By row whether its key is greater than the one before; the first is."""
    greater, equal = pl.lit(False), pl.lit(True)
    for key in frame.columns:
        before = pl.col(key).shift(1)
        greater = greater | (equal & (pl.col(key) > before))
        equal = equal & (pl.col(key) == before)
    first = pl.int_range(pl.len()) == 0
    return frame.lazy().select((greater.fill_null(False) | first).alias("ascending")).collect()["ascending"]


def _text_words(cell: str) -> tuple[str, str, str]:
    fault = text_fault(cell)
    assert fault is not None
    return fault[1:]


def _column_checks(table: Table) -> list[list[Any]]:
    return [list(column.checks) for column in pandera_schema(table, metadata=False).columns.values()]


def _words(column: Column, check: str, value: Any) -> tuple[str, str, str]:
    """What was expected, what was found and what to do, for a failed check of a column."""
    found = shown(value)
    meaning = f"{column.title}: {column.description}"
    if check == "not_nullable":
        return "a value", "empty", f"Give the cell a value. {meaning}"
    if check == "isin":
        return f"one of {', '.join(column.codes)}", f"{found!r}{nearest(found, column.codes)}", "Use a code of the list."
    limits = {"min_value": "from", "max_value": "to", "greater_than_or_equal_to": "from", "less_than_or_equal_to": "to"}
    limit = column.checks.get(check)
    if check == "str_matches":
        expected = f"text like {column.metadata['example']} ({limit})"
    elif isinstance(limit, dict):
        what = "a text with a length" if check == "str_length" else "a number"
        expected = " ".join([what, *(f"{limits[key]} {end}" for key, end in limit.items())])
    else:
        expected = f"a number {limits.get(check, check)} {limit}"
    return expected, repr(found), meaning
