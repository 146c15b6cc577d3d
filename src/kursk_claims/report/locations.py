"""Where a finding is, for people and for CI services."""

from __future__ import annotations

import os
from pathlib import Path

from kursk_claims.report.model import Finding


def format_location(finding: Finding) -> str:
    """`file:line:column`, `file:row n` or the file alone."""
    if finding.line is not None:
        return f"{finding.file}:{finding.line}:{finding.position or 1}"
    return f"{finding.file}:row {finding.row}" if finding.row is not None else finding.file


def path_in_repository(file: str) -> str:
    """The file's path as a CI service wants it: from the checked out repository, which GitHub names, else as it was given."""
    path, root = os.path.abspath(file), os.environ.get("GITHUB_WORKSPACE") or os.getcwd()
    for each in (os.path.abspath(root), os.path.realpath(root)):
        if Path(path).is_relative_to(each):
            return Path(path).relative_to(each).as_posix()
    return file.replace(os.sep, "/")
