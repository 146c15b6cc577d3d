"""Suggest the address that is meant by one without a scheme, of a web page about files, or of the index itself."""

from __future__ import annotations

import re
from typing import NamedTuple

WITHOUT_SCHEME = re.compile(
    r"(?P<local>(localhost|127\.0\.0\.1)(:\d+)?(/.*)?)|(www\.([a-z0-9-]+\.)+[a-z]{2,}|([a-z0-9-]+\.)+[a-z]{2,}(?=[:/]))(:\d+)?(/.*)?",
    re.IGNORECASE,
)
GITHUB_PAGE = re.compile(
    r"https?://(?:www\.)?github\.com/(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?"
    r"(?:/?|/(?:blob|tree)/(?P<branch>[^/?#]+)(?P<path>/[^?#]*)?)",
    re.IGNORECASE,
)
GITLAB_PAGE = re.compile(r"(?P<project>https?://[^/?#]+/[^?#]+?/-)/(?:blob|tree)/(?P<path>[^?#]+)")
INDEX = re.compile(r"https?://[^?#]+/index\.json")


class Suggestion(NamedTuple):
    """What is wrong with an address, and the address that may be meant."""

    problem: str
    address: str


def suggest_address(source: str) -> Suggestion | None:
    """Return what may be meant by an address that holds no releases; None if it may hold some, or if it is a path."""
    if match := WITHOUT_SCHEME.fullmatch(source):
        address = f"{'http' if match['local'] else 'https'}://{source}"
        page = suggest_address(address)
        return page or Suggestion("an address without a scheme", address)
    if match := GITHUB_PAGE.fullmatch(source):
        path = _folder_of(match["path"] or "") if match["branch"] else "/build"
        raw = f"https://raw.githubusercontent.com/{match['owner']}/{match['name']}/{match['branch'] or 'HEAD'}{path}/"
        return Suggestion("a page of GitHub, not the files", raw)
    if match := GITLAB_PAGE.fullmatch(source):
        return Suggestion("a page of GitLab, not the files", f"{match['project']}/raw/{_folder_of(match['path'])}/")
    if INDEX.fullmatch(source):
        return Suggestion("the index itself", f"{_folder_of(source)}/")
    return None


def _folder_of(path: str) -> str:
    return path.removesuffix("/").removesuffix("/index.json")
