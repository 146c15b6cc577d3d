"""A verified copy of a release from elsewhere: fetched into a folder beside, held against its digests, named by one rename.

The index names the SHA-256 of a manifest, the manifest that of each file. Names in either are checked by `releases.py` and
`manifest.py` before they become paths.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from kursk_claims.errors import DownloadError, ManifestError
from kursk_claims.hosts import PATIENT, Answer, Host, Interrupted, Limits, open_host
from kursk_claims.release.digests import file_sha256, format_sums, verify_files
from kursk_claims.release.index import INDEX_NAME, IndexEntry, ReleaseIndex, find_release, parse_index, read_index, write_index
from kursk_claims.release.manifest import (
    MANIFEST_NAME,
    MAX_MANIFEST_SIZE,
    SUMS_NAME,
    Manifest,
    ReleaseFile,
    parse_manifest,
    read_manifest,
    version_key,
)

__all__ = ["PATIENT", "SILENT", "DownloadError", "Limits", "Listener", "download", "find_downloaded"]

LOCK = ".lock"
SEEN = ".seen.json"
T = TypeVar("T")


@dataclass(frozen=True)
class Listener:
    """Who is told how it goes: sentences, and how many bytes are there of how many."""

    say: Callable[[str], None]
    progress: Callable[[int, int], None]


SILENT = Listener(lambda words: None, lambda done, total: None)


def download(
    source: str,
    target: Path,
    version: str | None = None,
    *,
    allow_older: bool = False,
    limits: Limits = PATIENT,
    listener: Listener = SILENT,
) -> Path:
    """The folder of a release in `target`, verified; fetched from `source` unless it is there.

    Without a version it is the newest of the source; one older than was seen there is refused unless `allow_older`. Raises
    `DownloadError` where the call, the host or the network is at fault, `ManifestError` where the data are.
    """
    with closing(open_host(source, limits)) as host:
        listener.say(f"from {host.name} to {target}")
        job = _Job(host, target, limits, listener)
        index = job.index()
        entry = _choose(index, version, host.name)
        if version is None and not allow_older:
            _refuse_older(entry.version, job.seen().get(host.name), host.name)
        fetched = job.make_sure(entry, str(index.latest))
    listener.say(f"{entry.version}: {'fetched and verified' if fetched else 'already there, verified'}")
    return target / entry.version


def find_downloaded(target: Path, version: str | None = None) -> Path:
    """The folder of a release that is in `target`, or of the newest there, verified; nothing is fetched.

    Raises `DownloadError` where there is none, `ManifestError` where it is damaged.
    """
    there = [each.version for each in read_index(target).releases if (target / each.version).is_dir()]
    if not there or version not in (None, *there):
        wanted = f"release {version}" if version else "a release"
        raise DownloadError(f"{target}: expected {wanted}, found {_listed(there)}. Nothing was fetched; do it without --offline.")
    found = find_release([target], version or there[-1])
    assert found is not None
    verify_files(*found)
    return found[0]


def _choose(index: ReleaseIndex, version: str | None, name: str) -> IndexEntry:
    wanted = version or index.latest
    for entry in index.releases:
        if entry.version == wanted:
            return entry
    there = _listed([entry.version for entry in index.releases])
    raise DownloadError(f"{name}: expected {f'release {wanted}' if wanted else 'a release'}, found {there}. Nothing was fetched.")


def _listed(versions: list[str]) -> str:
    return ", ".join(versions[-20:]) or "none"


def _refuse_older(latest: str, seen: str | None, name: str) -> None:
    if seen is not None and version_key(latest) < version_key(seen):
        raise DownloadError(
            f"{name}: expected {seen} or newer, which was seen there before, found {latest} as the latest. "
            f"Nothing was fetched; if it is meant, name the version or add --allow-older."
        )


@dataclass(frozen=True)
class _Job:
    """One download: from a host into a folder."""

    host: Host
    target: Path
    limits: Limits
    listener: Listener

    def index(self) -> ReleaseIndex:
        with _ending("Nothing was fetched; check the address: it must hold index.json.", "Nothing was fetched."):
            return _parsed(self._small(INDEX_NAME), self.host.place(INDEX_NAME), parse_index)

    def make_sure(self, entry: IndexEntry, latest: str) -> bool:
        """Have the release in the target and in its index, and keep in mind what was seen. True if it was fetched."""
        whole = self._is_whole(entry)
        if whole and self._listed_as(entry) and self.seen().get(self.host.name) == latest:
            return False
        raw = b"" if whole else self._manifest(entry)
        with self._locked():
            fetched = not whole and not self._is_whole(entry)  # another process may have done it meanwhile
            if fetched:
                self._fetch(entry, raw)
            there = f"{entry.version} is there and whole, but cannot be listed beside it: mend that one or move it away."
            with _ending("", there):
                write_index(self.target)
            self._remember(latest)
        return fetched

    def _is_whole(self, entry: IndexEntry) -> bool:
        """Whether the release is there and undamaged. Raises `ManifestError` where another one bears its name."""
        folder = self.target / entry.version
        if not os.path.lexists(folder):
            return False
        try:
            verify_files(folder, read_manifest(folder))
            whole, found = True, file_sha256(folder / MANIFEST_NAME)
        except ManifestError:
            whole, found = False, self._listed_as(entry) or entry.manifest_sha256
        if found != entry.manifest_sha256:
            raise ManifestError(
                f"{folder}: expected the manifest that {self.host.name} lists, SHA-256 {entry.manifest_sha256}, found {found}. "
                "A release never changes, so one of the two is not genuine. Nothing was changed; to take the other one, move "
                "that folder away first."
            )
        return whole

    def _listed_as(self, entry: IndexEntry) -> str | None:
        """The digest of a release's manifest in the target's index; an index that is damaged is written anew later."""
        try:
            releases = read_index(self.target).releases
        except ManifestError:
            return None
        return next((each.manifest_sha256 for each in releases if each.version == entry.version), None)

    def _manifest(self, entry: IndexEntry) -> bytes:
        path = f"{entry.version}/{MANIFEST_NAME}"
        place = self.host.place(path)
        with _ending(
            "Nothing was kept; try again later.", "Nothing was kept; try again, and if it stays so, tell who runs the host."
        ):
            raw = self._small(path)
            found = hashlib.sha256(raw).hexdigest()
            if found != entry.manifest_sha256:
                raise ManifestError(f"{place}: expected SHA-256 {entry.manifest_sha256} as the index says, found {found}.")
            manifest = _parsed(raw, place, parse_manifest)
            if manifest.version != entry.version:
                raise ManifestError(f"{place}: expected the manifest of {entry.version}, found that of {manifest.version}.")
        return raw

    def _small(self, path: str) -> bytes:
        """A file that is read in one piece: an index or a manifest."""

        def attempt() -> bytes:
            with self.host.open(path, 0) as answer:
                return b"".join(_capped(answer, MAX_MANIFEST_SIZE, self.host.place(path)))

        return _persist(attempt, self.limits)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """The target for this process alone. The lock goes when the process does, however that ends."""
        from filelock import FileLock, Timeout

        self.target.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.target / LOCK)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            self.listener.say(f"waiting for another process that downloads into {self.target}")
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def seen(self) -> dict[str, str]:
        """The latest version that each source had when a release was last taken from it."""
        path = self.target / SEEN
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            return {name: version for name, version in raw.items() if version_key(version)}
        except FileNotFoundError:
            return {}
        except (ValueError, AttributeError, TypeError, ManifestError):
            raise ManifestError(
                f"{path}: expected the versions that were seen, found something else. Nothing was fetched; remove that file, "
                "and an older version than before may be taken."
            ) from None

    def _remember(self, latest: str) -> None:
        seen = self.seen()
        seen[self.host.name] = max(latest, seen.get(self.host.name, latest), key=version_key)
        beside = self.target / f"{SEEN}.part"
        beside.write_text(json.dumps(seen, indent=2) + "\n", encoding="utf-8")
        os.replace(beside, self.target / SEEN)

    def _fetch(self, entry: IndexEntry, raw: bytes) -> None:
        """The release whose manifest has these bytes; what came in an earlier run and is right is not fetched again."""
        manifest = parse_manifest(raw.decode("utf-8"))
        folder, part = self.target / entry.version, self.target / f".{entry.version}.part"
        if os.path.lexists(folder):
            _refuse_foreign(folder, manifest)
            self.listener.say(f"{folder} is damaged and is fetched again")
        _prepare(part, raw)
        try:
            with _ending("What came is kept out of sight; the same command goes on from there.", "Nothing was kept; try again."):
                self._fetch_files(manifest, part)
        except ManifestError:
            shutil.rmtree(part)
            raise
        itself = ReleaseFile(MANIFEST_NAME, len(raw), entry.manifest_sha256)
        (part / SUMS_NAME).write_text(format_sums([*manifest.files, itself]), encoding="utf-8")
        _put(part, folder)

    def _fetch_files(self, manifest: Manifest, part: Path) -> None:
        missing = [file for file in manifest.files if not _is_there(part / file.path, file)]
        total, left = (sum(file.size for file in files) for files in (manifest.files, missing))
        free = shutil.disk_usage(part).free
        if left > free:
            raise DownloadError(f"{self.target}: expected room for {left} bytes, found {free}.")
        for file in missing:
            self._fetch_file(file, f"{manifest.version}/{file.path}", part / file.path, (total - left, total))
            left -= file.size
        self.listener.progress(total, total)

    def _fetch_file(self, file: ReleaseFile, path: str, to: Path, progress: tuple[int, int]) -> None:
        place = self.host.place(path)
        to.parent.mkdir(parents=True, exist_ok=True)

        def attempt() -> None:
            start = _length(to, file)
            with self.host.open(path, start) as answer:
                if answer.size not in (None, file.size):
                    raise ManifestError(f"{place}: expected {file.size} bytes, found {answer.size} announced.")
                with to.open("ab" if answer.start else "wb") as out:
                    for piece in _capped(answer, file.size, place):
                        out.write(piece)
                        self.listener.progress(progress[0] + out.tell(), progress[1])
            _check(to, file, place, resumed=answer.start > 0)

        def attempt_cleanly() -> None:
            try:
                attempt()
            except Interrupted as fault:
                if not fault.keep:
                    to.unlink(missing_ok=True)
                raise

        _persist(attempt_cleanly, self.limits)


@contextmanager
def _ending(fault: str, data: str) -> Iterator[None]:
    """Errors end with what was done and what to do."""
    try:
        yield
    except DownloadError as error:
        raise DownloadError(f"{error} {fault}") from None
    except ManifestError as error:
        raise ManifestError(f"{error} {data}") from None


def _persist(attempt: Callable[[], T], limits: Limits) -> T:
    """What comes of an attempt, made again after a growing pause while it is interrupted. Raises `DownloadError`."""
    from urllib3.exceptions import MaxRetryError
    from urllib3.util import Retry

    retry = Retry(limits.tries - 1, backoff_factor=limits.pause / 2, backoff_max=20, backoff_jitter=limits.pause / 2)
    while True:
        try:
            return attempt()
        except Interrupted as fault:
            try:
                retry = retry.increment(error=fault)
            except MaxRetryError:
                raise DownloadError(f"{fault} It was asked for {limits.tries} times.") from None
            retry.sleep()


def _capped(answer: Answer, largest: int, place: str) -> Iterator[bytes]:
    """An answer's pieces while the file is not larger than it may be. Raises `ManifestError`."""
    size = answer.start
    if answer.size is not None and answer.size > largest:
        raise ManifestError(f"{place}: expected at most {largest} bytes, found {answer.size} announced.")
    for piece in answer.pieces:
        size += len(piece)
        if size > largest:
            raise ManifestError(f"{place}: expected at most {largest} bytes, found more.")
        yield piece


def _parsed(raw: bytes, place: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise ManifestError(f"{place}: expected UTF-8, found something else.") from None
    except ManifestError as error:
        raise ManifestError(f"{place}: {error}.") from None


def _length(to: Path, file: ReleaseFile) -> int:
    """How much of a file is there and may be gone on from; anything else is removed."""
    if to.is_symlink() or (to.exists() and to.stat().st_size >= file.size):
        to.unlink()
    return to.stat().st_size if to.exists() else 0


def _check(to: Path, file: ReleaseFile, place: str, *, resumed: bool) -> None:
    """Hold what came against the manifest. Raises `Interrupted` if another try may help, else `ManifestError`."""
    size = to.stat().st_size
    if size < file.size:
        raise Interrupted(f"{place}: expected {file.size} bytes, found {size}.")
    found = file_sha256(to)
    if found != file.sha256 and resumed:
        raise Interrupted(f"{place}: the part that came before is not of this file.", keep=False)
    if found != file.sha256:
        raise ManifestError(f"{place}: expected SHA-256 {file.sha256}, found {found}. It was damaged or changed.")


def _is_there(path: Path, file: ReleaseFile) -> bool:
    if path.is_symlink() or not path.is_file() or path.stat().st_size != file.size:
        return False
    return file_sha256(path) == file.sha256


def _refuse_foreign(folder: Path, manifest: Manifest) -> None:
    """Nothing is replaced but a release's own files. Raises `DownloadError`."""
    known = {MANIFEST_NAME, SUMS_NAME, *(file.path for file in manifest.files)}
    surplus = [folder] if folder.is_symlink() or not folder.is_dir() else []
    surplus += [path for path in folder.rglob("*") if not path.is_dir() and path.relative_to(folder).as_posix() not in known]
    if surplus:
        raise DownloadError(
            f"{folder}: expected a release or nothing, found {surplus[0]}, which is of no release. "
            "Nothing was changed; move that folder away, then try again."
        )


def _prepare(part: Path, raw: bytes) -> None:
    """The folder to fetch into: the one of an earlier run if it was for the same manifest, else an empty one."""
    same = not part.is_symlink() and (part / MANIFEST_NAME).is_file() and (part / MANIFEST_NAME).read_bytes() == raw
    if not same:
        if part.is_symlink() or part.is_file():
            part.unlink()
        elif part.exists():
            shutil.rmtree(part)
        part.mkdir()
        (part / MANIFEST_NAME).write_bytes(raw)


def _put(part: Path, folder: Path) -> None:
    """Give a whole release its name; a damaged one that bears it goes away."""
    aside = folder.parent / f".{folder.name}.damaged"
    shutil.rmtree(aside, ignore_errors=True)
    if folder.exists():
        os.replace(folder, aside)
    os.replace(part, folder)
    shutil.rmtree(aside, ignore_errors=True)
