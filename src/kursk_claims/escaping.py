"""Text that cannot act on a terminal, in a CI log or in a report."""

from __future__ import annotations

import json
import re


def escape_unprintable(text: str) -> str:
    """The text with control and format characters (escape sequences, bidirectional overrides) made visible."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def escape_unprintable_lines(text: str) -> str:
    """The same, but line ends stay."""
    return "\n".join(escape_unprintable(line) for line in text.split("\n"))


def dump_json(value: object, indent: int | None = None) -> str:
    """JSON in which characters that a terminal may act on are escaped; a value that JSON has no word for is a string."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str, allow_nan=False)
    return re.sub(r"[^\x20-\x7e\n]", lambda char: char[0] if char[0].isprintable() else json.dumps(char[0])[1:-1], text)


def neutralize_workflow_commands(text: str) -> str:
    """Text in which nothing is a command to GitHub's runner, which looks for `::` at the start and `##[` anywhere in a line."""
    return re.sub(r"^(\s*):(?=:)", r"\1\\u003a", text, flags=re.MULTILINE).replace("##[", "#\\u0023[")
