"""How to cite a release: `cite`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from kursk_claims.release.lookup import find_release, list_release_folders
from kursk_claims.release.metadata.about import describe_published, describe_records
from kursk_claims.release.metadata.citation import render_apa, render_bibtex_entry
from kursk_claims.workspace import find_workspace

CitationStyle = Literal["bibtex", "apa"]


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
