"""Damage of any kind to a release, or to an anchor of the records, is found; nothing damaged is read as good."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kursk_claims.errors import ManifestError
from kursk_claims.release.digests import verify_files
from kursk_claims.release.index import find_release, read_index
from kursk_claims.release.manifest import MANIFEST_NAME, read_manifest
from kursk_claims.release.source import open_release
from support import ROOT, Copy, Run

TRIES = int(os.environ.get("KURSK_CLAIMS_DAMAGES", "500"))
VERSIONS = ("1.0.0", "1.1.0")
Damage = Callable[[random.Random, bytes, bytes], bytes]


def flip(chance: random.Random, raw: bytes, other: bytes) -> bytes:
    at = chance.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ 1 << chance.randrange(8)]) + raw[at + 1 :]


def cut(chance: random.Random, raw: bytes, other: bytes) -> bytes:
    start = chance.randrange(len(raw))
    return raw[:start] + raw[chance.randrange(start, len(raw)) + 1 :]


def truncate(chance: random.Random, raw: bytes, other: bytes) -> bytes:
    return raw[: chance.randrange(len(raw))]


def swap(chance: random.Random, raw: bytes, other: bytes) -> bytes:
    size = chance.randrange(1, len(raw) // 2 + 1)
    first = chance.randrange(len(raw) - 2 * size + 1)
    second = chance.randrange(first + size, len(raw) - size + 1)
    return (
        raw[:first] + raw[second : second + size] + raw[first + size : second] + raw[first : first + size] + raw[second + size :]
    )


def append(chance: random.Random, raw: bytes, other: bytes) -> bytes:
    return raw + chance.randbytes(chance.randrange(1, 64))


def exchange(chance: random.Random, raw: bytes, other: bytes) -> bytes:
    return other


def edit_manifest(chance: random.Random, raw: bytes) -> bytes:
    """A manifest that still is one, with one value changed."""
    body = json.loads(raw)
    table, file = chance.choice(body["tables"]), chance.choice(body["files"])
    kind = chance.choice(["version", "date", "rows", "logical", "size", "sha256", "forget"])
    if kind == "version":
        body["version"] = "1.0.1"
    elif kind == "date":
        body["date"] = "2001-01-01"
    elif kind == "rows":
        table["rows"] += 1
    elif kind == "logical":
        table["logical_digest"] = chance.randbytes(32).hex()
    elif kind == "size":
        file["size"] += 1
    elif kind == "sha256":
        file["sha256"] = chance.randbytes(32).hex()
    else:
        body["tables"].remove(table)
    return (json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode()


DAMAGES: list[Damage] = [flip, cut, truncate, swap, append, exchange]


def opens(build: Path, version: str) -> None:
    """What `query --release` does before it asks. Raises `ManifestError`."""
    found = find_release([build], version)
    assert found is not None
    open_release(*found).close()


def holds(build: Path, version: str) -> None:
    """What `verify` does before it makes the release again. Raises `ManifestError`."""
    found = find_release([build], version)
    assert found is not None
    verify_files(*found)


def is_read(folder: Path, path: str) -> bool:
    """Whether a query reads the file."""
    kinds = {each.file: each.kind for each in read_manifest(folder).tables}
    return path in ("views.sql", MANIFEST_NAME) or kinds.get(path) == "table"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "build", tmp_path / "build", ignore=shutil.ignore_patterns("next"))
    return tmp_path / "build"


def files_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_no_damaged_release_is_read_as_good(build: Path) -> None:
    files = {version: files_of(build / version) for version in VERSIONS}
    read = {(version, path): is_read(build / version, path) for version in VERSIONS for path in files[version]}
    survived, tried = [], 0
    for seed in range(TRIES):
        chance = random.Random(seed)
        version = chance.choice(VERSIONS)
        path = MANIFEST_NAME if chance.random() < 0.1 else chance.choice(files[version])
        target = build / version / path
        raw = target.read_bytes()
        other = build / VERSIONS[1 - VERSIONS.index(version)] / path
        strange = other.read_bytes() if other.is_file() else (build / version / chance.choice(files[version])).read_bytes()
        damage = chance.choice(DAMAGES)
        if path == MANIFEST_NAME and chance.random() < 0.7:
            name, damaged = "edit_manifest", edit_manifest(chance, raw)
        else:
            name, damaged = damage.__name__, damage(chance, raw, strange)
        if damaged == raw:  # the same file in both releases, or two equal blocks: no damage
            name, damaged = "flip", flip(chance, raw, strange)
        target.write_bytes(damaged)
        tried += 1
        for reader in (holds, *([opens] if read[version, path] else [])):
            try:
                reader(build, version)
            except ManifestError:
                continue
            survived.append((seed, reader.__name__, name, version, path))
        target.write_bytes(raw)
    assert tried == TRIES
    assert survived == []
    for version in VERSIONS:  # what was put back is good again: the readers do not refuse everything
        holds(build, version)
        opens(build, version)


def test_a_damaged_index_is_refused_or_says_the_same(build: Path) -> None:
    path = build / "index.json"
    raw, before = path.read_bytes(), read_index(build)
    for seed in range(TRIES):
        chance = random.Random(seed)
        path.write_bytes(chance.choice([flip, cut, truncate, swap])(chance, raw, raw))
        try:
            after = read_index(build)
            if after == before:
                continue
            for version in VERSIONS:
                if any(entry.version == version for entry in after.releases):
                    holds(build, version)
        except ManifestError:
            continue
        assert set(after.releases) < set(before.releases), f"seed {seed}: {path.read_text()}"


def test_a_date_that_only_the_index_has_is_refused(build: Path) -> None:
    body = json.loads((build / "index.json").read_text())
    body["releases"][0]["date"] = "2001-01-01"
    (build / "index.json").write_text(json.dumps(body))
    with pytest.raises(ManifestError, match="not the manifest that"):
        holds(build, "1.0.0")


@pytest.mark.parametrize("command", ["verify", "query"])
def test_the_commands_refuse_it_too(command: str, build: Path, run: Run) -> None:
    for folder in ("dataset", "schemas"):
        shutil.copytree(ROOT / folder, build.parent / folder)
    target = build / "1.0.0" / "claims.parquet"
    target.write_bytes(flip(random.Random(0), target.read_bytes(), b""))
    args = ["verify", "1.0.0"] if command == "verify" else ["query", "FROM claims", "--release", "1.0.0"]
    ended = run(*args, "--workspace", build.parent)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "claims.parquet: expected" in ended.stderr
    assert "Traceback" not in ended.stderr


ANCHOR = ["sha256", "char_start", "char_end", "passage_id", "doc_id", "claim_id", "evidence_id"]


def test_one_changed_character_of_an_anchor_is_found(fiction: Copy) -> None:
    assert fiction.validate(fiction.text).findings == []
    rows = fiction.rows("evidence")
    for seed in range(max(TRIES // 50, len(ANCHOR))):
        chance = random.Random(seed)
        column, number = ANCHOR[seed % len(ANCHOR)], chance.randrange(len(rows))
        cell = rows[number][column]
        digits = {"sha256": "0123456789abcdef", "char_start": "0123456789", "char_end": "0123456789"}.get(column)
        at = chance.randrange(len(cell)) if digits else 0  # of an id the prefix: another number may be as good an id
        new = cell[:at] + chance.choice([each for each in digits or "xyz" if each != cell[at]]) + cell[at + 1 :]
        fiction.write("evidence", [{**row, column: new} if index == number else row for index, row in enumerate(rows)])
        assert fiction.validate(fiction.text).errors, f"{rows[number]['evidence_id']}: {column} {cell} became {new}"
