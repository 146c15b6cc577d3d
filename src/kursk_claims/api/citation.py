"""How to cite a release: `cite`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from kursk_claims.database.export.about import About
from kursk_claims.release.lookup import find_release, list_release_folders
from kursk_claims.release.metadata.about import describe_published, describe_records
from kursk_claims.workspace import find_workspace

CitationStyle = Literal["bibtex", "apa"]
LATEX = str.maketrans({char: f"\\{char}" for char in "&%$#_{}"} | {"\\": r"\textbackslash{}", "~": r"\~{}", "^": r"\^{}"})


def cite(
    style: CitationStyle = "bibtex",
    release: str | None = None,
    *,
    records: bool = False,
    workspace: str | Path | None = None,
) -> str:
    """Return how to cite the data, with the version: as BibTeX or in the style of the APA.

    The release is chosen as by `connect`. Raises `ValueError` for an unknown style, and `WorkspaceError`, `ContractError` or
    `ManifestError`.
    """
    if style not in ("bibtex", "apa"):
        raise ValueError(f"style: expected bibtex or apa, found {style!r}")
    found = find_workspace(workspace)
    published = None if records else find_release(list_release_folders(found), release)
    about = describe_published(*published) if published else describe_records(found)
    return render_bibtex_entry(about) if style == "bibtex" else render_apa(about)


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
