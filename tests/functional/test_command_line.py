"""Help, usage errors, and how a command finds its workspace."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kursk_claims
from kursk_claims.cli.curate.group import Subcommands
from kursk_claims.cli.main import COMMANDS, SECTIONS
from support import ROOT, VERSIONS, Call, Copy, Run


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


def test_help_is_grouped_and_never_clipped(call: Call) -> None:
    outcome = call("-h")
    assert outcome == call("--help")
    assert "..." not in outcome.out.partition("\n")[2]
    assert all(f"\n{heading}:\n" in outcome.out for heading in SECTIONS)
    assert all(len(line) <= 80 for line in outcome.out.splitlines())
    assert call("curate", "draft", "-h").out == call("curate", "draft", "--help").out
    assert "..." not in call("curate", "--help").out.partition("\n")[2]


def test_releases_are_listed_with_their_dates(call: Call, wells: Copy) -> None:
    outcome = call("releases", "--workspace", ROOT)
    rows = [line.split() for line in outcome.out.splitlines()[2:]]
    assert rows[0] == ["1.0.0", "2026-11-23", str(ROOT / "build" / "1.0.0")]
    assert [row[0] for row in rows] == VERSIONS
    listed = json.loads(call("releases", "--json", "--workspace", ROOT).out)
    index = json.loads((ROOT / "build" / "index.json").read_text(encoding="utf-8"))["releases"]
    assert [{name: each[name] for name in ("version", "date", "manifest_sha256")} for each in listed] == index
    none = call("releases", "--workspace", wells.root)
    assert (none.code, none.out, none.err.splitlines()[-1]) == (0, "", "there is no release yet")
    assert call("releases", "--json", "--workspace", wells.root).out == "[]\n"


def test_downloaded_releases_are_listed_too(call: Call, run: Run, tmp_path: Path) -> None:
    assert call("download", "1.1.0", "--from", ROOT / "build").code == 0
    listed = json.loads(call("releases", "--json", "--workspace", ROOT).out)
    assert [each["version"] for each in listed] == [*VERSIONS, "1.1.0"]
    assert listed[-1]["folder"].startswith(str(tmp_path / "data"))


def test_a_citation_is_printed(call: Call) -> None:
    outcome = call("cite", "--workspace", ROOT)
    assert (outcome.code, outcome.out, outcome.err) == (0, f"{kursk_claims.cite(workspace=ROOT)}\n", "")
    outcome = call("cite", "--style", "apa", "--release", "1.0.0", "--workspace", ROOT)
    assert outcome.out == f"{kursk_claims.cite('apa', '1.0.0', workspace=ROOT)}\n"
    assert call("cite", "--style", "mla").code == 2


def test_json_is_printed_where_it_makes_sense(call: Call, wells: Copy) -> None:
    for args in (["query", "FROM wells"], ["describe"], ["check", str(wells.csv("wells"))], ["validate"]):
        short, long = (call(*args, *option, "--workspace", wells.root) for option in (["--json"], ["--format", "json"]))
        assert short == long
        json.loads(short.out)
        assert call(*args, "--json", "--format", "jsonl", "--workspace", wells.root).code == 2
    assert json.loads(call("diff", "1.0.0", "1.0.0", "--json", "--workspace", ROOT).out)["step"] == "none"
    (verified,) = json.loads(call("verify", "2.0.0", "--json", "--workspace", ROOT).out)
    assert (verified["version"], verified["signer"], len(verified["manifest_sha256"])) == ("2.0.0", None, 64)


def test_a_claim_is_shown_as_json(call: Call) -> None:
    outcome = call("show", "clm-001", "--json", "--workspace", ROOT)
    shown = json.loads(outcome.out)
    assert shown["claim"]["claim_id"] == "clm-001"
    assert [step["name"] for step in shown["steps"]][-1] == "Pledge Times"
    assert set(shown) == {"claim", "steps", "numbers", "places", "actors", "objects", "relations"}
    assert call("show", "clm-001", "--json", "--release", "1.0.0", "--workspace", ROOT).code == 0
    wrong = call("show", "clm-001", "--json", "--text", "article.txt", "--workspace", ROOT)
    assert (wrong.code, "leave out --text" in wrong.err) == (2, True)


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_words_are_marked_in_reverse_unless_colours_are_unwanted(variables: dict[str, str], fiction: Copy) -> None:
    terminal, side = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", **variables}
    command = [sys.executable, "-m", "kursk_claims", "show", "clm-001", "--records", "--text", str(fiction.text), "--quiet"]
    subprocess.run(command, stdout=side, stderr=subprocess.PIPE, check=True, cwd=fiction.root, env=environment)
    shown = os.read(terminal, 100_000).decode()
    os.close(side)
    os.close(terminal)
    assert ("\033[" in shown, "[[" in shown) == (not variables, bool(variables))


def test_without_a_command_the_help_is_shown(call: Call) -> None:
    for group in ([], ["curate"]):
        outcome = call(*group)
        assert outcome.code == 2
        assert outcome.err.startswith("Usage: kursk-claims")
        assert outcome.err.count("\n") > 10, "lines end where they do in --help"


def test_a_misspelled_command_is_named_with_the_likely_one(call: Call) -> None:
    assert "No such command 'quary' (did you mean 'query'?)" in call("quary").err


def test_outside_a_workspace_the_package_is_read(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("query", "SELECT count(*) AS n FROM claims", "--format", "csv").out == "n\n52\n"
    assert call("build").code == 2


def test_a_browser_that_does_not_open_is_said(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webbrowser.open", lambda _: False)
    outcome = call("explore", "--open", "-o", tmp_path / "page.html", "-w", ROOT)
    assert "no browser could be opened: open" in outcome.err
