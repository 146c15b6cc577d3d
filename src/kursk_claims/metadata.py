"""What other tools read about a release: one model, rendered in the words of each."""

from __future__ import annotations

from pathlib import Path

from kursk_claims.citation import citation
from kursk_claims.contract import Contract
from kursk_claims.croissant import croissant
from kursk_claims.datacard import datacard
from kursk_claims.datapackage import datapackage
from kursk_claims.dataset import describe
from kursk_claims.dictionary import dictionary
from kursk_claims.manifest import Manifest


def write_metadata(folder: Path, manifest: Manifest, contract: Contract) -> None:
    """Write the descriptors into a release's folder; `manifest.files` are the files that they describe.

    Nothing of the time or the machine goes into them. Raises `ManifestError` where a table's columns are not
    those of the contract.
    """
    dataset = describe(folder, manifest, contract)
    rendered = {
        "CITATION.cff": citation(dataset.about, dataset.version, dataset.date),
        "DICTIONARY.md": dictionary(dataset),
        "README.md": datacard(dataset),
        "croissant.json": croissant(dataset),
        "datapackage.json": datapackage(dataset),
    }
    for name, text in rendered.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
