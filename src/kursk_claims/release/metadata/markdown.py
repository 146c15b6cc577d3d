"""Markdown tables and code spans."""

from __future__ import annotations

from collections.abc import Iterable


def markdown_table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in GitHub's Markdown; a cell is one line, and its bars are escaped."""
    names = list(header)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(_table_cell(each) for each in line) + " |" for line in lines)


def code_span(text: str) -> str:
    """A span of code, fenced by one backtick more than stand in it."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _table_cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
