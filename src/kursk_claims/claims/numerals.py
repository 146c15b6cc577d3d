"""Find numbers in English text."""

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
    """Yield start, end and words of every number in an English text, in figures or words, ordinals included."""
    for match in NUMERAL.finditer(text):
        yield match.start(), match.end(), match[0]
