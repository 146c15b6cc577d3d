"""Settings in pyproject.toml, .kursk-claims.toml and the environment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kursk_claims as kc
from kursk_claims.errors import WorkspaceError
from support import ROOT, Call, Copy

COUNT = ("query", "SELECT count(*) AS n FROM wells", "--format", "csv")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without records of its own, in which the command is called from a folder below."""
    folder = tmp_path / "project"
    (folder / "notebooks").mkdir(parents=True)
    monkeypatch.chdir(folder / "notebooks")
    return folder


def configure(project: Path, line: str, name: str = "pyproject.toml") -> None:
    header = "[tool.kursk-claims]\n" if name == "pyproject.toml" else ""
    (project / name).write_text(f"{header}{line}\n", encoding="utf-8")


def test_the_project_names_its_workspace(project: Path, wells: Copy, call: Call) -> None:
    configure(project, 'workspace = "../wells"')
    outcome = call(*COUNT)
    assert (outcome.code, outcome.out) == (0, "n\n2\n")
    assert outcome.err.startswith(f"workspace: {wells.root}\n")
    assert kc.tables()[0]["name"] == "wells"


def test_settings_of_the_user_precede_those_of_the_project(project: Path, wells: Copy, call: Call) -> None:
    configure(project, 'workspace = "../nowhere"')
    configure(project, f'workspace = "{wells.root}"', ".kursk-claims.toml")
    assert call(*COUNT).code == 0


def test_the_environment_precedes_settings_and_an_option_the_environment(
    project: Path, wells: Copy, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(project, 'workspace = "../nowhere"')
    monkeypatch.setenv("KURSK_CLAIMS_WORKSPACE", str(wells.root))
    assert call(*COUNT).code == 0
    assert kc.tables()[0]["name"] == "wells"
    monkeypatch.setenv("KURSK_CLAIMS_WORKSPACE", "elsewhere")
    outcome = call(*COUNT)
    assert (outcome.code, "kursk-claims: KURSK_CLAIMS_WORKSPACE: no such folder: elsewhere." in outcome.err) == (2, True)
    assert call(*COUNT, "--workspace", wells.root).code == 0


def test_a_workspace_below_the_project_comes_first(
    project: Path, wells: Copy, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(project, 'workspace = "../nowhere"')
    inner = wells.root.rename(project / "inner")
    monkeypatch.chdir(inner / "dataset")
    assert call(*COUNT).err.startswith(f"workspace: {inner}\n")


def test_a_workspace_that_is_not_there_is_an_error_that_names_the_file(project: Path, call: Call) -> None:
    configure(project, 'workspace = "../nowhere"')
    outcome = call(*COUNT)
    assert outcome.code == 2
    assert f"{project / 'pyproject.toml'}: no such folder: {project / '../nowhere'}" in outcome.err
    with pytest.raises(WorkspaceError, match="pyproject"):
        kc.tables()


@pytest.mark.parametrize("way", ["project", "environment"])
def test_the_contract_of_a_check_is_configured(
    way: str, project: Path, wells: Copy, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "project":
        configure(project, 'contract = "../wells/schemas"')
    else:
        monkeypatch.setenv("KURSK_CLAIMS_CONTRACT", str(wells.root / "schemas"))
    outcome = call("check", wells.csv("wells"))
    assert outcome.code == 0
    assert re.search(r"^contract: .*wells/schemas \(sha256 ", outcome.err)
    assert kc.check(wells.csv("wells")).rows == 2
    assert call("check", wells.csv("wells"), "--contract", "package").code == 2


def test_a_contract_may_be_a_name(project: Path, call: Call) -> None:
    configure(project, 'contract = "1.1.0"')
    outcome = call("check", ROOT / "build" / "1.1.0" / "events.parquet")
    assert "contract: release 1.1.0 of kursk-claims" in outcome.err
    configure(project, 'contract = "9.9.9"')
    outcome = call("check", ROOT / "build" / "1.1.0" / "events.parquet")
    assert (outcome.code, f"{project / 'pyproject.toml'}: no release 9.9.9" in outcome.err) == (2, True)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[tool.kursk-claims]\nworkspce = 'a'\n", "unknown key 'workspce' (did you mean 'workspace'?)"),
        ("[tool.kursk-claims]\nworkspace = 3\n", "workspace: expected a text, found 3"),
        ("[tool.kursk-claims]\nworkspace = ''\n", "workspace: expected a text, found ''"),
        ("tool.kursk-claims = 3\n", "tool.kursk-claims: expected a table, found 3"),
        ("[tool.kursk-claims\n", "expected TOML"),
    ],
)
def test_a_wrong_setting_is_an_error(content: str, problem: str, project: Path, call: Call) -> None:
    (project / "pyproject.toml").write_text(content, encoding="utf-8")
    outcome = call(*COUNT)
    assert (outcome.code, outcome.out) == (2, "")
    assert f"kursk-claims: {project / 'pyproject.toml'}: {problem}" in outcome.err


@pytest.mark.parametrize("content", [b"not TOML [", b"\xff\xfe", b"[tool.ruff]\nline-length = 100\n"])
def test_a_project_file_of_other_tools_does_not_matter(
    content: bytes, wells: Copy, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    (wells.root / "pyproject.toml").write_bytes(content)
    monkeypatch.chdir(wells.root)
    assert call(*COUNT).code == 0


def test_the_project_names_texts(fiction: Copy, call: Call) -> None:
    (fiction.root / "pyproject.toml").write_text("[tool.kursk-claims]\ntexts = ['article.txt']\n", encoding="utf-8")
    outcome = call("show", "clm-001", "--records", "--workspace", fiction.root)
    assert f"texts: {fiction.root / 'article.txt'} (pyproject.toml)" in outcome.err
    assert "[[" in outcome.out
