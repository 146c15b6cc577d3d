"""Compare the columns of a file with those of its table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from kursk_claims.report.values import count_noun
from kursk_claims.suggest import did_you_mean
from kursk_claims.tables.csv_rows import CsvRows
from kursk_claims.tables.csv_syntax import CsvSyntaxError, split_line

MAX_LISTED_COLUMNS = 20
MAX_TITLE_LINES = 10  # lines in which a header is searched below a title
HEADER_FIX = "Give the file exactly the columns of its schema, in the same order."
SAVE_WITH_COMMAS = "Save it as `CSV UTF-8 (comma delimited)`"
SPREADSHEET_NOTE = re.compile(r'"?sep=.?"?')  # by which Excel knows the separator
SEPARATOR_NAMES = {"\t": "tabs", ";": "semicolons", "|": "vertical bars", ",": "commas"}
INDEX_NAME = re.compile(r"__index_level_\d+__|Unnamed: \d+")  # names that pandas gives the index of a table


class HeaderFault(NamedTuple):
    """How column names differ from those expected, what to do, and whether formatting the file does it."""

    found: str
    fix: str = HEADER_FIX
    is_formatted: bool = False


def check_header(line: str, rows: CsvRows, following: Sequence[str] = ()) -> bool:
    """Return whether a header has the table's columns in order; if not, a finding is added to `rows`.

    `following` are some lines after it, among which the header may be.
    """
    expected = rows.table.column_names
    try:
        cells = split_line(line, rows.separator)
    except CsvSyntaxError as error:
        return _reject(rows, HeaderFault(str(error), "Write the names without quotes."), error.position)
    names = [name for _, name in cells]
    if names == expected:
        return True
    pairs = enumerate(zip(names, expected, strict=False))
    index = next((index for index, (name, wanted) in pairs if name != wanted), len(expected))
    position = cells[index][0] if index < len(cells) else len(line) + 1
    header = rows.separator.join(expected)
    lower = next((number for number, each in enumerate(following[:MAX_TITLE_LINES], 2) if each.rstrip(",") == header), None)
    if lower is not None:
        return _reject(rows, HeaderFault(f"another line; the header is in line {lower}", "Remove the lines above it."), 1)
    fault = _describe_separator(line, expected, rows.separator) or describe_header_fault(names, expected)
    return _reject(rows, fault, position)


def _reject(rows: CsvRows, fault: HeaderFault, position: int) -> bool:
    fix = rows.or_format(fault.fix) if fault.is_formatted else fault.fix
    rows.add_finding("header", ",".join(rows.table.column_names), fault.found, fix, 1, position)
    rows.is_complete = False
    return False


def find_separator(line: str, expected: Sequence[str], usual: str) -> str:
    """Return the separator with which the names of a header fit best; the usual one if no other fits better."""
    for other in SEPARATOR_NAMES:
        names = {name.strip('"') for name in line.split(other)}
        if other != usual and (len(names & {*expected}) > 1 or (len(names) > 1 and usual not in line)):
            return other
    return usual


def _describe_separator(line: str, expected: Sequence[str], separator: str) -> HeaderFault | None:
    """Return that another separator is used, if the names fit then; None otherwise."""
    if SPREADSHEET_NOTE.fullmatch(line):
        return HeaderFault(f"a spreadsheet's line about the separator, {line!r}", "Remove the line.", True)
    other = find_separator(line, expected, separator)
    if other == separator:
        return None
    advice = " or rename the file so that it ends in .tsv" if other == "\t" else ""
    fix = f"{SAVE_WITH_COMMAS}{advice}." if separator == "," else "Rename the file so that it ends in .csv."
    return HeaderFault(f"cells separated by {SEPARATOR_NAMES[other]}", fix, separator == ",")


def describe_header_fault(names: Sequence[str], expected: Sequence[str]) -> HeaderFault:
    """Describe how column names differ from those expected, the most telling difference first."""
    named = list(names)
    while named and not named[-1].strip():
        named.pop()
    if named == expected:
        found = f"{count_noun(len(names) - len(named), 'column')} without a name behind the last one"
        return HeaderFault(found, "Delete the empty columns, which a spreadsheet may have left.", True)
    index = [name for position, name in enumerate(names) if INDEX_NAME.fullmatch(name) or (position == 0 and not name)]
    if index and [name for name in names if name not in index] == expected:
        fix = "Remove the column; pandas leaves it out with `index=False`."
        return HeaderFault(f"{_list_names(index)}, a numbering of the rows", fix)
    if [fold_name(name) for name in names] == [fold_name(name) for name in expected]:
        name, wanted = next((name, wanted) for name, wanted in zip(names, expected, strict=True) if name != wanted)
        has_case_only = [name.lower() for name in names] == [name.lower() for name in expected]
        what = "letter case" if has_case_only else "letter case, spaces or hyphens"
        return HeaderFault(f"names that differ in {what} only, such as {name!r} for {wanted}", "Rename the columns.", True)
    if not set(names) & set(expected):
        found = f"none of these columns, but {_list_names(names[:5])}"
        return HeaderFault(found, "Begin the file with the names of its columns.")
    return HeaderFault(_list_differences(names, expected), is_formatted=sorted(names) == sorted(expected))


def fold_name(name: str) -> str:
    """Return a column's name without regard to letter case, spaces and hyphens."""
    return re.sub(r"[\s_-]+", "_", name.strip().lower())


def _list_differences(names: Sequence[str], expected: Sequence[str]) -> str:
    duplicate = [name for name, count in Counter(names).items() if count > 1 and name]
    missing = [name for name in expected if name not in names]
    unknown = [name for name in names if name and name not in expected]
    unnamed = sum(not name for name in names)
    faults = [f"duplicate: {_list_names(duplicate)}"] if duplicate else []
    faults += [f"missing: {_list_names(missing)}"] if missing else []
    faults += [f"unknown: {_list_names(unknown, missing)}"] if unknown else []
    faults += [f"{count_noun(unnamed, 'column')} without a name"] if unnamed else []
    return "; ".join(faults) or f"a different order: {', '.join(names)}"


def _list_names(names: Sequence[str], suggestions: Sequence[str] = ()) -> str:
    """List the first names, of which a file may have a million, each with its nearest suggestion."""
    listed = ", ".join(
        (name or "a column without a name") + did_you_mean(name, suggestions) for name in names[:MAX_LISTED_COLUMNS]
    )
    return listed + (f" and {len(names) - MAX_LISTED_COLUMNS} more" if len(names) > MAX_LISTED_COLUMNS else "")
