"""Render how to cite a release: CITATION.cff, BibTeX and APA."""

from __future__ import annotations

from typing import Any

import yaml

from kursk_claims.database.export.about import About
from kursk_claims.release.metadata.dataset_info import DatasetInfo
from kursk_claims.release.metadata.model import GENERATED, ReleaseDescription

CITATION_FILE = "CITATION.cff"
LATEX = str.maketrans({char: f"\\{char}" for char in "&%$#_{}"} | {"\\": r"\textbackslash{}", "~": r"\~{}", "^": r"\^{}"})


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


def render_bibtex_entry(about: About) -> str:
    """Render a BibTeX entry over several lines."""
    fields = {
        "author": " and ".join(f"{{{author.translate(LATEX)}}}" for author in about.authors),
        "title": f"{{{about.title.translate(LATEX)}}}",
        "year": about.date[:4] if about.date else "",
        "version": about.version_label,
        "note": f"Licence: {about.license}".translate(LATEX) if about.license else "",
        "url": about.homepage or "",
    }
    width = max(map(len, fields))
    lines = [f"  {name:<{width}} = {{{value}}}," for name, value in fields.items() if value]
    key = f"{about.name}-{about.version or 'records'}"
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def render_apa(about: About) -> str:
    """Render a reference in the style of the APA, 7th edition; authors are written as `dataset.yaml` names them."""
    *others, last = about.authors or (about.title,)
    authors = f"{', '.join(others)}, & {last}" if others else last
    year = about.date[:4] if about.date else "n.d."
    title = f" {about.title}" if about.authors else ""
    version = f"Version {about.version}" if about.version else about.version_label
    address = f" {about.homepage}" if about.homepage else ""
    return f"{authors.rstrip('.')}. ({year}).{title} ({version}) [Data set].{address}"
