"""Tests that the documentation is true: its commands, Python, links and lists."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import kursk_claims
from kursk_claims.cli.main import COMMANDS
from kursk_claims.contract.loader import load_contract
from kursk_claims.workspace import find_workspace
from support import ROOT

PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")), ROOT / "benchmarks" / "README.md"]
}
README = PAGES["README.md"]
INSIDE_THE_SAMPLE = "docs/ci.md"  # its commands run in a copy of the sample repository, by tests/functional/test_ci.py
PLANS_AND_HISTORY = {"CONTRIBUTING.md", "CHANGELOG.md"}  # name files that come with a change, or that a change removed


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGES[page], re.MULTILINE | re.DOTALL)


def examples() -> Iterator[tuple[str, str]]:
    """Yields every command of every page, with the output below it."""
    for page in PAGES:
        for block in blocks(page, "console"):
            assert block.startswith("$ "), page
            if page != INSIDE_THE_SAMPLE:
                for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                    command, _, output = example.partition("\n")
                    yield command, output


EXAMPLES = list(examples())
PYTHON = [(page, block) for page in PAGES for block in blocks(page, "python")]


@pytest.mark.parametrize(("command", "output"), EXAMPLES, ids=[command[:60] for command, _ in EXAMPLES])
def test_console(command: str, output: str) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ, "PATH": path}
    )
    assert done.stdout.rstrip("\n").split("\n") == output.rstrip("\n").split("\n")


MIGRATED = re.findall(r"^\| `(SELECT [^`]+)` \| `(SELECT [^`]+)` \|", PAGES["docs/migrating.md"], re.MULTILINE)


@pytest.mark.parametrize(("before", "after"), MIGRATED)
def test_a_query_is_migrated(before: str, after: str) -> None:
    old, new = (kursk_claims.connect(version, workspace=ROOT) for version in ("1.1.0", "2.0.0"))
    keys = [{row[0] for row in connection.sql(query).fetchall()} for connection, query in ((old, before), (new, after))]
    assert keys[0] <= keys[1]
    assert keys[0]


@pytest.mark.parametrize(("page", "block"), PYTHON, ids=[page for page, _ in PYTHON])
def test_python(page: str, block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every expression is followed by a comment with its value."""
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    lines = block.splitlines()
    for statement in ast.parse(block).body:
        if isinstance(statement, ast.Expr):
            value = eval(compile(ast.Expression(statement.value), page, "eval"), names)
            assert lines[statement.end_lineno or 0] == f"# {value!r}"
        else:
            exec(compile(ast.Module([statement], []), page, "exec"), names)


@pytest.mark.slow
def test_the_site_of_the_page_serves_releases(tmp_path: Path) -> None:
    """Runs the commands of docs/explore.md in a workspace with an unreleased build."""
    pytest.importorskip("vl_convert")
    for name in ("dataset", "schemas", "build"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("next"))
    (tmp_path / "build" / "next").mkdir()
    (commands,) = blocks("docs/explore.md", "sh")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for command in (commands, "kursk-claims download 1.0.0 --from site/build --to downloaded"):
        subprocess.run(["bash", "-ec", command], cwd=tmp_path, check=True, env={**os.environ, "PATH": path})
    assert (tmp_path / "site" / "index.html").is_file()
    assert not (tmp_path / "site" / "build" / "next").exists()
    assert (tmp_path / "build" / "next").exists()
    assert (tmp_path / "downloaded" / "1.0.0" / "manifest.json").is_file()


def anchors(page: str) -> set[str]:
    """Returns the anchors of a page's headings, in GitHub's form."""
    headings = re.findall(r"^#+ (.*)$", PAGES[page], re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]):
        if not link.startswith("https://"):
            target, _, anchor = link.partition("#")
            path = (ROOT / page).parent.joinpath(target).resolve() if target else ROOT / page
            assert path.exists(), link
            assert not anchor or anchor in anchors(path.relative_to(ROOT).as_posix()), link


@pytest.mark.parametrize("page", [page for page in PAGES if page not in PLANS_AND_HISTORY])
def test_files_that_a_page_names_exist(page: str) -> None:
    folders = "src|tests|schemas|dataset|docs|benchmarks|requirements"
    for path in re.findall(rf"(?<![\w/.-])(?:{folders})/[\w./-]*\w", re.sub(r"\]\([^)]*\)", "", PAGES[page])):
        assert (ROOT / path).exists(), path


def test_the_readme_is_short_and_lists_every_page() -> None:
    assert README.count("\n") <= 140
    assert set(re.findall(r"\(([\w/]+\.md)\)", README)) >= PAGES.keys() - {"README.md"}


def test_every_command_is_documented() -> None:
    for command in COMMANDS:
        assert re.search(rf"^\| `{command}\b", README, re.MULTILINE), command


def test_every_public_function_is_documented() -> None:
    code = "\n".join(block for _, block in PYTHON)
    assert all(f"kursk_claims.{name}(" in code for name in kursk_claims.__all__ if callable(getattr(kursk_claims, name)))


def test_every_saved_question_is_documented() -> None:
    questions = load_contract(find_workspace(ROOT).schemas).questions
    assert all(f"| `{question.name}` |" in PAGES["docs/query.md"] for question in questions)


def test_every_claim_that_the_codebook_cites_exists() -> None:
    codebook = (ROOT / "dataset" / "README.md").read_text(encoding="utf-8")
    claims = (ROOT / "dataset" / "records" / "claims.csv").read_text(encoding="utf-8")
    cited = set(re.findall(r"clm-\d+", codebook))
    assert cited
    assert all(f"\n{claim}," in claims for claim in cited)
