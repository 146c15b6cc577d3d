"""How to cite the dataset: CITATION.cff, of a release and of the repository, and BibTeX."""

from __future__ import annotations

from typing import Any

import yaml

from kursk_claims.about import GENERATED, KEYWORDS, LICENCE, LICENCE_URL, About, read_about
from kursk_claims.releases import find_release
from kursk_claims.workspace import Workspace, find_workspace

NAME = "CITATION.cff"


def citation(about: About, version: str | None, date: str | None) -> str:
    """A citation in the Citation File Format 1.2.0; without version and date as long as nothing was released."""
    fields: dict[str, Any] = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": "If you use these data, cite them with the version that you used.",
        "title": about.title,
        "abstract": about.description,
        "authors": [{"name": about.authors}],
        "keywords": list(KEYWORDS),
        "license": LICENCE,
        "license-url": LICENCE_URL,
    }
    if version and date:
        fields |= {"version": version, "date-released": date}
    return f"# {GENERATED}\n{yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=120)}"


def repository_citation(workspace: Workspace) -> str:
    """The citation that belongs in the root of a repository: of its newest release. Raises `ManifestError`."""
    about = read_about(workspace.root / "dataset" / "README.md", "kursk-claims")
    newest = find_release([workspace.build], None)
    return citation(about, newest[1].version, newest[1].date) if newest else citation(about, None, None)


def bibtex(about: About, version: str, date: str) -> str:
    """A release as a BibTeX entry, in one line."""
    key = f"{about.name}-{version}"
    return (
        f"@misc{{{key}, author = {{{{{about.authors}}}}}, title = {{{{{about.title}}}}}, "
        f"version = {{{version}}}, year = {{{date[:4]}}}, note = {{{LICENCE}}}}}"
    )


if __name__ == "__main__":  # python -m kursk_claims.citation > CITATION.cff
    print(repository_citation(find_workspace(curating=True)), end="")
