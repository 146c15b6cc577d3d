"""The documentation site has a place for everything: each page, command, table, rule and check."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from website.checks import SECTIONS, find_example
from website.pages import gather_pages

import kursk_claims
from documentation import list_pages
from kursk_claims.cli.curate.group import SUBCOMMANDS
from kursk_claims.cli.main import COMMANDS
from kursk_claims.contract.constraints import RULE_IDS
from rule_cases import BROKEN, CONTRACT, RULES
from support import ROOT, Run, build_once


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The gathered pages, in a folder that had others before."""

    def gather(folder: Path) -> None:
        (folder / "pages" / "docs").mkdir(parents=True)
        (folder / "pages" / "docs" / "gone.md").touch()
        gather_pages(folder)

    return build_once(tmp_path_factory, "gathered-site", gather)


def headings(site: Path, page: str, level: int) -> list[str]:
    text = (site / "pages" / "reference" / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(rf"^{'#' * level} (.*)$", text, re.MULTILINE)


def test_every_page_is_in_the_navigation_once(site: Path) -> None:
    def pages(entries: list[Any]) -> Iterator[str]:
        for entry in entries:
            for value in entry.values():
                yield from pages(value) if isinstance(value, list) else [value]

    configuration = tomllib.loads((site / "zensical.toml").read_text(encoding="utf-8"))["project"]
    assert not (site / "pages" / "docs" / "gone.md").exists()
    found = {path.relative_to(site / "pages").as_posix() for path in (site / "pages").rglob("*.md")}
    assert sorted(pages(configuration["nav"])) == sorted(found)
    assert found >= list_pages().keys()


def test_a_linked_file_is_copied(site: Path) -> None:
    for path in ("schemas/rules.sql", "docs/explore-claims.png", "LICENSE-DATA"):
        assert (site / "pages" / path).read_bytes() == (ROOT / path).read_bytes()


def test_every_command_has_its_help(site: Path, run: Run) -> None:
    assert {*COMMANDS} <= {*headings(site, "commands", 2)}
    assert {f"curate {name}" for name in SUBCOMMANDS} <= {*headings(site, "commands", 3)}
    assert "curate document add" in headings(site, "commands", 4)
    text = (site / "pages" / "reference" / "commands.md").read_text(encoding="utf-8")
    printed = run("describe", "--help").stdout.replace("python -m kursk_claims", "kursk-claims")
    assert re.sub(r"\s+", " ", printed).strip() in re.sub(r"\s+", " ", text)


def test_every_public_name_of_python_is_described(site: Path) -> None:
    text = (site / "pages" / "reference" / "python.md").read_text(encoding="utf-8")
    for name in kursk_claims.__all__:
        assert name.startswith("_") or f"::: kursk_claims.{name}\n" in text


def test_every_table_and_view_has_its_columns(site: Path) -> None:
    assert headings(site, "tables", 2) == list(CONTRACT.tables)
    assert headings(site, "views", 2) == [view.name for view in CONTRACT.views]
    text = (site / "pages" / "reference" / "views.md").read_text(encoding="utf-8")
    for view in CONTRACT.views:
        assert all(f"| `{column}` |" in text for column in CONTRACT.view_schemas[view.name].column_names)
        assert view.sql.splitlines()[0] in text


def test_every_rule_has_an_example_and_its_fix(site: Path) -> None:
    assert sorted(headings(site, "rules", 3)) == sorted(RULES)
    text = (site / "pages" / "reference" / "rules.md").read_text(encoding="utf-8")
    for name, rule in RULES.items():
        section = text.partition(f"### {name}\n")[2].partition("\n### ")[0]
        key = BROKEN[name].keys
        assert f" {name}: " in section
        assert any(f"[{each}]" in section for each in key)
        assert f"\n  fix: {rule.header['fix']}\n" in section
        assert re.search(r"^[-+]\w", section, re.MULTILINE), "what was changed"


def rules_in_code() -> set[str]:
    """Return the rules that findings name in the code: texts at the place of the rule in calls that make a finding."""
    places = {"Finding": 0, "add_finding": 0, "CellFault": 0, "TextWarning": 0, "ColumnFailure": 1, "Fault": 3}
    names = {*RULE_IDS.values()}
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                place = places.get(node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))
                argument = node.args[place] if place is not None and len(node.args) > place else None
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    names.add(argument.value)
    return names


def test_every_check_in_the_code_has_an_example(site: Path) -> None:
    assert {check.rule for checks in SECTIONS.values() for check in checks} == rules_in_code()
    assert {*headings(site, "checks", 3)} == rules_in_code()
    text = (site / "pages" / "reference" / "checks.md").read_text(encoding="utf-8")
    assert text.count("\n  fix: ") == len(rules_in_code())
    assert str(Path.home()) not in text
    assert "/tmp" not in text, "paths are those of the workspace"


def test_an_example_that_finds_nothing_stops_the_build() -> None:
    check = SECTIONS["Values"][0]
    with pytest.raises(LookupError, match=f"{check.rule}: its example leads to no finding"):
        find_example(type(check)(check.rule, check.finds, lambda copy: None))
