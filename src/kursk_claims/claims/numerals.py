"""Find and read numbers in English text."""

from __future__ import annotations

import re
from collections.abc import Iterator

NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million "
    "millions billion billions dozen dozens half twice first second third fourth fifth sixth seventh eighth ninth tenth "
    "eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth "
    "fortieth fiftieth sixtieth seventieth eightieth ninetieth hundredth thousandth millionth"
).split()
NUMERAL = re.compile(rf"\d+(?:[.,]\d+)*|\b(?:{'|'.join(NUMBER_WORDS)})\b", re.IGNORECASE)


def find_numerals(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and surface of every number in figures or words in an English text, ordinals included."""
    for each in NUMERAL.finditer(text):
        yield each.start(), each.end(), each[0]


def read_number(surface: str) -> float | None:
    """The number that a surface such as "1,294" or "a hundred" stands for; None where it cannot be read."""
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?", surface):
        return float(surface.replace(",", ""))
    from text_to_num import text2num

    try:
        return float(text2num(re.sub(r"^an? ", "", surface.lower()), "en"))
    except ValueError:
        return None
