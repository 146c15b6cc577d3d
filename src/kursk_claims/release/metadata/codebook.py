"""Read a codebook: its introduction, and its sections by heading."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kursk_claims.errors import WorkspaceError
from kursk_claims.files import read_utf8


@dataclass(frozen=True)
class Codebook:
    """The paragraphs before the first section, and the Markdown of each section by its heading."""

    introduction: tuple[str, ...]
    sections: dict[str, str]


def read_codebook(path: Path) -> Codebook:
    """Split a codebook at its headings of the second level. Raises `WorkspaceError`."""
    text = read_utf8(path, WorkspaceError, "Describe there what the records hold and how they were coded.")
    introduction, *rest = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    paragraphs = re.split(r"\n{2,}", introduction)
    return Codebook(
        tuple(join_lines(each) for each in paragraphs if each.strip() and not each.startswith("# ")),
        {heading.strip(): body.strip() for heading, body in zip(rest[::2], rest[1::2], strict=True)},
    )


def split_items(markdown: str) -> list[str]:
    """Return the list items and paragraphs of a section, each as one line."""
    items = re.split(r"\n(?=- )|\n{2,}", markdown)
    return [join_lines(item).removeprefix("- ") for item in items if item.strip()]


def join_lines(text: str) -> str:
    """Return the text with each run of whitespace as one space."""
    return " ".join(text.split())
