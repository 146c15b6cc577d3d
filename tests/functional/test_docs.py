"""Tests that the documentation is true: its commands, Python, links and lists."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import kursk_claims
from documentation import (
    INSIDE_THE_SAMPLE,
    TUTORIAL,
    find_blocks,
    list_pages,
    read_notebook,
    run_command,
    split_console,
    update_notebook,
    update_page,
    update_python,
    update_tutorial,
)
from kursk_claims.cli.main import COMMANDS
from kursk_claims.contract.loader import load_contract
from kursk_claims.workspace import find_workspace
from support import ROOT

PAGES = list_pages()
README = PAGES["README.md"]
PLANS_AND_HISTORY = {"CONTRIBUTING.md", "CHANGELOG.md"}  # name files that come with a change, or that a change removed


def blocks(page: str, language: str) -> list[str]:
    return find_blocks(PAGES[page], language)


def examples() -> Iterator[tuple[str, str]]:
    """Yields every command of every page, with the output below it."""
    for page in PAGES:
        for block in blocks(page, "console"):
            assert block.startswith("$ "), page
            if page not in (INSIDE_THE_SAMPLE, TUTORIAL):
                yield from split_console(block)


EXAMPLES = list(examples())
PYTHON = [(page, block) for page in PAGES for block in blocks(page, "python")]


@pytest.mark.parametrize(("command", "output"), EXAMPLES, ids=[command[:60] for command, _ in EXAMPLES])
def test_console(command: str, output: str) -> None:
    """If a new release changes the output, `make docs` writes it again."""
    assert run_command(command, ROOT).rstrip("\n").split("\n") == output.rstrip("\n").split("\n")


def test_the_notebook_has_the_outputs_of_its_cells() -> None:
    notebook = read_notebook()
    outputs = [[cell.source, *map(dict, cell.outputs)] for cell in update_notebook(notebook).cells if cell.cell_type == "code"]
    assert outputs == [[cell.source, *map(dict, cell.outputs)] for cell in notebook.cells if cell.cell_type == "code"]


def test_the_tutorial_does_what_it_says() -> None:
    assert update_tutorial(PAGES[TUTORIAL]) == PAGES[TUTORIAL]


MIGRATED = re.findall(r"^\| `(SELECT [^`]+)` \| `(SELECT [^`]+)` \|", PAGES["docs/migrating.md"], re.MULTILINE)


@pytest.mark.parametrize(("before", "after"), MIGRATED)
def test_a_query_is_migrated(before: str, after: str) -> None:
    old, new = (kursk_claims.connect(version, workspace=ROOT) for version in ("1.1.0", "2.0.0"))
    keys = [{row[0] for row in connection.sql(query).fetchall()} for connection, query in ((old, before), (new, after))]
    assert keys[0] == keys[1] != set()


@pytest.mark.parametrize(("page", "block"), PYTHON, ids=[page for page, _ in PYTHON])
def test_python(page: str, block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every expression is followed by a comment with its value."""
    monkeypatch.chdir(ROOT)
    assert update_python(block).splitlines() == block.splitlines()


STALE = """# Page

```console
$ echo one; echo two
old
$ true
gone
$ cat here.txt
```

Words, and `$ echo no` in a line.

```python
number = 3
number + 1
# 5
```

```sh
echo untouched
```
"""
FRESH = STALE.replace("old\n", "one\ntwo\n").replace("gone\n", "").replace("here.txt\n", "here.txt\nhere\n").replace("# 5", "# 4")


def test_outputs_are_written_again(tmp_path: Path) -> None:
    """`make docs` changes the outputs alone, and changes nothing if they are right."""
    (tmp_path / "here.txt").write_text("here\n", encoding="utf-8")
    assert update_page(STALE, tmp_path) == FRESH
    assert update_page(FRESH, tmp_path) == FRESH
    assert "\n\t$(BIN)/python tests/documentation.py\n" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_a_command_that_fails_is_no_output(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        update_page("```console\n$ false\n```\n", tmp_path)


@pytest.mark.slow
def test_the_site_of_the_page_serves_releases(tmp_path: Path) -> None:
    """Runs the commands of docs/explore.md in a workspace with an unreleased build."""
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
    code = "\n".join([*(block for _, block in PYTHON), *(cell.source for cell in read_notebook().cells)])
    documented = set(re.findall(r"\b(?:kc|kursk_claims)\.(\w+)\(", code))
    assert documented >= {name for name in kursk_claims.__all__ if callable(getattr(kursk_claims, name))}


def test_every_saved_question_is_documented() -> None:
    questions = load_contract(find_workspace(ROOT).schemas).questions
    assert all(f"| `{question.name}` |" in PAGES["docs/query.md"] for question in questions)


def test_every_claim_that_the_codebook_cites_exists() -> None:
    codebook = (ROOT / "dataset" / "README.md").read_text(encoding="utf-8")
    claims = (ROOT / "dataset" / "records" / "claims.csv").read_text(encoding="utf-8")
    cited = set(re.findall(r"clm-\d+", codebook))
    assert cited
    assert all(f"\n{claim}," in claims for claim in cited)
