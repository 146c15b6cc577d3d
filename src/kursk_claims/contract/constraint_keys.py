"""The constraints that a schema may put on a column, and which values each takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple


class ConstraintKey(NamedTuple):
    """A constraint's column types, and its valid values in words and in code."""

    dtypes: tuple[str, ...]
    expected: str
    is_valid: Callable[[Any], bool]


def _is_list_of_codes(value: Any) -> bool:
    is_text = isinstance(value, list) and bool(value) and all(isinstance(code, str) for code in value)
    return is_text and len(set(value)) == len(value)


def _is_pattern(value: Any) -> bool:
    if not (isinstance(value, str) and value.startswith("^") and value.endswith("$")):
        return False
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _has_ascending_limits(value: Any) -> bool:
    if not (isinstance(value, dict) and value and value.keys() <= {"min_value", "max_value"}):
        return False
    limits = [value[key] for key in ("min_value", "max_value") if key in value]
    return all(map(_is_number, limits)) and limits[0] <= limits[-1]


def _is_range(value: Any) -> bool:
    return _has_ascending_limits(value) and len(value) == 2


TEXT, NUMBER = ("String",), ("Int32", "Float64")
CONSTRAINT_KEYS = {
    "isin": ConstraintKey(TEXT, "a list of different codes", _is_list_of_codes),
    "str_matches": ConstraintKey(TEXT, "a regular expression from ^ to $", _is_pattern),
    "str_length": ConstraintKey(TEXT, "min_value, max_value or both, in ascending order", _has_ascending_limits),
    "in_range": ConstraintKey(NUMBER, "min_value and max_value, in ascending order", _is_range),
    "greater_than_or_equal_to": ConstraintKey(NUMBER, "a number", _is_number),
    "less_than_or_equal_to": ConstraintKey(NUMBER, "a number", _is_number),
}
