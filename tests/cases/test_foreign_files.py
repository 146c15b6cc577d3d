"""Files of systems, editors and office programs are passed over, wherever they lie."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from downloads import release_wells
from kursk_claims.files import is_foreign_file, is_system_file
from support import WELLS, Call, Copy

SYSTEM = [".DS_Store", "._wells.csv", "._wells.yaml", "Thumbs.db", "desktop.ini", ".~lock.wells.csv#", "~$wells.csv", "Icon\r"]
EDITOR = [".wells.csv.swp", ".wells.yaml.swo", "wells.csv~", "#wells.csv#", ".#wells.csv", "wells.csv.bak", ".gitattributes"]
OURS = ["wells.csv", "wells.yaml", "rules.sql", "wells.parquet", "manifest.json", "_wells.csv", "Icon", "swp"]
NOISE = b"\x00\x05\x16\x07\x00\xff"


def litter(folder: Path) -> list[Path]:
    """Leave such files in a folder and return them."""
    paths = [folder / name for name in [*SYSTEM, *EDITOR]]
    for path in paths:
        path.write_bytes(NOISE)
    return paths


@pytest.mark.parametrize("name", [*SYSTEM, *EDITOR])
def test_the_name_says_that_a_file_is_foreign(name: str) -> None:
    assert is_foreign_file(name)
    assert is_system_file(name) == (name in SYSTEM)


@pytest.mark.parametrize("name", OURS)
def test_other_names_are_ours(name: str) -> None:
    assert not is_foreign_file(name)


def test_records_and_schemas_are_validated_without_them(call: Call, wells: Copy) -> None:
    before = call("validate", "--workspace", wells.root, "--format", "json")
    for folder in ("dataset", "dataset/records", "schemas"):
        litter(wells.root / folder)
    (wells.root / "dataset" / "records" / ".#wells.csv").unlink()
    (wells.root / "dataset" / "records" / ".#wells.csv").symlink_to("user@host.1234:1")  # as Emacs locks a file
    after = call("validate", "--workspace", wells.root, "--format", "json")
    assert (before.code, after.code) == (0, 0)
    assert json.loads(after.out)["contract"] == json.loads(before.out)["contract"]
    count = call("query", "SELECT count(*) AS n FROM wells", "--records", "--workspace", wells.root, "--format", "csv")
    assert count.out == "n\n2\n"


def test_a_folder_is_checked_without_them(call: Call, wells: Copy, tmp_path: Path) -> None:
    (tmp_path / "mine" / "wells").mkdir(parents=True)
    shutil.copy(wells.csv("wells"), tmp_path / "mine" / "wells" / "part.csv")
    litter(tmp_path / "mine")
    litter(tmp_path / "mine" / "wells")
    outcome = call("check", tmp_path / "mine", "--workspace", wells.root, "--quiet")
    assert outcome.code == 0
    assert "1 table, 2 rows" in outcome.out
    assert "lock" not in outcome.out


def test_a_release_is_published_verified_and_compared_without_them(call: Call, tmp_path: Path) -> None:
    clean, littered = release_wells(tmp_path / "clean", "1.0.0"), Copy(tmp_path / "littered")
    shutil.copytree(WELLS, littered.root)
    shutil.copy(clean.root / "CHANGELOG.md", littered.root)
    for folder in (".", "dataset", "dataset/records", "schemas"):
        litter(littered.root / folder)
    (littered.root / "build").mkdir()
    litter(littered.root / "build")
    assert call("release", "1.0.0", "--workspace", littered.root).code == 0
    release = littered.root / "build" / "1.0.0"
    assert (release / "manifest.json").read_bytes() == (clean.root / "build" / "1.0.0" / "manifest.json").read_bytes()
    for place in (release, release / "records", release / "schemas"):
        litter(place)
    verified = call("verify", "1.0.0", "--workspace", littered.root, "--quiet")
    assert verified.code == 0, verified.err
    assert verified.out.startswith("1.0.0: the same bytes in 3 files")
    same = call("diff", clean.root / "build" / "1.0.0", release, "--workspace", littered.root, "--quiet")
    assert (same.code, same.out) == (0, "step: none\n")
    copy = call("download", "--from", littered.root / "build", "--to", tmp_path / "copy")
    assert copy.code == 0, copy.err
    assert not {path.name for path in (tmp_path / "copy").rglob("*")} & {*SYSTEM, *EDITOR}


def test_a_file_that_the_manifest_does_not_list_is_ignored_whatever_its_name(call: Call, tmp_path: Path) -> None:
    copy = release_wells(tmp_path / "wells", "1.0.0")
    (copy.root / "build" / "1.0.0" / "my notes (draft).txt").write_text("Ask about w2.", encoding="utf-8")
    assert call("verify", "--workspace", copy.root).code == 0


def test_a_damaged_release_is_fetched_again_in_spite_of_them(call: Call, tmp_path: Path) -> None:
    build = release_wells(tmp_path / "wells", "1.0.0").root / "build"
    copy = ("download", "--from", build, "--to", tmp_path / "copy")
    assert call(*copy).code == 0
    folder = tmp_path / "copy" / "1.0.0"
    (folder / "README.md").write_bytes(b"damaged")
    (folder / "records" / ".DS_Store").write_bytes(NOISE)
    assert call(*copy).code == 0
    assert (folder / "README.md").read_bytes() == (build / "1.0.0" / "README.md").read_bytes()


def test_folders_with_them_are_written_again(call: Call, wells: Copy, tmp_path: Path) -> None:
    built, exported = tmp_path / "built", tmp_path / "exported"
    build = ("build", "--to", built, "--workspace", wells.root)
    export = ("export", exported, "--records", "--workspace", wells.root, "--replace")
    assert (call(*build).code, call(*export).code) == (0, 0)
    for folder in (built, exported):
        (folder / ".DS_Store").write_bytes(NOISE)
        (folder / "Thumbs.db").write_bytes(NOISE)
    assert (call(*build).code, call(*export).code) == (0, 0)
    for folder in (built, exported):
        (folder / ".notes").write_bytes(b"somebody's own")  # hidden, but not a system's
    assert (call(*build).code, call(*export).code) == (2, 2)
    assert (built / ".notes").exists()
    assert (exported / ".notes").exists()
