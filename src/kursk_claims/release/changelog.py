"""Read the sections of `CHANGELOG.md` about the data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kursk_claims.errors import ChangelogError
from kursk_claims.files import read_utf8


@dataclass(frozen=True)
class ChangelogSection:
    """The section of one version under the heading Data; `date` is in ISO 8601."""

    version: str
    date: str
    text: str


def read_changelog_section(path: Path, version: str) -> ChangelogSection:
    """Read the section `### [version] - YYYY-MM-DD` under `## Data`. Raises `ChangelogError`."""
    text = read_utf8(path, ChangelogError, "List there what changed in each version.")
    data = re.search(r"^## Data$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if data is None:
        raise ChangelogError(f"{path}: expected a heading '## Data', found none. Add it, with a section for {version}.")
    section = re.search(rf"^### \[{re.escape(version)}\] - (\S+)$(.*?)(?=^### |\Z)", data[1], re.MULTILINE | re.DOTALL)
    if section is None:
        raise ChangelogError(f"{path}: expected a section '### [{version}] - YYYY-MM-DD' under '## Data', found none. Add it.")
    try:
        day = date.fromisoformat(section[1]).isoformat()
    except ValueError:
        raise ChangelogError(f"{path}: expected the date of {version} as YYYY-MM-DD, found {section[1]}") from None
    if not re.search(r"^- \S", section[2], re.MULTILINE):
        raise ChangelogError(f"{path}: the section of {version} is empty. List what was added, changed or removed.")
    return ChangelogSection(version, day, section[2].strip())
