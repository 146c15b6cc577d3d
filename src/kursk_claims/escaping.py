"""Escape text so that it cannot control a terminal, a CI log or a report."""

from __future__ import annotations

import json
import re


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
