"""A package that is missing is named with the command that installs it."""

from __future__ import annotations

import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

from kursk_claims.errors import MissingPackageError
from kursk_claims.extras import EXTRA_MODULES, INCLUDED, explain_missing_packages, require_extra
from support import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def name_of(requirement: str) -> str:
    return requirement.split(">", maxsplit=1)[0].split("[", maxsplit=1)[0].lower().replace("_", "-")


def test_each_extra_installs_its_modules() -> None:
    not_here = {name: [name] for name in EXTRA_MODULES["spark"]}
    distributions = {**packages_distributions(), **not_here}
    for extra, modules in EXTRA_MODULES.items():
        installed = {name_of(each) for each in PROJECT["optional-dependencies"][extra]} - {"kursk-claims"}
        assert {distributions[module][0].lower().replace("_", "-") for module in modules} == installed
        included = [f"kursk-claims[{each}]" for each in INCLUDED.get(extra, [])]
        assert [each for each in PROJECT["optional-dependencies"][extra] if each.startswith("kursk-claims")] == included


def test_all_extras_can_be_installed_at_once() -> None:
    extras = set(PROJECT["optional-dependencies"]["all"][0].partition("[")[2].rstrip("]").split(","))
    assert extras | {each for extra in extras for each in INCLUDED.get(extra, [])} == set(EXTRA_MODULES)


def test_an_extra_that_is_not_installed_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    require_extra("check")
    monkeypatch.setitem(sys.modules, "polars", None)
    for extra in ("check", "curate"):
        with pytest.raises(MissingPackageError) as caught:
            require_extra(extra)
        assert str(caught.value) == f"this needs polars, which is not installed: pip install 'kursk-claims[{extra}]'"


def test_only_a_package_of_an_extra_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'kursk-claims\[xlsx\]'"), explain_missing_packages():
        __import__("xlsxwriter")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"), explain_missing_packages():
        __import__("no_such_module")
