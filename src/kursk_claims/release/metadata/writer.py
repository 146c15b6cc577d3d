"""Write the descriptors that other tools read into a release."""

from __future__ import annotations

from pathlib import Path

from kursk_claims.contract.loader import Contract
from kursk_claims.release.manifest import Manifest
from kursk_claims.release.metadata.citation import render_citation
from kursk_claims.release.metadata.croissant import render_croissant
from kursk_claims.release.metadata.data_dictionary import render_dictionary
from kursk_claims.release.metadata.datapackage import render_datapackage
from kursk_claims.release.metadata.dataset_card import render_dataset_card
from kursk_claims.release.metadata.model import describe_release


def write_metadata(folder: Path, manifest: Manifest, contract: Contract) -> None:
    """Write the descriptors into a release's folder; `manifest.files` are the files that they describe.

    Nothing of the time or the machine goes into them. Raises `ManifestError` where a table's columns are not
    those of the contract.
    """
    dataset = describe_release(folder, manifest, contract)
    rendered = {
        "CITATION.cff": render_citation(dataset.about, dataset.version, dataset.date),
        "DICTIONARY.md": render_dictionary(dataset),
        "README.md": render_dataset_card(dataset),
        "croissant.json": render_croissant(dataset),
        "datapackage.json": render_datapackage(dataset),
    }
    for name, text in rendered.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
