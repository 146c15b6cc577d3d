"""Render how to cite a release: CITATION.cff and BibTeX."""

from __future__ import annotations

from typing import Any

import yaml

from kursk_claims.release.metadata.dataset_info import DatasetInfo
from kursk_claims.release.metadata.model import GENERATED, ReleaseDescription

CITATION_FILE = "CITATION.cff"


def render_citation(release: ReleaseDescription) -> str:
    """Render the citation in the Citation File Format 1.2.0, which knows no licences but those of SPDX."""
    info = release.info
    fields: dict[str, Any] = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": "If you use these data, cite them with the version that you used.",
        "title": info.title,
        "abstract": info.description,
        "authors": [{"name": author} for author in info.authors],
    }
    if info.keywords:
        fields["keywords"] = list(info.keywords)
    if info.license and info.license.is_spdx:
        fields["license"] = info.license.name
    if info.license and info.license.url:
        fields["license-url"] = info.license.url
    if info.homepage:
        fields["url"] = info.homepage
    fields |= {"version": release.version, "date-released": release.date}
    return f"# {GENERATED}\n{yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=120)}"


def render_bibtex(info: DatasetInfo, version: str, date: str) -> str:
    """Render a release as a BibTeX entry, in one line."""
    authors = " and ".join(f"{{{author}}}" for author in info.authors)
    fields = {"author": authors, "title": f"{{{info.title}}}", "version": version, "year": date[:4]}
    if info.license:
        fields["note"] = info.license.label
    return f"@misc{{{info.name}-{version}, {', '.join(f'{name} = {{{value}}}' for name, value in fields.items() if value)}}}"
