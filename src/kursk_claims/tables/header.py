"""Compare the header of a file with the columns of its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kursk_claims.suggest import did_you_mean
from kursk_claims.tables.csv_rows import CsvRows
from kursk_claims.tables.csv_syntax import CsvSyntaxError, split_line

MAX_LISTED_COLUMNS = 20  # that are at fault and named


def check_header(line: str, read: CsvRows) -> bool:
    """Compare the header with the contract; whether the rows below it can be read by it, without which nothing is complete."""
    expected = read.table.column_names
    try:
        cells = split_line(line)
    except CsvSyntaxError as error:
        cells = [(error.position, f"{error}")]
    names = [name for _, name in cells]
    if names == expected:
        return True
    found = describe_header_fault(names, expected)
    if len(set(names) & set(expected)) == 0:
        found = f"none of these columns, but {line[:80]!r}"
    at = next((at for at, (name, wanted) in enumerate(zip(names, expected, strict=False)) if name != wanted), len(expected))
    position = cells[at][0] if at < len(cells) else len(line) + 1
    fix = "Give the file the columns of its schema, in their order."
    read.fault("header", ",".join(expected), found, fix, 1, position)
    read.complete = False
    return False


def describe_header_fault(names: Sequence[str], expected: Sequence[str]) -> str:
    """What is wrong with a table's columns, in words."""
    doubled = [name for name, count in Counter(names).items() if count > 1]
    missing = [name for name in expected if name not in names]
    extra = [name for name in names if name not in expected]
    faults = [f"doubled: {_list_names(doubled)}"] if doubled else []
    faults += [f"missing: {_list_names(missing)}"] if missing else []
    faults += [f"unknown: {_list_names(extra, missing)}"] if extra else []
    return "; ".join(faults) or f"another order: {', '.join(names)}"


def _list_names(names: Sequence[str], known: Sequence[str] = ()) -> str:
    """The first names of what may be a million, each with the nearest that is known."""
    listed = ", ".join(name + did_you_mean(name, known) for name in names[:MAX_LISTED_COLUMNS])
    return listed + (f" and {len(names) - MAX_LISTED_COLUMNS} more" if len(names) > MAX_LISTED_COLUMNS else "")
