"""Format values and counts for messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def format_value(value: object) -> str:
    """Format a value as in CSV; an empty cell as the word empty."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def format_values(values: Sequence[Any]) -> str:
    """Format values as in CSV, separated by commas."""
    return ", ".join(map(format_value, values))


def format_key(names: Sequence[str], values: Sequence[Any]) -> str:
    """Format a row's primary key as `column=value`, several separated by commas."""
    return ",".join(f"{name}={format_value(value)}" for name, value in zip(names, values, strict=True))


def shorten(text: str, limit: int) -> str:
    """Cut a text that has more than `limit` characters in the middle, and say how many are left out."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]} … {len(text) - 2 * half} characters … {text[-half:]}"


def list_some(texts: Sequence[str], limit: int = 10) -> str:
    """List the first texts, and say how many more there are."""
    rest = f" and {len(texts) - limit} more" if len(texts) > limit else ""
    return ", ".join(texts[:limit]) + rest


def count_noun(count: int, noun: str, plural: str = "") -> str:
    """Format a count with its noun, which takes an s in the plural if no other form is given."""
    return f"{count} {noun}" if count == 1 else f"{count} {plural or noun + 's'}"
