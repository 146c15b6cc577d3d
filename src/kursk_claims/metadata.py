"""What other tools read about a release, rendered from its manifest and the contract."""

from __future__ import annotations

from pathlib import Path

from kursk_claims.contract import Contract
from kursk_claims.manifest import Manifest


def write_metadata(folder: Path, manifest: Manifest, contract: Contract) -> None:
    """Write the descriptors into a release's folder; `manifest.files` are the files that they describe."""
