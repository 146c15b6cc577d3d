"""A disk that is full or fails, and a kill, at each step of each command that writes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kursk_claims.release.publish import publish_release
from kursk_claims.workspace import find_workspace
from support import FICTION, WELLS, Copy, build_once

SCRIPT = Path(__file__).parent / "faulty_disk.py"
COMMANDS = {
    "build": "build/next/",
    "release 2.0.0": "build/2.0.0/",
    "format": "dataset/",
    "export out.duckdb --records": "out.duckdb",
    "export out.sqlite --records": "out.sqlite",
    "export out.xlsx --records": "out.xlsx",
    "export out --records": "out/",
    "check dataset/records --format json --output report.json": "report.json",
    "explore --records": "explore.html",
}
LEAST_STEPS = 4  # one file: it is opened, synced, renamed, and its folder synced


@pytest.fixture(scope="module")
def wells(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace about wells with a release, changed rows in another order than the canonical one. Not to be changed."""

    def prepare(folder: Path) -> None:
        shutil.copytree(WELLS, folder)
        assert publish_release(find_workspace(folder), "1.0.0")[1]
        Copy(folder).edit("wells", {}, latitude="13.5")
        rows = Copy(folder).rows("wells")
        Copy(folder).write("wells", rows[::-1])

    return build_once(tmp_path_factory, "faulty-disk-wells", prepare)


def run_with_faults(fault: str, command: str, workspace: Path, place: Path) -> list[dict[str, Any]]:
    """Return the outcome of the command for a fault at each of its steps; the last one is without a fault."""
    arguments = [sys.executable, str(SCRIPT), fault, str(workspace), str(place), *command.split()]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=600)
    outcomes: list[dict[str, Any]] = json.loads(done.stdout)
    assert outcomes[-1]["code"] == 100, outcomes[-1]
    assert len(outcomes) > LEAST_STEPS
    return outcomes


def of_target(outcome: dict[str, Any], target: str) -> dict[str, str]:
    """Return the files of the target; a killed command may leave hidden ones beside it."""
    files = {name: digest for name, digest in outcome["files"].items() if name.startswith(target) and name not in hidden(outcome)}
    return {name: "" if name.endswith((".xlsx", ".duckdb")) else digest for name, digest in files.items()}  # they hold the time


def hidden(outcome: dict[str, Any]) -> list[str]:
    return [name for name in outcome["files"] if any(part.startswith(".") for part in Path(name).parts)]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("fault", ["ENOSPC", "EIO"])
def test_a_fault_of_the_disk_leaves_the_old_or_the_new(fault: str, command: str, wells: Path, tmp_path: Path) -> None:
    workspace = FICTION if command.startswith("explore") else wells
    *outcomes, good = run_with_faults(fault, command, workspace, tmp_path)
    target = COMMANDS[command]
    new, old = of_target(good, target), of_target({"files": digests_of(workspace)}, target)
    assert new
    citation = digests_of(workspace).get("CITATION.cff")
    for outcome in outcomes:
        assert outcome["code"] == 2, outcome["messages"]
        assert "No space left on device" in outcome["messages"] or "Input/output error" in outcome["messages"]
        assert "Traceback" not in outcome["messages"]
        assert of_target(outcome, target) in (old, new)
        assert hidden(outcome) == hidden(good)
        assert outcome["files"].get("CITATION.cff") in (good["files"].get("CITATION.cff"), citation)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_kill_leaves_the_old_or_the_new(command: str, wells: Path, tmp_path: Path) -> None:
    workspace = FICTION if command.startswith("explore") else wells
    *outcomes, good = run_with_faults("kill", command, workspace, tmp_path)
    target = COMMANDS[command]
    new, old = of_target(good, target), of_target({"files": digests_of(workspace)}, target)
    for outcome in outcomes:
        assert outcome["code"] == -9
        assert of_target(outcome, target) in (old, new)


def digests_of(folder: Path) -> dict[str, str]:
    script = "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; import json, faulty_disk as f; "
    script += "print(json.dumps(f.digests(Path(sys.argv[2]))))"
    done = subprocess.run(
        [sys.executable, "-c", script, str(SCRIPT.parent), str(folder)], capture_output=True, text=True, check=True
    )
    files: dict[str, str] = json.loads(done.stdout)
    return files
