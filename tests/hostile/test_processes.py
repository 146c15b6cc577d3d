"""Ended, starved or called from strange places: nothing is half written, no traceback, the right exit code."""

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

from support import FICTION, ROOT, Copy

KILLS = int(os.environ.get("KURSK_CLAIMS_KILLS", "10"))
STRANGE = {
    "C locale": {"LC_ALL": "C", "PYTHONUTF8": "0"},
    "west of Greenwich": {"TZ": "Pacific/Pago_Pago"},
    "no HOME": {"HOME": ""},
    "a HOME that is not there": {"HOME": "/nowhere"},
}


def command(*args: str | Path) -> list[str]:
    return [sys.executable, "-m", "kursk_claims", *map(str, args)]


def files(target: Path) -> dict[str, bytes]:
    """The bytes of a file, or of all files in a folder."""
    paths = [path for path in sorted(target.rglob("*")) if path.is_file()] if target.is_dir() else [target]
    return {str(path.relative_to(target)): path.read_bytes() for path in paths}


def sizes(target: Path) -> dict[str, int | list[str]]:
    """What is cut off is shorter; of a workbook, which holds the time at which it was made, the parts that can be read."""
    return {
        name: zipfile.ZipFile(io.BytesIO(content)).namelist() if content.startswith(b"PK") else len(content)
        for name, content in files(target).items()
    }


def test_a_killed_build_leaves_the_old_one_or_the_new_one(fiction: Copy) -> None:
    target = fiction.root / "out"
    build = command("build", "--workspace", fiction.root, "--to", target, "--quiet")
    begun = time.monotonic()
    subprocess.run(build, check=True, capture_output=True)
    lasts, good = time.monotonic() - begun, files(target)
    for seed in range(KILLS):
        process = subprocess.Popen(build, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.Random(seed).uniform(0, lasts))
        process.kill()
        process.wait()
        if target.exists():  # between two renames there is none; never half of one
            assert files(target) == good
    subprocess.run(build, check=True, capture_output=True)
    assert files(target) == good


WRITERS = {
    "a workbook": ("export", "claims.xlsx"),
    "SQLite": ("export", "claims.sqlite"),
    "CSV": ("export", "claims"),
    "the page": ("explore", "--out", "page.html"),
    "findings": ("check", "dataset/records", "--workspace", ".", "--format", "json", "--output", "findings.json"),
    "a copy of a release": ("download", "1.1.0", "--from", str(ROOT / "build"), "--to", "copy"),
}
WRITTEN = {"a copy of a release": "copy/1.1.0"}  # beside it stands what a download goes on with


@pytest.mark.parametrize("name", WRITERS)
def test_killed_commands_leave_nothing_or_all(name: str, fiction: Copy) -> None:
    ask = command(*WRITERS[name])
    target = fiction.root / WRITTEN.get(name, WRITERS[name][-1])
    begun = time.monotonic()
    subprocess.run(ask, check=True, capture_output=True, cwd=fiction.root)
    lasts, good = time.monotonic() - begun, sizes(target)
    for seed in range(max(2, KILLS // 5)):
        shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
        process = subprocess.Popen(ask, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=fiction.root)
        time.sleep(random.Random(seed).uniform(lasts / 2, lasts))
        process.kill()
        process.wait()
        assert not target.exists() or sizes(target) == good


def test_a_killed_format_leaves_each_file_as_it_was_or_as_it_should_be(fiction: Copy) -> None:
    records = fiction.csv("claims").parent
    good = files(records)
    for seed in range(KILLS):
        for path in records.glob("*.csv"):
            head, *lines = path.read_bytes().splitlines(keepends=True)
            path.write_bytes(b"".join([head, *reversed(lines)]))
        before = files(records)
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command("format", "--workspace", fiction.root), **silent)  # type: ignore[call-overload]
        time.sleep(random.Random(seed).uniform(0.2, 0.8))
        process.kill()
        process.wait()
        after = files(records)
        assert all(after[each] in (before[each], good[each]) for each in good)


def test_an_interrupted_build_leaves_nothing(fiction: Copy) -> None:
    build = command("build", "--workspace", fiction.root, "--to", fiction.root / "out" / "new")
    process = subprocess.Popen(build, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 20
    while not (fiction.root / "out").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert not [*(fiction.root / "out").iterdir()]


def test_two_builds_at_once(fiction: Copy) -> None:
    target = fiction.root / "out"
    build = command("build", "--workspace", fiction.root, "--to", target, "--quiet")
    subprocess.run(build, check=True, capture_output=True)
    good = files(target)
    both = [subprocess.Popen(build, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for each in both:
        _, said = each.communicate(timeout=60)
        assert each.returncode in (0, 2), said
        assert "Traceback" not in said
    assert files(target) == good


@pytest.mark.parametrize("name", ["a build", *WRITERS])
@pytest.mark.parametrize("room", [0, 2000])
def test_a_full_disk_is_told_and_leaves_nothing(name: str, room: int, fiction: Copy) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    before = sorted(fiction.root.rglob("*"))
    asked = command(*WRITERS.get(name, ("build", "--quiet")))
    ended = subprocess.run(asked, capture_output=True, text=True, check=False, preexec_fn=limit, cwd=fiction.root)
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    left = [path.relative_to(fiction.root) for path in sorted(fiction.root.rglob("*")) if path.is_file() and path not in before]
    assert [path for path in left if not str(path).startswith("copy/.")] == []  # a download goes on with what it has


def test_a_format_on_a_full_disk_changes_nothing(fiction: Copy) -> None:
    path = fiction.csv("claims")
    head, *lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([head, *reversed(lines)]))
    before = files(path.parent)
    ended = subprocess.run(
        command("format", "--workspace", fiction.root),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
    )
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    assert files(path.parent) == before


@pytest.mark.parametrize("name", STRANGE)
def test_strange_surroundings_change_nothing(name: str, fiction: Copy) -> None:
    first, second = fiction.root / "first", fiction.root / "second"
    for target, surroundings in ((first, {}), (second, STRANGE[name])):
        build = command("build", "--workspace", fiction.root, "--to", target, "--quiet")
        subprocess.run(build, check=True, capture_output=True, env=os.environ | surroundings, stdin=subprocess.DEVNULL)
    assert files(first) == files(second)


def test_a_clock_that_jumps_back_changes_nothing(fiction: Copy, tmp_path: Path) -> None:
    """Each look at the clock shows a day less; the files are of the future."""
    (tmp_path / "clock").mkdir()
    (tmp_path / "clock" / "sitecustomize.py").write_text(
        "import itertools, time\ndays = itertools.count()\nnow = time.time\ntime.time = lambda: now() - 86400 * next(days)\n"
    )
    for path in fiction.root.rglob("*"):
        os.utime(path, (2**32, 2**32))
    targets = [fiction.root / "first", fiction.root / "second"]
    for target, surroundings in zip(targets, ({}, {"PYTHONPATH": str(tmp_path / "clock")}), strict=True):
        build = command("build", "--workspace", fiction.root, "--to", target, "--quiet")
        subprocess.run(build, check=True, capture_output=True, env=os.environ | surroundings)
    assert files(targets[0]) == files(targets[1])
    ask = command("query", "--records", "--workspace", fiction.root, "--timeout", "60", "SELECT count(*) FROM claims")
    assert subprocess.run(ask, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": str(tmp_path / "clock")}).stdout


def as_anybody() -> None:
    """Take from root the right to write and enter where modes forbid it (CAP_DAC_OVERRIDE, _READ_SEARCH, CAP_FOWNER)."""
    drop = 24  # PR_CAPBSET_DROP
    for capability in (1, 2, 3):
        ctypes.CDLL(None).prctl(drop, capability, 0, 0, 0)


def test_without_permission_to_write(fiction: Copy, tmp_path: Path) -> None:
    """Neither the workspace nor the folder of the package may be written to."""
    shutil.copytree(ROOT / "src" / "kursk_claims", tmp_path / "package" / "kursk_claims")
    everything = [tmp_path, *tmp_path.rglob("*")]
    before = sorted(path for path in everything if path.name != "__pycache__")
    for path in everything:
        path.chmod(path.stat().st_mode & ~0o222)
    surroundings = os.environ | {"HOME": str(fiction.root), "PYTHONPATH": str(tmp_path / "package")}
    try:
        for words, code in {
            ("validate",): 0,
            ("query", "--records", "SELECT count(*) FROM claims"): 0,
            ("check", "dataset/records"): 0,
            ("format", "--check"): 0,
            ("build",): 2,
            ("export", "claims.sqlite"): 2,
            ("export", "claims.duckdb"): 2,
            ("explore",): 2,
            ("check", "dataset/records", "--output", "findings.txt"): 2,
            ("download", "--from", str(ROOT / "build"), "--to", "copy"): 2,
            ("download", "--from", str(ROOT / "build")): 2,
        }.items():
            options = {"cwd": fiction.root, "env": surroundings, "preexec_fn": as_anybody}
            ended = subprocess.run(command(*words), capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
            assert (words, ended.returncode) == (words, code), ended.stderr
            assert "Traceback" not in ended.stderr
        assert sorted(path for path in [tmp_path, *tmp_path.rglob("*")] if path.name != "__pycache__") == before
    finally:
        for path in everything:
            path.chmod(path.stat().st_mode | 0o200)


def test_a_path_with_spaces_and_ukrainian_letters(tmp_path: Path) -> None:
    root = tmp_path / "план перемоги її"
    shutil.copytree(FICTION, root)
    ended = subprocess.run(
        command("build", "--workspace", root), capture_output=True, check=False, env=os.environ | {"LC_ALL": "C"}
    )
    assert ended.returncode == 0, ended.stderr
    assert (root / "build" / "next" / "claims.parquet").is_file()
