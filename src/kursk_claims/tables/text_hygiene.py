"""Find invisible characters, stray spaces and denormalised text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import polars as pl

from kursk_claims.contract.model import Column, Table
from kursk_claims.tables.batch import Batch, Cells, ColumnFailure

JOINERS = "\u200c\u200d"  # invisible, but spelling in some scripts needs them


def find_text_fault(cell: str) -> tuple[str, str, str, str] | None:
    """The rule that a cell's text breaks whatever its type, what was expected, what was found and what to do."""
    if cell.isascii() and cell.isprintable() and cell[:1] != " " and cell[-1:] != " ":
        return None
    unseen = next(
        (char for char in cell if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char not in JOINERS), None
    )
    if unseen is not None:
        what = "NUL" if unseen == "\0" else unicodedata.name(unseen, "control character")
        return "control-character", "printable text", f"{what}, U+{ord(unseen):04X}", "Remove the character."
    if cell != cell.strip():
        return "space", "no leading or trailing space", repr(cell), "Remove the space around the value."
    if not unicodedata.is_normalized("NFC", cell):
        other = next(at for at, (a, b) in enumerate(zip(cell, unicodedata.normalize("NFC", cell), strict=False)) if a != b)
        found = f"{cell!r}, in another form from its character {other + 1} on"
        return "normal-form", "text in Unicode NFC", found, "Normalise the text to NFC."
    return None


def find_text_failures(batch: Batch, table: Table) -> Iterator[ColumnFailure]:
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
            if len(rows := cells.rows_of(suspects.filter(mask))):
                yield ColumnFailure(column, rule, rows, _explain_text_fault)


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


def _explain_text_fault(cell: str) -> tuple[str, str, str]:
    fault = find_text_fault(cell)
    assert fault is not None
    return fault[1:]
