"""Which manifest of a release is accepted, and on whose word."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kursk_claims.errors import ManifestError
from kursk_claims.release.index import ReleaseIndex, parse_index
from kursk_claims.release.signatures import find_signer
from kursk_claims.workspace import PACKAGED

PUBLISHED = PACKAGED / "published.json"  # the index of all releases when the package was made


@dataclass(frozen=True)
class Pin:
    """The SHA-256 that a manifest must have, and where that was said."""

    sha256: str
    place: str


@dataclass(frozen=True)
class Trust:
    """What the user knows of a release before it is fetched: digests of its manifest, and who may have signed it."""

    pins: tuple[Pin, ...] = ()
    allowed_signers: Path | None = None

    def check_digest(self, name: str, version: str, sha256: str, place: str) -> list[str]:
        """Return by whose word the manifest with this digest is genuine. Raises `ManifestError` if anybody says otherwise."""
        published = read_published()
        entry = published.entry(version) if published.name == name else None
        known = [Pin(entry.manifest_sha256, "the releases that this package knows")] if entry else []
        for pin in [*self.pins, *known]:
            if pin.sha256 != sha256:
                raise ManifestError(
                    f"{place}: expected release {version} of {name} with the manifest SHA-256 {pin.sha256}, as in {pin.place}, "
                    f"found {sha256}. One of the two is not genuine. Nothing was fetched."
                )
        return [f"the digest is that in {pin.place}" for pin in [*self.pins, *known]]

    def check_signature(self, manifest: bytes, signature: bytes, place: str) -> list[str]:
        """Return who signed a manifest. Raises `ManifestError` unless it is an allowed signer."""
        assert self.allowed_signers is not None
        try:
            return [f"signed by {find_signer(manifest, signature, self.allowed_signers)}"]
        except ManifestError as error:
            raise ManifestError(f"{place}: {error}. Nothing was fetched.") from None


def read_published() -> ReleaseIndex:
    """Return the releases that this package knows by their digests; none in a checkout."""
    return parse_index(PUBLISHED.read_text(encoding="utf-8")) if PUBLISHED.is_file() else ReleaseIndex(())


def describe_authenticity(grounds: list[str]) -> str:
    """Return in words why a release is taken for genuine, or that nothing says so."""
    if grounds:
        return f"authenticity: {'; '.join(grounds)}"
    return "authenticity: not checked; compare the digest with one published elsewhere, or see --sha256 and --allowed-signers"
