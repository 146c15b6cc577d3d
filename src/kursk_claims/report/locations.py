"""The place of a finding, for people and for CI services."""

from __future__ import annotations

import os
from pathlib import Path

from kursk_claims.report.model import Finding


def format_location(finding: Finding) -> str:
    """Format as `file:line:column`, `file:row n` or the file alone."""
    if finding.line is not None:
        return f"{finding.file}:{finding.line}:{finding.position or 1}"
    return f"{finding.file}:row {finding.row}" if finding.row is not None else finding.file


def path_in_repository(file: str) -> str:
    """Return the path relative to the checked-out repository, as CI services expect; a file outside keeps its path.

    On GitHub the repository is `GITHUB_WORKSPACE`, elsewhere the current folder.
    """
    path, root = os.path.abspath(file), os.environ.get("GITHUB_WORKSPACE") or os.getcwd()
    for folder in (os.path.abspath(root), os.path.realpath(root)):
        if Path(path).is_relative_to(folder):
            return Path(path).relative_to(folder).as_posix()
    return file.replace(os.sep, "/")
