"""Git for Windows changes line ends: a clone works all the same, or the message says what happened and what to do."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from downloads import fault, release_wells
from kursk_claims.errors import ManifestError
from support import ROOT, Call

WORDS = "its line ends were changed (CRLF)"
pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def git(*args: str | Path) -> str:
    done = subprocess.run(["git", *map(str, args)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def commit(root: Path) -> None:
    for words in (["init", "-q"], ["add", "-A"]):
        git("-C", root, *words)
    git("-C", root, "-c", "user.name=A", "-c", "user.email=a@b.example", "commit", "-q", "-m", "Wells")


def clone_as_on_windows(source: Path, target: Path) -> Path:
    git("clone", "-q", "-c", "core.autocrlf=true", source, target)
    return target


def to_crlf(path: Path) -> None:
    content = path.read_bytes()
    assert b"\n" in content
    assert b"\r" not in content
    path.write_bytes(content.replace(b"\n", b"\r\n"))


def test_a_clone_with_converted_line_ends_keeps_its_releases(call: Call, tmp_path: Path) -> None:
    source = release_wells(tmp_path / "source", "1.0.0").root
    assert (source / "build" / ".gitattributes").read_text(encoding="utf-8") == "* -text\n"
    commit(source)
    clone = clone_as_on_windows(source, tmp_path / "clone")
    assert b"\r\n" in (clone / "dataset" / "records" / "wells.csv").read_bytes()  # only `build` was released
    assert call("verify", "--workspace", clone).code == 0
    assert call("query", "SELECT 1", "--workspace", clone).code == 0


def test_release_keeps_attributes_that_somebody_wrote(call: Call, tmp_path: Path) -> None:
    root = release_wells(tmp_path / "wells").root
    (root / "build").mkdir()
    (root / "build" / ".gitattributes").write_text("*.parquet binary\n", encoding="utf-8")
    assert call("release", "1.0.0", "--workspace", root).code == 0
    assert (root / "build" / ".gitattributes").read_text(encoding="utf-8") == "*.parquet binary\n"


def test_the_advice_repairs_a_clone(call: Call, tmp_path: Path) -> None:
    source = release_wells(tmp_path / "source", "1.0.0").root
    (source / "build" / ".gitattributes").unlink()
    commit(source)
    clone = clone_as_on_windows(source, tmp_path / "clone")
    broken = call("verify", "--workspace", clone)
    assert (broken.code, broken.out) == (1, "")
    assert f"{clone}/build/1.0.0/manifest.json: {WORDS}" in broken.err
    assert "`* -text`" in broken.err
    (clone / "build" / ".gitattributes").write_text("* -text\n", encoding="utf-8")
    shutil.rmtree(clone / "build" / "1.0.0")
    git("-C", clone / "build", "checkout", "--", "1.0.0")
    assert call("verify", "--workspace", clone).code == 0


@pytest.mark.parametrize(
    "name", ["manifest.json", "SHA256SUMS", "records/wells.csv", "schemas/wells.yaml", "README.md", "views.sql"]
)
def test_a_changed_file_of_a_release_is_named(name: str, call: Call, tmp_path: Path) -> None:
    root = release_wells(tmp_path / "wells", "1.0.0").root
    to_crlf(root / "build" / "1.0.0" / name)
    outcome = call("verify", "--workspace", root)
    assert outcome.code == 1
    assert f"{root}/build/1.0.0/{name}: {WORDS}" in outcome.err


def test_other_damage_is_not_taken_for_line_ends(call: Call, tmp_path: Path) -> None:
    root = release_wells(tmp_path / "wells", "1.0.0").root
    path, index = root / "build" / "1.0.0" / "README.md", root / "build" / "index.json"
    published = index.read_text(encoding="utf-8")
    index.write_text(published.replace("2026-01-01", "2026-01-09"), encoding="utf-8")
    other_index = call("verify", "--workspace", root)
    index.write_text(published, encoding="utf-8")
    to_crlf(path)
    path.write_bytes(path.read_bytes() + b"\r\nMore.")
    for outcome in (other_index, call("verify", "--workspace", root)):
        assert (outcome.code, outcome.out) == (1, "")
        assert WORDS not in outcome.err


@pytest.mark.parametrize("name", ["manifest.json", "README.md"])
def test_a_source_with_changed_files_is_told_apart_from_a_damaged_one(name: str, tmp_path: Path) -> None:
    build = release_wells(tmp_path / "wells", "1.0.0").root / "build"
    to_crlf(build / "1.0.0" / name)
    error = fault(str(build), tmp_path / "target")
    assert isinstance(error, ManifestError)
    assert WORDS in str(error)


def test_all_findings_about_line_ends_have_the_same_advice(call: Call, wells_with_two: Path) -> None:
    for path in (wells_with_two / "dataset" / "records").iterdir():
        to_crlf(path)
    outcome = call("validate", "--workspace", wells_with_two)
    fixes = re.findall(r"line-ending\n.*\n.*\n  fix: (.*)", outcome.out)
    assert len(fixes) == 2
    assert all("`*.csv text eol=lf` into .gitattributes" in fix and "git add --renormalize" in fix for fix in fixes)
    commands = [re.findall("`(kursk-claims format .*?)`", fix)[0] for fix in fixes]
    assert all(call(*shlex.split(command)[1:]).code == 0 for command in commands)
    assert call("validate", "--workspace", wells_with_two).code == 0


@pytest.fixture
def wells_with_two(tmp_path: Path) -> Path:
    """The workspace about wells with a second table."""
    root = release_wells(tmp_path / "wells").root
    schema = (root / "schemas" / "wells.yaml").read_text(encoding="utf-8")
    (root / "schemas" / "pumps.yaml").write_text(schema.replace("name: wells", "name: pumps"), encoding="utf-8")
    shutil.copy(root / "dataset" / "records" / "wells.csv", root / "dataset" / "records" / "pumps.csv")
    return root


def test_this_repository_has_the_same_bytes_on_every_system() -> None:
    """What digests and tests depend on is never converted; asked of Git itself."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    kept = ["build/1.1.0/manifest.json", "build/1.1.0/records/claims.csv", "tests/workspace/article.txt", "docs/explore-map.png"]
    unified = ["dataset/records/claims.csv", "schemas/claims.yaml", "README.md", "tests/workspace/dataset/records/claims.csv"]
    for name in kept:
        assert "text: unset" in git("-C", ROOT, "check-attr", "text", name), name
    for name in unified:
        assert "eol: lf" in git("-C", ROOT, "check-attr", "eol", name), name
    assert not [line for line in git("-C", ROOT, "ls-files", "--eol").splitlines() if "crlf" in line or "mixed" in line]
