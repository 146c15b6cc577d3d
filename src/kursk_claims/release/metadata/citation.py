"""Render how to cite a release: CITATION.cff and BibTeX."""

from __future__ import annotations

from typing import Any

import yaml

from kursk_claims.release.index import find_release
from kursk_claims.release.metadata.codebook import GENERATED, KEYWORDS, LICENCE, LICENCE_URL, DatasetInfo, read_dataset_info
from kursk_claims.workspace import Workspace

CITATION_NAME = "CITATION.cff"


def render_citation(about: DatasetInfo, version: str | None, date: str | None) -> str:
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
    about = read_dataset_info(workspace.root / "dataset" / "README.md", "kursk-claims")
    newest = find_release([workspace.build], None)
    return render_citation(about, newest[1].version, newest[1].date) if newest else render_citation(about, None, None)


def render_bibtex(about: DatasetInfo, version: str, date: str) -> str:
    """A release as a BibTeX entry, in one line."""
    key = f"{about.name}-{version}"
    return (
        f"@misc{{{key}, author = {{{{{about.authors}}}}}, title = {{{{{about.title}}}}}, "
        f"version = {{{version}}}, year = {{{date[:4]}}}, note = {{{LICENCE}}}}}"
    )
