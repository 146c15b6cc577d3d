"""Escape text so that it cannot control a terminal, a CI log or a report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable


def escape_unprintable(text: str) -> str:
    """Replace control and format characters, such as terminal escapes and bidirectional overrides, by visible codes."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def escape_unprintable_lines(text: str) -> str:
    """Do the same, but keep line ends."""
    return "\n".join(escape_unprintable(line) for line in text.split("\n"))


def dump_json(value: object, indent: int | None = None) -> str:
    """Serialize as JSON with control and format characters escaped. A value without a JSON type becomes a string."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str, allow_nan=False)
    return re.sub(r"[^\x20-\x7e\n]", lambda char: char[0] if char[0].isprintable() else json.dumps(char[0])[1:-1], text)


def neutralize_workflow_commands(text: str) -> str:
    """Escape commands to GitHub's runner: it looks for `::` at the start and `##[` anywhere in a line."""
    return re.sub(r"^(\s*):(?=:)", r"\1\\u003a", text, flags=re.MULTILINE).replace("##[", "#\\u0023[")


def escape_markdown(text: str) -> str:
    """Return text that Markdown shows literally; an address does not become a link, since its colon is escaped too."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", escape_unprintable(text))


def code_span(text: str) -> str:
    """Return a code span of Markdown, with two backticks around text that contains one."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def markdown_table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of Markdown cells, each put on one line; bars that are not escaped yet are escaped."""
    names = list(header)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(map(_markdown_cell, line)) + " |" for line in lines)


def _markdown_cell(markdown: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\|", " ".join(markdown.split()))
