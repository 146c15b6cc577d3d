"""Escape text so that it cannot control a terminal, a CI log or a report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TextIO

LINE_STARTS = r"^|[\r\v\f\x1c-\x1e\x85\u2028\u2029]"  # after whatever some reader of a log takes for a line end
NO_REFERENCE = "<!---->"  # an empty comment between `@` or `#` and a name: GitHub resolves references in the rendered text


def escape_unprintable(text: str) -> str:
    """Replace control and format characters, such as terminal escapes and bidirectional overrides, by visible codes."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def escape_lines(lines: Iterable[object]) -> str:
    """Escape each line and join them; a line end within a line, from a file name for example, cannot start another."""
    return "\n".join(escape_unprintable(str(line)) for line in lines)


def escape_for(stream: TextIO, text: str) -> str:
    """Escape control characters except line ends if the stream is a terminal; otherwise return the exact text."""
    return escape_lines(text.split("\n")) if stream.isatty() else text


def dump_json(value: object, indent: int | None = None) -> str:
    """Serialize as JSON with control and format characters escaped. A value without a JSON type becomes a string."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str, allow_nan=False)
    return re.sub(r"[^\x20-\x7e\n]", lambda char: char[0] if char[0].isprintable() else json.dumps(char[0])[1:-1], text)


def neutralize_workflow_commands(text: str) -> str:
    """Escape commands to GitHub's runner: it looks for `::` at the start and `##[` anywhere in a line."""
    return re.sub(rf"({LINE_STARTS})([^\S\n]*):(?=:)", r"\1\2\\u003a", text, flags=re.MULTILINE).replace("##[", "#\\u0023[")


def escape_markdown(text: str) -> str:
    """Return text that Markdown shows literally: no markup, no link from an address, no mention (@name), no reference (#1)."""
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", escape_unprintable(text))
    return re.sub(r"(\\[@#]|\bGH\\-(?=\d))", rf"\1{NO_REFERENCE}", escaped, flags=re.IGNORECASE)


def code_span(text: str) -> str:
    """Return a code span of Markdown, between more backticks than the text has in a row."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}" if longest else f"`{text}`"


def markdown_table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of Markdown cells, each put on one line; bars that are not escaped yet are escaped."""
    names = list(header)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(map(_markdown_cell, line)) + " |" for line in lines)


def _markdown_cell(markdown: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\|", " ".join(markdown.split()))
