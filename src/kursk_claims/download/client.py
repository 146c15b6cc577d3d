"""Finds a release at a source, checks that it is the one that is wanted, and returns a verified copy of it."""

from __future__ import annotations

from pathlib import Path

from kursk_claims.download.fetcher import SILENT, Listener, ReleaseFetcher, fetch_document
from kursk_claims.download.retry import DEFAULT_POLICY, TransportPolicy
from kursk_claims.download.target import list_download_folders, origin_folder, read_seen_versions
from kursk_claims.download.transport import open_transport
from kursk_claims.download.trust import Trust, describe_authenticity, read_published
from kursk_claims.errors import DownloadError
from kursk_claims.release.digests import file_sha256, verify_files
from kursk_claims.release.index import INDEX_NAME, IndexEntry, ReleaseIndex, parse_index, read_index
from kursk_claims.release.lookup import LATEST, choose_version, find_release, read_origin, suggest_version
from kursk_claims.release.manifest import MANIFEST_NAME, version_key
from kursk_claims.release.signatures import find_release_signer
from kursk_claims.workspace import downloads_folder


def download(
    source: str,
    target: Path | None,
    version: str | None = None,
    *,
    allow_older: bool = False,
    trust: Trust = Trust(),  # noqa: B008
    policy: TransportPolicy = DEFAULT_POLICY,
    listener: Listener = SILENT,
) -> Path:
    """Return the folder of a verified release in `target`; fetch it from `source` if it is missing or damaged.

    Without a target, it is placed in the user's folder of downloads. Without a version, the latest of the source is taken; one
    older than seen there before is refused unless `allow_older`. Raises `DownloadError` where the call, the host or the network
    is at fault, `ManifestError` where the data are.
    """
    version = None if version and version.lower() == LATEST else version
    transport = open_transport(source, policy)
    listener.say(f"from {transport.name}{transport.describe_route()} to {target or downloads_folder()}")
    index = fetch_document(transport, INDEX_NAME, parse_index)[1]
    entry = find_entry(index, version, transport.name)
    grounds = trust.check_digest(index.name, entry.version, entry.manifest_sha256, transport.locate(INDEX_NAME))
    folder = target or origin_folder(index.name, transport.origin)
    if version is None and not allow_older:
        reject_older(index, read_seen_versions(folder).get(transport.origin), transport.name)
    fetcher = ReleaseFetcher(transport, folder, index, entry, listener, is_named_by_origin=target is None)
    if trust.allowed_signers:
        signature, place = fetcher.signature, transport.locate(fetcher.signature_path)
        grounds += trust.check_signature(fetcher.manifest[0], signature, place)
    is_new = fetcher.ensure_present(with_signature=trust.allowed_signers is not None)
    state = "fetched" if is_new else "already present"
    listener.say(f"{entry.version}: {state}, and each file matches the manifest")
    listener.say(f"manifest SHA-256: {entry.manifest_sha256}")
    listener.say(describe_authenticity(grounds))
    return folder / entry.version


def find_downloaded(
    target: Path | None,
    version: str | None = None,
    *,
    source: str | None = None,
    trust: Trust = Trust(),  # noqa: B008
    listener: Listener = SILENT,
) -> Path:
    """Return the folder of a release in `target` or among the downloads, verified; the newest one there without a version.

    Raises `DownloadError` where there is none or a choice of several, `ManifestError` where it is damaged.
    """
    folders = [target] if target else list_download_folders(open_transport(source).origin if source else None)
    present = {folder: _list_present(folder) for folder in folders}
    found = [folder for folder, versions in present.items() if choose_version(version, versions)]
    if len(found) > 1:
        places = (f"  {read_origin(folder)} ({folder.parent.name})" for folder in found)
        raise DownloadError(
            "expected one origin of the release, found several. Nothing was fetched; name one with --from:", *places
        )
    if not found:
        versions = sorted(set().union(*present.values()), key=version_key)
        wanted = f"release {version}{suggest_version(version, versions)}" if version else "a release"
        raise DownloadError(
            f"{target or downloads_folder()}: expected {wanted}, found {_join(versions)}. Nothing was fetched; "
            "run the command without --offline."
        )
    release = find_release(found, choose_version(version, present[found[0]]))
    assert release is not None
    folder, manifest = release
    verify_files(folder, manifest)
    digest = file_sha256(folder / MANIFEST_NAME)
    grounds = trust.check_digest(manifest.name, manifest.version, digest, str(folder))
    if trust.allowed_signers:
        grounds.append(f"signed by {find_release_signer(folder, trust.allowed_signers)}")
    listener.say(f"{manifest.version}: present, and each file matches the manifest")
    listener.say(f"manifest SHA-256: {digest}")
    listener.say(describe_authenticity(grounds))
    return folder


def _list_present(folder: Path) -> list[str]:
    return [each.version for each in read_index(folder).releases if (folder / each.version).is_dir()]


def find_entry(index: ReleaseIndex, version: str | None, name: str) -> IndexEntry:
    """Return the entry of a version, or of the latest. Raises `DownloadError`."""
    versions = [each.version for each in index.releases]
    entry = index.entry(choose_version(version, versions))
    if entry is None:
        missing = f"release {version}{suggest_version(version, versions)}" if version else "a release"
        raise DownloadError(f"{name}: expected {missing}, found {_join(versions)}. Nothing was fetched.")
    return entry


def _join(versions: list[str]) -> str:
    return ", ".join(versions[-20:]) or "none"


def reject_older(index: ReleaseIndex, seen: str | None, name: str) -> None:
    """Raise `DownloadError` if the latest release is older than one seen there before, or than one that this package knows."""
    published = read_published()
    known = published.latest if published.name == index.name else None
    for older, reason in ((seen, "was the latest there before"), (known, "this package knows")):
        if older is not None and index.latest is not None and version_key(index.latest) < version_key(older):
            raise DownloadError(
                f"{name}: expected {older} or newer, which {reason}, found {index.latest}. "
                "Nothing was fetched; if this is intended, name the version or add --allow-older."
            )
