"""Damage of any kind to a release, or to an anchor of the records, is found."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kursk_claims.errors import ManifestError, WorkspaceError
from kursk_claims.release.digests import verify_files
from kursk_claims.release.index import read_index
from kursk_claims.release.lookup import find_release
from kursk_claims.release.manifest import MANIFEST_NAME, read_manifest
from kursk_claims.release.source import open_release
from rule_cases import RULES
from support import ROOT, Copy, Run

CASES = int(os.environ.get("KURSK_CLAIMS_DAMAGES", "500"))
SEEDS = [range(100), pytest.param(range(100, CASES), marks=pytest.mark.slow)]
VERSIONS = ("1.0.0", "1.1.0")
Damage = Callable[[random.Random, bytes, bytes], bytes]


def flip(rng: random.Random, raw: bytes, other: bytes) -> bytes:
    position = rng.randrange(len(raw))
    return raw[:position] + bytes([raw[position] ^ 1 << rng.randrange(8)]) + raw[position + 1 :]


def cut(rng: random.Random, raw: bytes, other: bytes) -> bytes:
    start = rng.randrange(len(raw))
    return raw[:start] + raw[rng.randrange(start, len(raw)) + 1 :]


def truncate(rng: random.Random, raw: bytes, other: bytes) -> bytes:
    return raw[: rng.randrange(len(raw))]


def swap(rng: random.Random, raw: bytes, other: bytes) -> bytes:
    size = rng.randrange(1, len(raw) // 2 + 1)
    first = rng.randrange(len(raw) - 2 * size + 1)
    second = rng.randrange(first + size, len(raw) - size + 1)
    return (
        raw[:first] + raw[second : second + size] + raw[first + size : second] + raw[first : first + size] + raw[second + size :]
    )


def append(rng: random.Random, raw: bytes, other: bytes) -> bytes:
    return raw + rng.randbytes(rng.randrange(1, 64))


def exchange(rng: random.Random, raw: bytes, other: bytes) -> bytes:
    return other


def edit_manifest(rng: random.Random, raw: bytes) -> bytes:
    """Return a valid manifest with one changed value."""
    body = json.loads(raw)
    table, file = rng.choice(body["tables"]), rng.choice(body["files"])
    kind = rng.choice(["version", "date", "rows", "logical", "size", "sha256", "forget"])
    if kind == "version":
        body["version"] = "1.0.1"
    elif kind == "date":
        body["date"] = "2001-01-01"
    elif kind == "rows":
        table["rows"] += 1
    elif kind == "logical":
        table["logical_digest"] = rng.randbytes(32).hex()
    elif kind == "size":
        file["size"] += 1
    elif kind == "sha256":
        file["sha256"] = rng.randbytes(32).hex()
    else:
        body["tables"].remove(table)
    return (json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode()


DAMAGES: list[Damage] = [flip, cut, truncate, swap, append, exchange]


def open_for_query(build: Path, version: str) -> None:
    """Open a release as `query --release` does. Raises `ManifestError`."""
    found = find_release([build], version)
    assert found is not None
    open_release(*found).close()


def verify(build: Path, version: str) -> None:
    """Compare a release with its manifest as `verify` does. Raises `ManifestError`."""
    found = find_release([build], version)
    assert found is not None
    verify_files(*found)


def is_read_by_queries(folder: Path, path: str) -> bool:
    kinds = {table.file: table.kind for table in read_manifest(folder).tables}
    return path in ("views.sql", MANIFEST_NAME) or kinds.get(path) == "table"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "build", tmp_path / "build", ignore=shutil.ignore_patterns("next"))
    return tmp_path / "build"


def files_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("seeds", SEEDS, ids=["some", "many"])
def test_no_damaged_release_is_read_as_good(seeds: range, build: Path) -> None:
    files = {version: files_of(build / version) for version in VERSIONS}
    queried = {(version, path): is_read_by_queries(build / version, path) for version in VERSIONS for path in files[version]}
    undetected = []
    for seed in seeds:
        rng = random.Random(seed)
        version = rng.choice(VERSIONS)
        path = MANIFEST_NAME if rng.random() < 0.1 else rng.choice(files[version])
        target = build / version / path
        original = target.read_bytes()
        namesake = build / VERSIONS[1 - VERSIONS.index(version)] / path
        other = namesake.read_bytes() if namesake.is_file() else (build / version / rng.choice(files[version])).read_bytes()
        damage = rng.choice(DAMAGES)
        if path == MANIFEST_NAME and rng.random() < 0.7:
            name, damaged = "edit_manifest", edit_manifest(rng, original)
        else:
            name, damaged = damage.__name__, damage(rng, original, other)
        if damaged == original:  # the same file in both releases, or two equal blocks
            name, damaged = "flip", flip(rng, original, other)
        target.write_bytes(damaged)
        for reader in (verify, *([open_for_query] if queried[version, path] else [])):
            try:
                reader(build, version)
            except ManifestError:
                continue
            undetected.append((seed, reader.__name__, name, version, path))
        target.write_bytes(original)
    assert undetected == []
    for version in VERSIONS:  # the readers do not refuse everything
        verify(build, version)
        open_for_query(build, version)


@pytest.mark.parametrize("seeds", SEEDS, ids=["some", "many"])
def test_a_damaged_index_is_refused_or_says_the_same(seeds: range, build: Path) -> None:
    path = build / "index.json"
    original, before = path.read_bytes(), read_index(build)
    for seed in seeds:
        rng = random.Random(seed)
        path.write_bytes(rng.choice([flip, cut, truncate, swap])(rng, original, original))
        try:
            after = read_index(build)
            if after.releases == before.releases:
                continue
            for entry in after.releases:
                verify(build, entry.version)
        except (ManifestError, WorkspaceError):
            continue
        assert set(after.releases) < set(before.releases), f"seed {seed}: {path.read_text()}"


def test_a_date_that_only_the_index_has_is_refused(build: Path) -> None:
    body = json.loads((build / "index.json").read_text())
    body["releases"][0]["date"] = "2001-01-01"
    (build / "index.json").write_text(json.dumps(body))
    with pytest.raises(ManifestError, match="not the manifest that"):
        verify(build, "1.0.0")


@pytest.mark.parametrize("command", ["verify", "query"])
def test_the_commands_refuse_a_damaged_release(command: str, build: Path, run: Run) -> None:
    for folder in ("dataset", "schemas"):
        shutil.copytree(ROOT / folder, build.parent / folder)
    target = build / "1.0.0" / "claims.parquet"
    target.write_bytes(flip(random.Random(0), target.read_bytes(), b""))
    args = ["verify", "1.0.0"] if command == "verify" else ["query", "FROM claims", "--release", "1.0.0"]
    done = run(*args, "--workspace", build.parent)
    assert (done.returncode, done.stdout) == (1, "")
    assert "claims.parquet: expected" in done.stderr
    assert "Traceback" not in done.stderr


ANCHOR = ["sha256", "char_start", "char_end", "passage_id", "doc_id", "claim_id", "evidence_id"]


def change_one_character(rng: random.Random, column: str, cell: str) -> str:
    digits = {"sha256": "0123456789abcdef", "char_start": "0123456789", "char_end": "0123456789"}.get(column)
    position = rng.randrange(len(cell)) if digits else 0  # of an id the prefix: another number may be a valid id
    character = rng.choice([character for character in digits or "xyz" if character != cell[position]])
    return cell[:position] + character + cell[position + 1 :]


@pytest.mark.parametrize("seeds", [range(7), pytest.param(range(7, CASES // 10), marks=pytest.mark.slow)], ids=["some", "many"])
def test_one_changed_character_of_an_anchor_is_found(seeds: range, fiction: Copy) -> None:
    fiction.keep_rules(*(name for name, rule in RULES.items() if rule.header["table"] == "evidence"))
    rows = fiction.rows("evidence")
    for seed in seeds:
        rng = random.Random(seed)
        column, number = ANCHOR[seed % len(ANCHOR)], rng.randrange(len(rows))
        cell = rows[number][column]
        changed = change_one_character(rng, column, cell)
        fiction.write("evidence", [{**row, column: changed} if index == number else row for index, row in enumerate(rows)])
        assert fiction.validate(fiction.text).errors, f"{rows[number]['evidence_id']}: {column} {cell} became {changed}"
