"""The package as it is installed: from a wheel, with the newest release inside, used from another folder."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from downloads import OLDER, forge_release
from kursk_claims._version import __version__
from kursk_claims.release.digests import file_sha256
from support import ROOT

pytestmark = pytest.mark.slow  # packaging and CI, which daily work does not touch

LATEST = json.loads((ROOT / "build" / "index.json").read_text(encoding="utf-8"))["latest"]

Installed = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The command of an environment that has the wheel, and what it depends on from this one."""
    home, empty = tmp_path_factory.mktemp("environment"), tmp_path_factory.mktemp("empty")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = next(home.glob("[bS]*/python*"))
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", str(wheel)], check=True)
    where = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = subprocess.run(where, capture_output=True, text=True, check=True).stdout.strip()
    (Path(packages) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")

    def call(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([python.with_name("kursk-claims"), *args], capture_output=True, text=True, check=False, cwd=empty)

    return call


def test_the_wheel_holds_the_schemas_and_the_newest_release(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    place = "kursk_claims/workspace"
    for path in sorted((ROOT / "schemas").iterdir()):
        assert f"{place}/schemas/{path.name}" in names
    release = ROOT / "build" / LATEST
    for path in (each for each in release.rglob("*") if each.is_file()):
        assert f"{place}/build/{LATEST}/{path.relative_to(release).as_posix()}" in names
    assert {f"{place}/build/index.json", "kursk_claims/__init__.py", "kursk_claims/cli/query.py"} <= names
    assert all(name.startswith(("kursk_claims/", "kursk_claims-")) for name in names)


def test_the_metadata_names_the_authors_and_has_no_link_that_leads_nowhere(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = archive.read(name).decode()
    authors = yaml.safe_load((ROOT / "dataset" / "dataset.yaml").read_text(encoding="utf-8"))["authors"]
    assert f"\nAuthor: {', '.join(authors)}\n" in metadata
    assert "\nClassifier: Typing :: Typed\n" in metadata
    assert re.findall(r"\]\((?!https://)[^)]*\)", metadata) == []


def test_the_index_lists_what_the_wheel_ships(wheel: Path) -> None:
    archive, place = zipfile.ZipFile(wheel), "kursk_claims/workspace"
    index = json.loads(archive.read(f"{place}/build/index.json"))
    assert [entry["version"] for entry in index["releases"]] == [LATEST]
    assert {name.split("/")[3] for name in archive.namelist() if name.startswith(f"{place}/build/")} == {"index.json", LATEST}
    assert archive.read(f"{place}/published.json") == (ROOT / "build" / "index.json").read_bytes()


def test_releases_are_known_by_their_digests(installed: Installed, tmp_path: Path) -> None:
    """The digest of each release is known, also of those that the wheel does not ship."""
    genuine = installed("download", OLDER, "--from", str(ROOT / "build"))
    assert genuine.returncode == 0
    assert "authenticity: the digest is that in the releases that this package knows" in genuine.stderr
    installed("download", "--from", str(ROOT / "build"))
    missing = installed("query", "SELECT 1", "-r", "9.9.9")
    assert f"no release 9.9.9; available: {OLDER}, {LATEST}\n" in missing.stderr
    shutil.copytree(ROOT / "build", tmp_path / "forged", ignore=shutil.ignore_patterns("next", "sbom*"))
    digest = file_sha256(tmp_path / "forged" / OLDER / "manifest.json")
    forged = forge_release(tmp_path / "forged" / OLDER, CODEBOOK_md=b"Forged.\n")
    refused = installed("download", OLDER, "--from", str(tmp_path / "forged"), "--to", str(tmp_path / "target"))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert digest in refused.stderr
    assert forged in refused.stderr
    assert not (tmp_path / "target").exists()


def test_the_packaged_copy_can_be_asked(installed: Installed) -> None:
    asked = installed("query", "SELECT count(*) AS n FROM claims", "--format", "csv")
    rows = (ROOT / "build" / LATEST / "records" / "claims.csv").read_text(encoding="utf-8").count("\n") - 1
    assert (asked.returncode, asked.stdout) == (0, f"n\n{rows}\n")
    first, second = asked.stderr.splitlines()
    assert first.startswith("workspace: ")
    assert first.endswith("workspace (packaged copy)")
    assert str(ROOT) not in first
    assert second == f"querying release {LATEST}"
    described = installed("describe", "claims")
    assert described.returncode == 0
    assert "polarity" in described.stdout
    shown = installed("show", "clm-001", "--quiet")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.startswith("clm-001  ")


@pytest.mark.parametrize("command", ["validate", "build", "format", "format --check", "release 9.9.9"])
def test_the_packaged_copy_is_not_for_curating(command: str, installed: Installed) -> None:
    refused = installed(*command.split())
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "name one with --workspace, or make one with `kursk-claims init FOLDER`." in refused.stderr


def test_another_workspace_is_curated_by_the_installed_command(installed: Installed) -> None:
    done = installed("validate", "--workspace", str(ROOT))
    assert done.returncode == 0
    assert done.stderr == f"workspace: {ROOT.resolve()}\n"
    assert done.stdout.endswith(" 0 findings\n")


def test_a_new_workspace_follows_the_contract_in_the_wheel(installed: Installed, tmp_path: Path) -> None:
    made = installed("init", str(tmp_path / "new"), "--quiet")
    assert (made.returncode, made.stderr) == (0, "")
    assert (tmp_path / "new" / ".github" / "workflows" / "claims.yml").is_file()
    done = installed("validate", "--workspace", str(tmp_path / "new"))
    assert done.returncode == 0
    assert f"(contract: package {__version__})" in done.stderr
    assert done.stdout.endswith(" 0 findings\n")
