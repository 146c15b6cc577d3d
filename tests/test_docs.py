"""What the README shows is what happens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kursk_claims.cli.main import COMMANDS
from kursk_claims.contract.loader import load_workspace_contract
from kursk_claims.workspace import find_workspace

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"^```console\n\$ (.*?)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
PYTHON = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("command", "shown"), CONSOLE, ids=[command[:60] for command, _ in CONSOLE])
def test_console(command: str, shown: str) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ, "PATH": path}
    )
    assert done.stdout.rstrip("\n").split("\n") == shown.rstrip("\n").split("\n")


def test_python() -> None:
    names: dict[str, object] = {}
    shown = 0
    for block in PYTHON:
        value: object = None
        for line in filter(None, block.split("\n")):
            if line.startswith("# "):
                assert repr(value) == line.removeprefix("# ")
                shown += 1
            elif line.startswith("import ") or re.match(r"\w+ = ", line):
                exec(line, names)
            else:
                value = eval(line, names)
    assert shown >= 3


def test_every_command_is_documented() -> None:
    for command in COMMANDS:
        assert re.search(rf"^\| `{command}\b", README, re.MULTILINE), command


def test_every_saved_question_is_documented() -> None:
    questions = load_workspace_contract(find_workspace(ROOT)).questions
    assert all(f"`{question.name}`" in README for question in questions)


def test_every_claim_that_the_codebook_cites_exists() -> None:
    codebook = (ROOT / "dataset" / "README.md").read_text(encoding="utf-8")
    claims = (ROOT / "dataset" / "records" / "claims.csv").read_text(encoding="utf-8")
    cited = set(re.findall(r"clm-\d+", codebook))
    assert cited
    assert all(f"\n{claim}," in claims for claim in cited)
