"""The bill of materials names what is pinned."""

from __future__ import annotations

import json
import re
import tomllib

from kursk_claims._version import __version__
from support import ROOT


def pins(name: str) -> dict[str, str]:
    """By package, the version in a requirements file that fits this system."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    found = re.findall(r"^([\w.-]+)==([\w.]+)(?!.*win32)", text, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in found}


def test_the_bill_of_materials_names_what_is_pinned() -> None:
    bom = json.loads((ROOT / "build" / "sbom.cdx.json").read_text(encoding="utf-8"))
    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6")
    root = bom["metadata"]["component"]
    assert (root["name"], root["version"]) == ("kursk-claims", __version__)
    listed = {re.sub(r"[-_.]+", "-", each["name"]).lower(): each["version"] for each in bom["components"]}
    assert listed == {name: version for name, version in pins("action").items() if name in listed}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [re.split(r"[^\w-]", requirement)[0] for requirement in project["dependencies"]]
    assert {re.sub(r"[-_.]+", "-", name).lower() for name in needed} <= set(listed)
