"""Write the descriptors that other tools read into a release."""

from __future__ import annotations

from pathlib import Path

from kursk_claims.contract.loader import Contract
from kursk_claims.release.manifest import Manifest
from kursk_claims.release.metadata.citation import CITATION_FILE, render_citation
from kursk_claims.release.metadata.croissant import render_croissant
from kursk_claims.release.metadata.data_dictionary import render_dictionary
from kursk_claims.release.metadata.datapackage import render_datapackage
from kursk_claims.release.metadata.dataset_card import render_dataset_card
from kursk_claims.release.metadata.load_script import LOAD_SCRIPT, render_load_script
from kursk_claims.release.metadata.model import describe_release


def write_metadata(folder: Path, manifest: Manifest, contract: Contract) -> None:
    """Write the descriptors of the manifest's files into a release's folder.

    They do not depend on time or machine. Raises `ManifestError` if a table does not have the contract's columns.
    """
    release = describe_release(folder, manifest, contract)
    descriptors = {
        CITATION_FILE: render_citation(release),
        "DICTIONARY.md": render_dictionary(release),
        "README.md": render_dataset_card(release),
        "croissant.json": render_croissant(release),
        "datapackage.json": render_datapackage(release),
        LOAD_SCRIPT: render_load_script(release, contract),
    }
    for name, text in descriptors.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
