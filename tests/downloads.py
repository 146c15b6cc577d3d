"""What the tests of `download` share: a folder of two releases, and what must hold after each run."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kursk_claims.download.client import download
from kursk_claims.download.retry import TransportPolicy
from kursk_claims.errors import DownloadError, ManifestError
from kursk_claims.release import digests, index, lookup
from kursk_claims.release.index import write_index
from kursk_claims.release.publish import publish_release
from kursk_claims.workspace import find_workspace
from misbehaving_host import (
    Host,
    other,
)
from support import ROOT, WELLS, Copy

NEWEST, OLDER = "1.1.0", "1.0.0"
INDEX, MANIFEST, DATA = "index.json", f"{NEWEST}/manifest.json", f"{NEWEST}/croissant.json"
FILES = """README.md CITATION.cff claims.parquet codes.parquet croissant.json records/claims.csv records/codes.csv
    schemas/claims.yaml""".split()
PATIENT = TransportPolicy(timeout=5, deadline=20, attempts=3, pause=0)
NAME = "kursk-claims"
HASTY = TransportPolicy(timeout=5, deadline=0.6, attempts=3, pause=0)


def write_releases(root: Path) -> Path:
    """Fill a folder with the published releases, with fewer files; return it."""
    for version in (OLDER, NEWEST):
        published, folder = ROOT / "build" / version, root / version
        raw = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
        raw["files"] = [file for file in raw["files"] if file["path"] in FILES]
        raw["tables"] = [table for table in raw["tables"] if table["file"] in FILES]
        assert len(raw["files"]) == len(FILES)
        for path in FILES:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(published / path, folder / path)
        (folder / "manifest.json").write_text(json.dumps(raw), encoding="utf-8")
        names = [*FILES, "manifest.json"]
        sums = {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in names}
        order = [file["path"] for file in raw["files"]] + ["manifest.json"]
        (folder / "SHA256SUMS").write_text("".join(f"{sums[path]}  {path}\n" for path in order), encoding="utf-8")
    write_index(root)
    return root


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_there(target: Path, builds: Path, *versions: str) -> None:
    """These releases, as they were published, are all that a reader finds."""
    names = sorted({path.name for path in target.glob("[!.]*")} - {"origin.txt"})
    assert names == ([*versions, "index.json"] if versions else [])
    for version in versions:
        assert contents(target / version) == contents(builds / version)
    if versions:
        assert [each.version for each in index.read_index(target).releases] == list(versions)
        assert not list(target.glob(".[0-9]*.part"))
        found = lookup.find_release([target], None)
        assert found is not None
        assert found[0] == target / versions[-1]
        digests.verify_files(*found)


def fault(
    source: str | Host, target: Path, version: str | None = None, policy: TransportPolicy = PATIENT, **how: Any
) -> Exception:
    """Return the error of a download that must fail."""
    address = source if isinstance(source, str) else source.url
    with pytest.raises((DownloadError, ManifestError)) as raised:
        download(address, target, version, policy=policy, **how)
    words = str(raised.value)
    assert words.endswith(".")
    assert "expected" in words or "requested" in words
    assert "Nothing" in words or "kept" in words
    assert len(words) < 1000
    return raised.value


def forge(host: Host, change: Callable[[dict[str, Any]], object]) -> None:
    """Serve a changed manifest, and an index that vouches for it."""
    raw = json.loads((host.root / MANIFEST).read_text(encoding="utf-8"))
    change(raw)
    body = json.dumps(raw).encode()
    index = json.loads((host.root / INDEX).read_text(encoding="utf-8"))
    index["releases"][-1]["manifest_sha256"] = hashlib.sha256(body).hexdigest()
    host.rules |= {MANIFEST: other(lambda _: body), INDEX: other(lambda _: json.dumps(index).encode())}


def forge_release(folder: Path, **files: bytes) -> str:
    """Change files of a release and every digest, as a dishonest host can; return the digest of the manifest."""
    raw = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name, content in files.items():
        path = name.replace("_", ".")
        (folder / path).write_bytes(content)
        entry = next(file for file in raw["files"] if file["path"] == path)
        entry.update(size=len(content), sha256=hashlib.sha256(content).hexdigest())
    body = json.dumps(raw).encode()
    (folder / "manifest.json").write_bytes(body)
    digest = hashlib.sha256(body).hexdigest()
    lines = [f"{file['sha256']}  {file['path']}\n" for file in raw["files"]]
    (folder / "SHA256SUMS").write_text("".join([*lines, f"{digest}  manifest.json\n"]), encoding="utf-8")
    write_index(folder.parent)
    return digest


def release_wells(root: Path, *versions: str, sign_key: Path | None = None) -> Copy:
    """Copy the workspace about wells and publish versions of it, each with another remark in its codebook."""
    shutil.copytree(WELLS, root)
    copy = Copy(root)
    for number, version in enumerate(versions):
        section = f"### [{version}] - 2026-01-0{number + 1}\n\n#### Changed\n\n- Something.\n\n"
        changelog = root / "CHANGELOG.md"
        old = changelog.read_text(encoding="utf-8").partition("## Data\n")[2] if number else "\n## Code\n"
        changelog.write_text(f"# Changelog\n\n## Data\n\n{section}{old}", encoding="utf-8")
        if number:
            codebook = root / "dataset" / "README.md"
            codebook.write_text(codebook.read_text(encoding="utf-8") + f"\nRemark {number}.\n", encoding="utf-8")
        _, folder = publish_release(find_workspace(root), version, sign_key=sign_key)
        assert folder is not None
    return copy
