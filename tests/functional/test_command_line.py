"""Help, usage errors, and how a command finds its workspace."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import kursk_claims
from kursk_claims.cli.curate.group import Subcommands
from kursk_claims.cli.main import COMMANDS
from support import Call, Copy, Run


def test_the_nearest_workspace_above_is_used(call: Call, fiction: Copy, real: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = real.root / "inner"
    fiction.root.rename(inner)
    for here, root in ((real.root / "dataset" / "records", real.root), (inner / "schemas", inner), (inner, inner)):
        monkeypatch.chdir(here)
        outcome = call("query", "SELECT count(*) AS n FROM claims", "-f", "csv")
        assert outcome.err.splitlines()[0] == f"workspace: {root}"
        assert outcome.out == f"n\n{len(Copy(root).rows('claims'))}\n"
    outcome = call("query", "SELECT count(*) AS n FROM claims", "-f", "csv", "--workspace", "..")
    assert outcome.err.splitlines()[0] == f"workspace: {real.root}"


@pytest.mark.parametrize(
    "command",
    [["validate"], ["build"], ["query", "FROM wells"], ["describe"], ["format", "--check"]],
    ids=lambda command: command[0],
)
def test_the_first_line_names_the_workspace(command: list[str], call: Call, wells: Copy) -> None:
    outcome = call(*command, "--workspace", wells.root)
    assert (outcome.code, outcome.err.splitlines()[0]) == (0, f"workspace: {wells.root}")


def test_a_path_may_hold_quotes_and_brackets(call: Call, records: Copy, tmp_path: Path) -> None:
    root = tmp_path / 'a [1]*\'s "copy"'
    shutil.copytree(records.root, root)
    outcome = call("query", "SELECT count(*) AS n FROM claims", "-f", "csv", "--workspace", root)
    assert outcome.out == f"n\n{len(records.rows('claims'))}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command(command: str, call: Call) -> None:
    outcome = call(command, "--help")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"Usage: kursk-claims {command} ")


@pytest.mark.parametrize("command", Subcommands.modules)
def test_help_of_each_command_of_curate(command: str, call: Call) -> None:
    outcome = call("curate", command, "--help")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"Usage: kursk-claims curate {command} ")


def test_help_version_and_usage_errors(call: Call, run: Run) -> None:
    assert run("--version").stdout == f"kursk-claims {kursk_claims.__version__}\n"
    outcome = call("--help")
    assert outcome.code == 0
    assert all(f"\n  {command} " in outcome.out for command in COMMANDS)
    for args in ([], ["nope"], ["query", "--nope"], ["show"], ["validate", "surplus"], ["curate", "locate"]):
        wrong = call(*args)
        assert (wrong.code, wrong.out) == (2, "")
        assert "Usage: kursk-claims " in wrong.err
