"""Compare the columns of a file with those of its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kursk_claims.suggest import did_you_mean
from kursk_claims.tables.csv_rows import CsvRows
from kursk_claims.tables.csv_syntax import CsvSyntaxError, split_line

MAX_LISTED_COLUMNS = 20
HEADER_FIX = "Give the file exactly the columns of its schema, in the same order."


def check_header(line: str, rows: CsvRows) -> bool:
    """Return whether a header has the table's columns in order; if not, a finding is added to `rows`."""
    expected = rows.table.column_names
    try:
        cells = split_line(line)
    except CsvSyntaxError as error:
        cells = [(error.position, str(error))]
    names = [name for _, name in cells]
    if names == expected:
        return True
    found = describe_header_fault(names, expected)
    if not set(names) & set(expected):
        found = f"none of these columns, but {line[:80]!r}"
    pairs = enumerate(zip(names, expected, strict=False))
    index = next((index for index, (name, wanted) in pairs if name != wanted), len(expected))
    position = cells[index][0] if index < len(cells) else len(line) + 1
    is_permuted = sorted(names) == sorted(expected)
    fix = f"Run `{rows.format_command}`, which puts them in order." if is_permuted else HEADER_FIX
    rows.add_finding("header", ",".join(expected), found, fix, 1, position)
    rows.is_complete = False
    return False


def describe_header_fault(names: Sequence[str], expected: Sequence[str]) -> str:
    """Describe how column names differ from those expected."""
    duplicate = [name for name, count in Counter(names).items() if count > 1]
    missing = [name for name in expected if name not in names]
    unknown = [name for name in names if name not in expected]
    faults = [f"duplicate: {_list_names(duplicate)}"] if duplicate else []
    faults += [f"missing: {_list_names(missing)}"] if missing else []
    faults += [f"unknown: {_list_names(unknown, missing)}"] if unknown else []
    return "; ".join(faults) or f"a different order: {', '.join(names)}"


def _list_names(names: Sequence[str], suggestions: Sequence[str] = ()) -> str:
    """List the first names, of which a file may have a million, each with its nearest suggestion."""
    listed = ", ".join(name + did_you_mean(name, suggestions) for name in names[:MAX_LISTED_COLUMNS])
    return listed + (f" and {len(names) - MAX_LISTED_COLUMNS} more" if len(names) > MAX_LISTED_COLUMNS else "")
