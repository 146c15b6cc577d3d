"""A check names its contract: the package's, a release's, a folder of schemas, or by default the workspace's."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

import kursk_claims
from kursk_claims._version import __version__
from kursk_claims.errors import ContractError, KurskClaimsError, ManifestError, WorkspaceError
from kursk_claims.release.contract_choice import choose_contract
from support import ROOT, WELLS, Call, Copy

CLAIMS = ROOT / "build" / "1.1.0" / "claims.parquet"


@pytest.fixture
def released(wells: Copy, call: Call) -> Copy:
    """The wells with a release 1.0.0 of their own."""
    assert call("release", "1.0.0", "-w", wells.root).code == 0
    return wells


def test_without_a_name_the_workspace_decides(wells: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(wells.root)
    choice = choose_contract()
    assert list(choice.contract.tables) == ["wells"]
    assert str(choice.contract.identity).startswith("schemas (sha256 ")
    assert choice.folders[0] == wells.root / "build"


def test_the_package_does_not_depend_on_the_current_folder(wells: Copy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for folder in (wells.root, tmp_path, ROOT):
        monkeypatch.chdir(folder)
        choice = choose_contract("package")
        assert choice.contract.name == f"package {__version__}"
        assert choice.contract.folder == ROOT / "schemas"
        assert choice.folders[0] == ROOT / "build"
    assert choose_contract("package", wells.root).folders[0] == wells.root / "build", "a workspace that is named has releases"


def test_the_copy_in_a_wheel_comes_before_the_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "src" / "kursk_claims"
    monkeypatch.setattr("kursk_claims.workspace.__file__", str(package / "workspace.py"))
    monkeypatch.setattr("kursk_claims.workspace.PACKAGED", package / "workspace")
    with pytest.raises(WorkspaceError, match="no contract in the installed package"):
        choose_contract("package")
    shutil.copytree(ROOT / "schemas", package / "workspace" / "schemas")
    (package / "workspace" / "build").mkdir()
    (package / "workspace" / "build" / "index.json").write_text('{"name": "x", "latest": null, "releases": []}')
    assert choose_contract("package").contract.folder == package / "workspace" / "schemas"


def test_a_release_is_verified(released: Copy) -> None:
    choice = choose_contract("1.0.0", ROOT)
    assert choice.contract.name == "release 1.0.0 of kursk-claims"
    assert choose_contract("1.1.0", released.root).contract.folder == ROOT / "build" / "1.1.0" / "schemas"
    with pytest.raises(WorkspaceError, match=r"no release 7\.0\.0; available: "):
        choose_contract("7.0.0", released.root)


def test_a_damaged_release_is_refused(real: Copy) -> None:
    shutil.copytree(ROOT / "build", real.root / "build")
    rules = real.root / "build" / "1.1.0" / "schemas" / "rules.sql"
    rules.write_text(rules.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(ManifestError, match=r"schemas/rules\.sql"):
        choose_contract_from_only(real.root, "1.1.0")


def choose_contract_from_only(root: Path, version: str) -> None:
    """Look a release up in one workspace, as if it were also the package's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kursk_claims.workspace.__file__", str(root / "src" / "kursk_claims" / "workspace.py"))
        choose_contract(version, root)


def test_a_version_with_two_contents_is_refused(released: Copy) -> None:
    """What a pull request puts into build/ cannot pass for the release of the package."""
    with pytest.raises(ContractError, match=r"expected one release 1\.0\.0, found different ones. Name a folder of schemas"):
        choose_contract("1.0.0", released.root)
    shutil.rmtree(released.root / "build")
    shutil.copytree(ROOT / "build", released.root / "build")
    assert choose_contract("1.0.0", released.root).contract.name == "release 1.0.0 of kursk-claims", "a copy is no other"


def test_a_folder_of_schemas(wells: Copy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    choice = choose_contract("wells/schemas")
    assert choice.contract.name == "wells/schemas"
    assert list(choice.contract.tables) == ["wells"]
    assert choice.folders[0] == ROOT / "build", "there is no workspace around, so that references are those of the package"
    assert choose_contract(wells.root / "schemas").contract.identity.sha256 == choice.contract.identity.sha256


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("packages", "expected `package`, a version such as 1.1.0, or a folder of schemas, found nothing"),
        ("1.1", "no release 1.1 (did you mean 1.1.0?)"),
        ("wells/CHANGELOG.md", "a folder of schemas, found a file"),
        ("wells", "expected one YAML file per table, found none"),
        ("", "expected one YAML file per table, found none"),
    ],
)
def test_a_name_that_names_no_contract(
    name: str, words: str, wells: Copy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, call: Call
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KurskClaimsError, match=re.escape(words)):
        choose_contract(name)
    outcome = call("check", wells.csv("wells"), "--contract", name)
    assert (outcome.code, outcome.out) == (2, "")
    assert words in outcome.err


def test_a_link_out_of_the_folder_is_not_followed(wells: Copy, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("secret: 1\n", encoding="utf-8")
    (wells.root / "schemas" / "more.yaml").symlink_to(tmp_path / "secret.yaml")
    with pytest.raises(KurskClaimsError, match=r"more\.yaml is a symlink out of its folder"):
        choose_contract(wells.root / "schemas")


def test_the_digest_depends_on_every_file_of_the_contract(wells: Copy) -> None:
    def digest() -> str:
        return choose_contract(wells.root / "schemas").contract.identity.sha256

    seen = {digest()}
    for name in ("wells.yaml", "rules.sql", "views.sql", "questions.sql"):
        path = wells.root / "schemas" / name
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        seen.add(digest())
    assert len(seen) == 5
    last = digest()
    (wells.root / "schemas" / "notes.txt").write_text("no part of the contract", encoding="utf-8")
    assert digest() == last


def test_reports_name_the_contract(wells: Copy, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    identity = choose_contract(WELLS / "schemas").contract.identity
    monkeypatch.chdir(wells.root)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(wells.root / "summary.md"))
    command = ["check", "dataset/records/wells.csv", "--contract", "./schemas"]
    assert f"contract: schemas (sha256 {identity.sha256[:12]})\n" in call(*command).err
    assert f"schemas (sha256 {identity.sha256[:12]})" in Path("summary.md").read_text(encoding="utf-8").replace("\\", "")
    expected = {"name": "schemas", "sha256": identity.sha256}
    assert json.loads(call(*command, "-f", "json").out)["contract"] == expected
    assert json.loads(call(*command, "-f", "jsonl").out.splitlines()[-1])["contract"] == expected
    assert json.loads(call(*command, "-f", "sarif").out)["runs"][0]["properties"]["contract"] == expected
    assert f'<property name="contract-sha256" value="{identity.sha256}"' in call(*command, "-f", "junit").out
    assert json.loads(call("validate", "-f", "json").out)["contract"] == expected


def test_the_contract_from_python(wells: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(wells.root)
    report = kursk_claims.check("dataset/records/wells.csv", contract=Path("schemas"))
    assert (report.exit_code, str(report.contract)[:15]) == (0, "schemas (sha256")
    report = kursk_claims.check(CLAIMS, contract="package", against="1.1.0")
    assert report.contract is not None
    assert (report.exit_code, report.contract.name) == (0, f"package {__version__}")
    assert not any("actors" in each.rule for each in report.skipped), "references are looked up in the package's release"
    with pytest.raises(KurskClaimsError, match="expected files named after tables"):
        kursk_claims.check("dataset/records", contract="package")
