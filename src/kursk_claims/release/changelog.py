"""Read the data's sections of `CHANGELOG.md`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kursk_claims.errors import ChangelogError


@dataclass(frozen=True)
class ChangelogSection:
    """A version's section under the heading Data."""

    version: str
    date: str
    text: str


def read_changelog_section(path: Path, version: str) -> ChangelogSection:
    """The section `### [version] - YYYY-MM-DD` under `## Data`. Raises `ChangelogError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ChangelogError(f"{path}: {error.strerror}") from None
    data = re.search(r"^## Data$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if data is None:
        raise ChangelogError(f"{path}: expected a heading '## Data', found none")
    head = re.search(rf"^### \[{re.escape(version)}\] - (\S+)$(.*?)(?=^### |\Z)", data[1], re.MULTILINE | re.DOTALL)
    if head is None:
        raise ChangelogError(
            f"{path}: expected a section '### [{version}] - YYYY-MM-DD' under '## Data', found none. Say what changed."
        )
    try:
        day = date.fromisoformat(head[1]).isoformat()
    except ValueError:
        raise ChangelogError(f"{path}: expected the date of {version} as YYYY-MM-DD, found {head[1]}") from None
    if not re.search(r"^- \S", head[2], re.MULTILINE):
        raise ChangelogError(f"{path}: the section of {version} says nothing. List what was added, changed or removed.")
    return ChangelogSection(version, day, head[2].strip())
