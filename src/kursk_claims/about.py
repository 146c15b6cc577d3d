"""What a dataset says of itself as a whole: title, summary, limits and credits, read from its codebook."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

CREDIT = re.compile(r"^- .*?\[([^\]]+)\]\((https?://[^)\s]+)\)", re.MULTILINE)
HOW_TO_CITE = re.compile(r"\*([^*]+), version X\.Y\.Z\*")
LIMITS = ("What the dataset does not say", "Known limits", "What would be irresponsible")


@dataclass(frozen=True)
class About:
    """The words for a dataset as a whole; `limits` are headings with their Markdown, `credits` titles with their addresses."""

    name: str
    title: str
    summary: tuple[str, ...]
    limits: tuple[tuple[str, str], ...]
    credits: tuple[tuple[str, str], ...]

    @property
    def description(self) -> str:
        """The summary as text, its paragraphs set apart by an empty line."""
        return "\n\n".join(self.summary).replace("**", "")

    @property
    def authors(self) -> str:
        return f"The {self.name} authors"

    @property
    def limitations(self) -> tuple[str, ...]:
        """The items and paragraphs of the limits, as text."""
        bodies = "\n\n".join(body for _, body in self.limits)
        return tuple(_one_line(item).removeprefix("- ") for item in re.split(r"\n(?=- )|\n{2,}", bodies) if item.strip())


def read_about(codebook: Path, name: str) -> About:
    """What a codebook says before its first section, in its limits, its credits and its sentence on how to cite.

    What it lacks stays empty; without a sentence on how to cite the title is the name.
    """
    intro, *rest = re.split(r"^## (.+)\n", codebook.read_text(encoding="utf-8"), flags=re.MULTILINE)
    sections = {heading.strip(): body.strip() for heading, body in zip(rest[::2], rest[1::2], strict=True)}
    paragraphs = [_one_line(each) for each in re.split(r"\n{2,}", intro) if each.strip() and not each.startswith("# ")]
    title = HOW_TO_CITE.search(_one_line("\n".join(sections.values())))
    return About(
        name,
        title[1] if title else name,
        tuple(paragraphs) or (name,),
        tuple((heading, sections[heading]) for heading in LIMITS if heading in sections),
        tuple((found[1], found[2]) for body in sections.values() for found in CREDIT.finditer(body.partition("\nCredits:\n")[2])),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
