"""Find invisible characters, surrounding spaces and denormalised text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kursk_claims.contract.model import Column, Table
from kursk_claims.tables.cells import CellFault

if TYPE_CHECKING:
    import polars as pl

    from kursk_claims.tables.batch import Batch, Cells, ColumnFailure

INVISIBLE_CATEGORIES = ("Cc", "Cf", "Zl", "Zp")  # of Unicode: controls, formats, line and paragraph separators
SURROGATES = "Cs"  # only Python's strings can hold these
FORMULA = '="'  # keeps a spreadsheet from changing a text such as 001
REPLACEMENT = "\ufffd"  # stands for what could not be decoded
DELETE = 0x7F  # the only control character of ASCII after the printable ones
JOINERS = "\u200c\u200d"  # invisible, but the spelling of some scripts needs them
INVISIBLE_PATTERN = "[" + "".join(rf"\p{{{category}}}" for category in INVISIBLE_CATEGORIES) + f"--[{JOINERS}]]"


def find_text_fault(cell: str) -> CellFault | None:
    """Return what is wrong with a cell's text, whatever its column; None if nothing is."""
    if cell.startswith(FORMULA):
        fix = "Write the bare value, without the equals sign and the quotes."
        return CellFault("formula", "a value", f"{cell!r}, a spreadsheet's formula for text", fix)
    if cell.isascii() and cell.isprintable() and cell[:1] != " " and cell[-1:] != " ":
        return None
    for char in cell:
        if unicodedata.category(char) in (*INVISIBLE_CATEGORIES, SURROGATES) and char not in JOINERS:
            name = "NUL" if char == "\0" else unicodedata.name(char, "control character")
            return CellFault("control-character", "printable text", f"{name}, U+{ord(char):04X}", "Remove the character.")
    if REPLACEMENT in cell:
        found = f"U+FFFD REPLACEMENT CHARACTER at {cell.index(REPLACEMENT) + 1}"
        fix = "Write the lost character again; the file was read with a wrong encoding."
        return CellFault("replacement-character", "text without lost characters", found, fix)
    if cell != cell.strip():
        return CellFault("space", "no leading or trailing space", repr(cell), "Remove the space around the value.")
    normalized = unicodedata.normalize("NFC", cell)
    if cell != normalized:
        pairs = enumerate(zip(cell, normalized, strict=False), 1)
        position = next((position for position, (char, other) in pairs if char != other), len(normalized) + 1)
        found = f"{cell!r}, not in NFC from character {position} on"
        return CellFault("normal-form", "text in Unicode NFC", found, "Normalise the text to NFC.")
    return None


def find_text_failures(batch: Batch, table: Table) -> Iterator[ColumnFailure]:
    """Yield the text columns with faults as `find_text_fault` finds them, at most one rule per cell."""
    from kursk_claims.tables.batch import ColumnFailure

    for column in table.columns:
        if column.dtype != "String":
            continue
        cells = batch.cells[column.name]
        suspects = _find_suspects(cells, column)
        texts = cells.values.gather(suspects)
        has_invisible = texts.str.contains(INVISIBLE_PATTERN)
        is_formula = texts.str.starts_with(FORMULA)
        has_invisible &= ~is_formula
        is_lossy = ~has_invisible & ~is_formula & texts.str.contains(REPLACEMENT, literal=True)
        has_earlier = is_formula | has_invisible | is_lossy  # of each cell, one rule only
        has_space = ~has_earlier & (texts.str.strip_chars() != texts)
        is_denormalized = ~has_earlier & ~has_space & (texts.str.normalize("NFC") != texts)
        rules = {
            "formula": is_formula,
            "control-character": has_invisible,
            "replacement-character": is_lossy,
            "space": has_space,
            "normal-form": is_denormalized,
        }
        for rule, mask in rules.items():
            if len(rows := cells.rows_of(suspects.filter(mask))):
                yield ColumnFailure(column, rule, rows, _explain_text_fault)


def _find_suspects(cells: Cells, column: Column) -> pl.Series:
    """Return the positions of values that may have a fault; patterns are slow, so only these are searched.

    Codes have no fault, and neither has printable ASCII without spaces around it. The bytes of all texts together show whether
    there is anything else.
    """
    import polars as pl

    values = cells.values
    if column.codes:
        return (~values.is_in(column.codes)).arg_true()
    utf8 = _text_bytes(values)
    if not len(utf8):
        return pl.Series([], dtype=pl.UInt32)
    is_suspect = values.str.starts_with(" ") | values.str.ends_with(" ") | values.str.starts_with(FORMULA)
    if utf8.min() < ord(" ") or (utf8 == DELETE).any():
        return (is_suspect | values.str.contains("[^ -~]")).arg_true()
    if utf8.max() > DELETE:
        is_suspect |= values.str.len_bytes() != values.str.len_chars()
    return is_suspect.arg_true()


def _text_bytes(values: pl.Series) -> Any:
    """Return the UTF-8 bytes of all texts as one series, without copying them."""
    import polars as pl
    import pyarrow as pa

    texts: Any = values.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offset_buffer, data_buffer = texts.buffers()
    offsets = pa.Int64Array.from_buffers(pa.int64(), len(texts) + 1, [None, offset_buffer], offset=texts.offset)
    start, stop = offsets[0].as_py(), offsets[-1].as_py()
    return pl.from_arrow(pa.UInt8Array.from_buffers(pa.uint8(), stop - start, [None, data_buffer], offset=start))


def _explain_text_fault(cell: str) -> tuple[str, str, str]:
    fault = find_text_fault(cell)
    assert fault is not None
    return fault.expected, fault.found, fault.fix
