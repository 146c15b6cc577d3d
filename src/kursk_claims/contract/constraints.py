"""Constraints of columns in words, and the rule ids that their findings carry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kursk_claims.contract.model import Column

# By the name of the constraint in a schema.
RULE_IDS = {
    "not_nullable": "required",
    "isin": "allowed-values",
    "str_matches": "pattern",
    "str_length": "length",
    "in_range": "range",
    "greater_than_or_equal_to": "minimum",
    "less_than_or_equal_to": "maximum",
}


def describe_constraint(column: Column, name: str, quote: Callable[[str], str] = str) -> str:
    """Describe one constraint of a column, such as "1 to 300 characters".

    `name` is the constraint's name in the schema; `quote` marks literal values, for example as code in Markdown.
    """
    value: Any = column.checks.get(name)
    match name:
        case "isin":
            return f"one of {', '.join(map(quote, value))}"
        case "str_matches":
            return f"like {quote(str(column.metadata['example']))} (pattern {quote(value)})"
        case "str_length":
            return _describe_length(value.get("min_value"), value.get("max_value"))
        case "in_range":
            return f"a number from {value['min_value']} to {value['max_value']}"
        case "greater_than_or_equal_to":
            return f"at least {value}"
        case "less_than_or_equal_to":
            return f"at most {value}"
    return "a value"  # not_nullable


def describe_constraints(column: Column, quote: Callable[[str], str] = str) -> list[str]:
    """Describe every constraint of a column except whether it may be empty."""
    return [describe_constraint(column, name, quote) for name in column.checks]


def _describe_length(shortest: int | None, longest: int | None) -> str:
    limit = shortest if longest is None else longest
    characters = "character" if limit == 1 else "characters"
    if longest is None:
        return f"at least {shortest} {characters}"
    return f"at most {longest} {characters}" if shortest is None else f"{shortest} to {longest} {characters}"
