"""Values as messages show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def format_value(value: object) -> str:
    """A value as it stands in a CSV; an empty cell is called empty."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def format_values(values: Sequence[Any]) -> str:
    return ", ".join(map(format_value, values))
