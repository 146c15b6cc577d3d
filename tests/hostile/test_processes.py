"""Commands that are killed, interrupted, out of space or called from unusual places.

They leave no partial file and no traceback, and end with the right exit code.
"""

from __future__ import annotations

import ctypes
import io
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from kursk_claims.contract.loader import load_contract
from kursk_claims.release.build import build_folder
from kursk_claims.workspace import find_workspace
from support import FICTION, ROOT, Copy, build_once

KILLS = int(os.environ.get("KURSK_CLAIMS_KILLS", "10"))
ENVIRONMENTS = {
    "C locale": {"LC_ALL": "C", "PYTHONUTF8": "0"},
    "west of Greenwich": {"TZ": "Pacific/Pago_Pago"},
    "no HOME": {"HOME": ""},
    "a HOME that does not exist": {"HOME": "/nowhere"},
}
WRITERS = {
    "a build": ("build", "--quiet"),
    "a workbook": ("export", "claims.xlsx"),
    "SQLite": ("export", "claims.sqlite"),
    "CSV": ("export", "claims"),
    "the page": ("explore", "--out", "page.html"),
    "findings": ("check", "dataset/records", "--workspace", ".", "--format", "json", "--output", "findings.json"),
    "a copy of a release": ("download", "1.1.0", "--from", str(ROOT / "build"), "--to", "copy"),
}
RESULTS = {"a build": "build/next", "a copy of a release": "copy/1.1.0"}  # the others write their last argument


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fictional workspace with few rules, and its build, not to be changed."""

    def prepare(folder: Path) -> None:
        shutil.copytree(FICTION, folder)
        Copy(folder).keep_rules("place-acyclic")
        workspace = find_workspace(folder)
        report, written = build_folder(workspace, load_contract(workspace.schemas), folder / "expected")
        assert written, report.findings

    return build_once(tmp_path_factory, "processes", prepare)


@pytest.fixture
def fiction(original: Path, tmp_path: Path) -> Copy:
    shutil.copytree(original, tmp_path / "fiction", ignore=shutil.ignore_patterns("expected"))
    return Copy(tmp_path / "fiction")


@pytest.fixture
def expected_build(original: Path) -> dict[str, bytes]:
    return contents(original / "expected")


def command(*args: str | Path) -> list[str]:
    return [sys.executable, "-m", "kursk_claims", *map(str, args)]


def contents(target: Path) -> dict[str, bytes]:
    """Return the bytes of a file, or of all files in a folder."""
    paths = [path for path in sorted(target.rglob("*")) if path.is_file()] if target.is_dir() else [target]
    return {str(path.relative_to(target)): path.read_bytes() for path in paths}


def sizes(target: Path) -> dict[str, int | list[str]]:
    """Return the size of each file; of a workbook, which holds the time at which it was made, the names of its parts."""
    return {
        name: zipfile.ZipFile(io.BytesIO(content)).namelist() if content.startswith(b"PK") else len(content)
        for name, content in contents(target).items()
    }


def reverse_rows(path: Path) -> None:
    head, *lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([head, *reversed(lines)]))


def kill_after(seconds: float, words: list[str], folder: Path) -> None:
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    time.sleep(seconds)
    process.kill()
    process.wait()


# Killed and interrupted


@pytest.mark.slow
def test_a_killed_build_leaves_the_old_folder_the_new_one_or_none(fiction: Copy) -> None:
    target = fiction.root / "out"
    build = command("build", "--to", target, "--quiet")
    start = time.monotonic()
    subprocess.run(build, check=True, capture_output=True, cwd=fiction.root)
    duration, complete = time.monotonic() - start, contents(target)
    for seed in range(KILLS):
        kill_after(random.Random(seed).uniform(0, duration), build, fiction.root)
        if target.exists():  # between two renames there is none
            assert contents(target) == complete
    subprocess.run(build, check=True, capture_output=True, cwd=fiction.root)
    assert contents(target) == complete


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in WRITERS if name != "a build"])
def test_a_killed_command_leaves_a_complete_result_or_none(name: str, fiction: Copy) -> None:
    write = command(*WRITERS[name])
    target = fiction.root / RESULTS.get(name, WRITERS[name][-1])
    start = time.monotonic()
    subprocess.run(write, check=True, capture_output=True, cwd=fiction.root)
    duration, complete = time.monotonic() - start, sizes(target)
    for seed in range(max(2, KILLS // 5)):
        shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
        kill_after(random.Random(seed).uniform(duration / 2, duration), write, fiction.root)
        assert not target.exists() or sizes(target) == complete


@pytest.mark.slow
def test_a_killed_format_leaves_each_file_before_or_after_the_change(fiction: Copy) -> None:
    records = fiction.csv("claims").parent
    after = contents(records)
    for seed in range(KILLS):
        for path in records.glob("*.csv"):
            reverse_rows(path)
        before = contents(records)
        kill_after(random.Random(seed).uniform(0.2, 0.8), command("format"), fiction.root)
        now = contents(records)
        assert all(now[name] in (before[name], after[name]) for name in after)


def test_an_interrupted_build_leaves_nothing(fiction: Copy) -> None:
    build = command("build", "--workspace", fiction.root, "--to", fiction.root / "out" / "new")
    process = subprocess.Popen(build, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 20
    while not (fiction.root / "out").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, messages = process.communicate(timeout=20)
    # Python ends by the signal itself if it came while an extension ran Python code; a shell reports 130 for both.
    assert process.returncode in (130, -signal.SIGINT), messages
    assert "Traceback" not in messages
    assert not [*fiction.root.glob("out/*")]


@pytest.mark.slow
def test_two_builds_at_once_leave_a_complete_build(fiction: Copy, expected_build: dict[str, bytes]) -> None:
    target = fiction.root / "out"
    build = command("build", "--workspace", fiction.root, "--to", target, "--quiet")
    processes = [subprocess.Popen(build, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for process in processes:
        _, messages = process.communicate(timeout=60)
        assert process.returncode in (0, 2), messages
        assert "Traceback" not in messages
    assert contents(target) == expected_build


# No room on the disk


FULL_DISK = [(name, room) for name in WRITERS for room in (0, 2000)]
FULL_DISK_FAST = [("a build", 2000), ("SQLite", 2000), ("findings", 0), ("a copy of a release", 2000)]


@pytest.mark.parametrize(
    ("name", "room"),
    [pytest.param(*case, marks=[] if case in FULL_DISK_FAST else pytest.mark.slow) for case in FULL_DISK],
)
def test_a_full_disk_is_reported_and_leaves_nothing(name: str, room: int, fiction: Copy) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    before = {*fiction.root.rglob("*")}
    write = command(*WRITERS[name])
    done = subprocess.run(write, capture_output=True, text=True, check=False, preexec_fn=limit, cwd=fiction.root)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    added = [path.relative_to(fiction.root) for path in fiction.root.rglob("*") if path.is_file() and path not in before]
    assert [path for path in added if not str(path).startswith("copy/.")] == []  # a download resumes from its parts


def test_a_format_on_a_full_disk_changes_nothing(fiction: Copy) -> None:
    path = fiction.csv("claims")
    reverse_rows(path)
    before = contents(path.parent)
    done = subprocess.run(
        command("format", "--workspace", fiction.root),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert contents(path.parent) == before


# Unusual surroundings


@pytest.fixture
def clock_that_jumps_back(tmp_path: Path) -> dict[str, str]:
    """An environment in which each reading of the clock is a day earlier than the one before."""
    (tmp_path / "clock").mkdir()
    (tmp_path / "clock" / "sitecustomize.py").write_text(
        "import itertools, time\ndays = itertools.count()\nnow = time.time\ntime.time = lambda: now() - 86400 * next(days)\n"
    )
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(tmp_path / "clock"), os.environ.get("PYTHONPATH")]))}


def build_in(root: Path, environment: dict[str, str]) -> dict[str, bytes]:
    build = command("build", "--workspace", root, "--quiet")
    done = subprocess.run(
        build, capture_output=True, check=False, env=os.environ | environment, stdin=subprocess.DEVNULL, text=True
    )
    assert done.returncode == 0, done.stderr
    return contents(root / "build" / "next")


def test_unusual_surroundings_do_not_change_a_build(
    fiction: Copy, tmp_path: Path, expected_build: dict[str, bytes], clock_that_jumps_back: dict[str, str]
) -> None:
    """A path with spaces and Ukrainian letters, files from the future, and all environments at once."""
    root = fiction.root.rename(tmp_path / "план перемоги її")
    for path in root.rglob("*"):
        os.utime(path, (2**32, 2**32))
    environment = clock_that_jumps_back.copy()
    for variables in ENVIRONMENTS.values():
        environment |= variables
    del environment["PYTHONUTF8"]  # without UTF-8, the path cannot be named
    assert build_in(root, environment) == expected_build


@pytest.mark.slow
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_environment_does_not_change_a_build(name: str, fiction: Copy, expected_build: dict[str, bytes]) -> None:
    assert build_in(fiction.root, ENVIRONMENTS[name]) == expected_build


@pytest.mark.slow
def test_a_clock_that_jumps_back_changes_nothing(
    fiction: Copy, expected_build: dict[str, bytes], clock_that_jumps_back: dict[str, str]
) -> None:
    assert build_in(fiction.root, clock_that_jumps_back) == expected_build
    query = command("query", "--records", "--workspace", fiction.root, "--timeout", "60", "SELECT count(*) FROM claims")
    assert subprocess.run(query, check=True, capture_output=True, env=os.environ | clock_that_jumps_back).stdout


def drop_privileges() -> None:
    """Take from root the right to write and enter where modes forbid it (CAP_DAC_OVERRIDE, _READ_SEARCH, CAP_FOWNER)."""
    drop = 24  # PR_CAPBSET_DROP
    for capability in (1, 2, 3):
        ctypes.CDLL(None).prctl(drop, capability, 0, 0, 0)


WITHOUT_PERMISSION: dict[tuple[str, ...], int] = {
    ("query", "--records", "SELECT count(*) FROM claims"): 0,
    ("build",): 2,
}
WITHOUT_PERMISSION_SLOW: dict[tuple[str, ...], int] = {
    ("validate",): 0,
    ("check", "dataset/records", "--output", "findings.txt"): 2,
    ("check", "dataset/records"): 0,
    ("format", "--check"): 0,
    ("export", "claims.sqlite"): 2,
    ("export", "claims.duckdb"): 2,
    ("explore",): 2,
    ("download", "--from", str(ROOT / "build"), "--to", "copy"): 2,
    ("download", "--from", str(ROOT / "build")): 2,
}


@pytest.mark.parametrize(
    "cases", [WITHOUT_PERMISSION, pytest.param(WITHOUT_PERMISSION_SLOW, marks=pytest.mark.slow)], ids=["some", "others"]
)
def test_without_permission_to_write(cases: dict[tuple[str, ...], int], fiction: Copy, tmp_path: Path) -> None:
    """Neither the workspace nor the folder of the package may be written to."""
    shutil.copytree(ROOT / "src" / "kursk_claims", tmp_path / "package" / "kursk_claims")
    everything = [tmp_path, *tmp_path.rglob("*")]
    before = sorted(path for path in everything if path.name != "__pycache__")
    for path in everything:
        path.chmod(path.stat().st_mode & ~0o222)
    environment = os.environ | {"HOME": str(fiction.root), "PYTHONPATH": str(tmp_path / "package")}
    try:
        for words, code in cases.items():
            options = {"cwd": fiction.root, "env": environment, "preexec_fn": drop_privileges}
            done = subprocess.run(command(*words), capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
            assert (words, done.returncode) == (words, code), done.stderr
            assert "Traceback" not in done.stderr
        assert sorted(path for path in [tmp_path, *tmp_path.rglob("*")] if path.name != "__pycache__") == before
    finally:
        for path in everything:
            path.chmod(path.stat().st_mode | 0o200)
