"""Find text that is probably not what was meant: placeholders, letters of another script, a wrong encoding.

These are warnings, since each of them can be right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from kursk_claims.contract.model import Table

if TYPE_CHECKING:
    import polars as pl

    from kursk_claims.tables.batch import Batch, ColumnFailure

MISSING_VALUES = (
    *("NULL", "Null", "null", "(null)", "<null>", "NaN", "nan", "-nan", "NaT", "<NA>", "N/A", "n/a", "N/a", "n.a.", "#N/A"),
    *("#N/A N/A", "#NA", "undefined", "\\N"),
)
MISSING_WORDS = ("NA", "None", "none", "NONE", "nil", "Nil", "NIL", "-", "--", "?")  # a required cell may mean them
SPREADSHEET_ERRORS = (
    *("#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"),
    *("#" * length for length in range(3, 13)),  # a column that is too narrow
)
PLACEHOLDERS = MISSING_VALUES + MISSING_WORDS + SPREADSHEET_ERRORS
MAX_PLACEHOLDER_SIZE = 13  # bytes of the longest of these
MAX_JUDGED = 10_000  # characters of a text in which a wrong encoding or a letter is looked for
HTML_ENTITY = r"&(?:[A-Za-z][A-Za-z0-9]{1,7}|#[0-9]{2,6}|#[xX][0-9A-Fa-f]{2,6});"
# Letters that look like those of another script; in one word with letters of that script, they were probably not meant.
CYRILLIC = "аеорсухіјѕԁһԛԝАВЕКМНОРСТУХІЈЅ"
GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρ"
LATIN = "aeopcyxijsABEKMHOPCTYXIJS"
_LATIN_LETTER = "[A-Za-z\u00c0-\u024f]"
MIXED_SCRIPTS = (
    rf"{_LATIN_LETTER}[{CYRILLIC}{GREEK}]|[{CYRILLIC}{GREEK}]{_LATIN_LETTER}|[{LATIN}]\p{{Cyrillic}}|\p{{Cyrillic}}[{LATIN}]"
)
# What the first two bytes of a character in UTF-8 look like in Windows-1252 and Windows-1251; ftfy judges the rest.
MOJIBAKE = (
    "[\u00c2-\u00c5\u00ce\u00d0\u00d1\u00e2][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u203a\u20ac\u2122]|[\u0420\u0421\u0432][\u00a0-\u00bf\u0402\u0403\u0409-\u040f\u0452\u0453\u0455\u0458-\u045f"
    "\u2013-\u203a\u20ac\u2116\u2122]"
)


class TextWarning(NamedTuple):
    """A kind of probable mistake: what was expected, what to do, and how the text found is described."""

    rule: str
    expected: str
    fix: str
    describe: Callable[[str], str] = repr


def find_text_warnings(batch: Batch, table: Table) -> Iterator[ColumnFailure]:
    """Yield the warnings about columns of free text, which are searched as one: most texts have nothing of the kind."""
    import polars as pl

    from kursk_claims.tables.batch import ColumnFailure

    columns = [column for column in table.columns if column.dtype == "String" and not column.codes]
    if not columns:
        return
    values = [batch.cells[column.name].values for column in columns]
    bounds = [*pairwise(accumulate(map(len, values), initial=0))]
    for warning, positions in _find_positions(pl.concat(values)):
        for column, texts, (start, end) in zip(columns, values, bounds, strict=True) if len(positions) else ():
            own = positions.filter(positions.is_between(start, end, closed="left")) - start
            if warning is MISSING and not column.nullable:
                own = own.filter(texts.gather(own).is_in(MISSING_VALUES))
            if len(rows := batch.cells[column.name].rows_of(own)):
                yield ColumnFailure(column, warning.rule, rows, partial(_explain, warning), severity="warning")


def _find_positions(values: pl.Series) -> Iterator[tuple[TextWarning, pl.Series]]:
    import polars as pl

    text, size = pl.col("text"), pl.col("text").str.len_bytes()
    is_short, has_entity = size <= MAX_PLACEHOLDER_SIZE, text.str.contains("&", literal=True)
    masks = values.to_frame("text").select(short=is_short, entity=has_entity, wide=size != text.str.len_chars())
    short, entities, wide = (mask.arg_true() if mask.any() else None for mask in masks)
    if short is not None:
        texts = values.gather(short)
        if (is_listed := texts.is_in(PLACEHOLDERS)).any():
            short, texts = short.filter(is_listed), texts.filter(is_listed)
            yield MISSING, short.filter(texts.is_in(MISSING_VALUES + MISSING_WORDS))
            yield ERROR, short.filter(texts.is_in(SPREADSHEET_ERRORS))
    if entities is not None:
        yield ENTITY, entities.filter(values.gather(entities).str.contains(HTML_ENTITY))
    if wide is None:
        return
    texts = values.gather(wide)
    yield SCRIPT, wide.filter(texts.str.contains(MIXED_SCRIPTS))
    suspects = wide.filter(texts.str.contains(MOJIBAKE))
    if len(suspects):
        mended = [_mend(text) != text for text in values.gather(suspects).str.slice(0, MAX_JUDGED).to_list()]
        yield ENCODING, suspects.filter(pl.Series(mended, dtype=pl.Boolean))


def _explain(warning: TextWarning, cell: str) -> tuple[str, str, str]:
    return warning.expected, warning.describe(cell), warning.fix


def _mend(text: str) -> str:
    from ftfy import fix_encoding

    return fix_encoding(text)


def _describe_mojibake(cell: str) -> str:
    return f"{cell!r}, perhaps {_mend(cell[:MAX_JUDGED])!r}"


def _describe_foreign_letters(cell: str) -> str:
    return f"{cell!r}{name_foreign_letters(cell)}"


def name_foreign_letters(text: str) -> str:
    """Return a note that names the letters of another script in the words of a text; empty if there are none."""
    for word in re.finditer(r"[^\W\d_]+", text[:MAX_JUDGED]):
        scripts = [unicodedata.name(letter, "").split(" ")[0] for letter in word[0]]
        known = {script: scripts.count(script) for script in ("LATIN", "CYRILLIC", "GREEK") if script in scripts}
        if len(known) > 1:
            usual = max(known, key=lambda script: known[script])
            position = next(index for index, script in enumerate(scripts) if script in known and script != usual)
            letter = word[0][position]
            return f" (with U+{ord(letter):04X} {unicodedata.name(letter)} at {word.start() + position + 1})"
    return ""


MISSING = TextWarning("missing-as-text", "an empty cell where there is no value", "Empty the cell if a value is missing.")
ERROR = TextWarning(
    "spreadsheet-error", "a value", "Correct the formula in the spreadsheet, or widen the column, and save again."
)
ENTITY = TextWarning("html-entity", "characters as they are", "Write the character that the HTML entity stands for.")
SCRIPT = TextWarning("mixed-scripts", "words in letters of one script", "Type the letter again.", _describe_foreign_letters)
ENCODING = TextWarning(
    "mojibake", "text read with the right encoding", "Read the source as UTF-8 and save it again.", _describe_mojibake
)
