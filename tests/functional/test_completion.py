"""What the shell completes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT, VERSIONS, Copy


def complete(words: str, folder: Path) -> list[str]:
    """Return what bash would offer for the last of the words in a folder."""
    variables = {"COMP_WORDS": f"kursk-claims {words}", "COMP_CWORD": str(words.count(" ") + 1)}
    environment = {**os.environ, **variables, "_KURSK_CLAIMS_COMPLETE": "complete_bash"}
    command = Path(sys.executable).with_name("kursk-claims")
    done = subprocess.run([command], capture_output=True, text=True, check=False, cwd=folder, env=environment)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("desc", ["describe"]),
        ("curate re", ["reanchor"]),
        ("describe sa", ["said", "said_and_checked"]),
        ("describe events.k", ["events.kind"]),
        ("describe nothing.k", []),
        ("check --table ev", ["events", "evidence"]),
        ("query --name long", ["long-chains"]),
        ("query --release 1.", ["1.0.0", "1.1.0"]),
        ("verify 2", [each for each in VERSIONS if each.startswith("2")]),
        ("diff 1.0.0 2", [each for each in VERSIONS if each.startswith("2")]),
        ("cite --style a", ["apa"]),
    ],
)
def test_names_are_completed(words: str, offered: list[str]) -> None:
    assert complete(words, ROOT) == offered


def test_names_are_those_of_the_workspace_that_is_named(wells: Copy, tmp_path: Path) -> None:
    assert complete(f"describe --workspace {wells.root} ", tmp_path) == ["northernmost", "wells"]
    assert complete("describe --records wel", wells.root) == ["wells"]


def test_where_nothing_can_be_read_nothing_is_offered(wells: Copy, tmp_path: Path) -> None:
    assert complete("describe --workspace nowhere wel", tmp_path) == []
    (wells.root / "schemas" / "wells.yaml").write_text("- a list\n", encoding="utf-8")
    assert complete("describe wells.", wells.root) == []


def test_completion_is_printed_and_installed(tmp_path: Path) -> None:
    command, environment = Path(sys.executable).with_name("kursk-claims"), {**os.environ, "HOME": str(tmp_path)}

    def run_in_bash(option: str) -> str:
        script = f"'{command}' {option}; exit $?"
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, env=environment)
        return done.stdout

    assert "complete -o default -F _kursk_claims_completion kursk-claims" in run_in_bash("--show-completion")
    assert run_in_bash("--install-completion").startswith("bash completion installed in ")
    assert "kursk-claims" in (tmp_path / ".bashrc").read_text(encoding="utf-8")
