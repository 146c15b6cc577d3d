"""A full or failing disk, or a kill at any step of `download`, leaves no partial release, and the next run completes."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from downloads import NEWEST, OLDER, assert_there, contents
from faults import watch
from kursk_claims.download.client import download
from kursk_claims.errors import ManifestError
from kursk_claims.release.digests import verify_files
from kursk_claims.release.index import read_index
from kursk_claims.release.manifest import read_manifest
from support import ROOT, Call

MAX_STEPS = 200


def nothing(target: Path, builds: Path) -> None:
    """There was no download before."""


def older(target: Path, builds: Path) -> None:
    download(str(builds), target, OLDER)


def damaged(target: Path, builds: Path) -> None:
    download(str(builds), target)
    (target / NEWEST / "README.md").write_text("damaged", encoding="utf-8")


def interrupted(target: Path, builds: Path) -> None:
    shutil.copytree(builds / NEWEST, target / f".{NEWEST}.part")
    (target / f".{NEWEST}.part" / "claims.parquet").unlink()


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


BEFORE = [nothing, older, damaged, interrupted]
Prepare = Callable[[Path, Path], None]


def assert_nothing_partial(target: Path, builds: Path, before: dict[str, bytes]) -> None:
    """Each release is as it was published, as it was before, or absent, and the index says no more than that."""
    for folder in target.glob("[0-9]*"):
        prefix = f"{folder.name}/"
        was = {path.removeprefix(prefix): content for path, content in before.items() if path.startswith(prefix)}
        assert contents(folder) in (contents(builds / folder.name), was)
    for entry in read_index(target).releases:
        if (target / entry.version).exists():
            try:
                verify_files(target / entry.version, read_manifest(target / entry.version))
            except ManifestError:
                assert f"{entry.version}/README.md" in before  # it was damaged already


@pytest.mark.parametrize("prepare", BEFORE, ids=lambda prepare: prepare.__name__)
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=["full", "failing"])
def test_a_disk_that_fails_at_any_step(
    call: Call, builds: Path, tmp_path: Path, number: int, prepare: Prepare, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(step: str) -> None:
        failed.append(step)
        raise OSError(number, os.strerror(number))

    for at in range(1, MAX_STEPS):
        target = tmp_path / str(at)
        prepare(target, builds)
        before = contents(target)
        failed: list[str] = []
        with monkeypatch.context() as patch:
            count = watch(patch, at, fail)
            done = call("download", "--from", builds, "--to", target, "-q")
        if count() < at:
            break
        assert "Traceback" not in done.err
        assert_nothing_partial(target, builds, before)
        if done.code == 0:
            assert failed[0] in ("mkdir", "unlink")  # of a folder that exists; removing one that is not needed any more
        else:
            assert (done.code, done.out) == (2, "")
            assert os.strerror(number) in done.err
        again = call("download", "--from", builds, "--to", target, "-q")
        assert (again.code, again.out) == (0, f"{target / NEWEST}\n")
        assert_there(target, builds, *([OLDER, NEWEST] if prepare is older else [NEWEST]))
        shutil.rmtree(target)
    else:
        pytest.fail("more steps than expected")
    assert at > 20


@pytest.mark.parametrize("prepare", BEFORE, ids=lambda prepare: prepare.__name__)
def test_a_kill_at_any_step(builds: Path, tmp_path: Path, prepare: Prepare) -> None:
    base = tmp_path / "targets"
    for at in range(1, MAX_STEPS):
        (base / str(at)).mkdir(parents=True)
        prepare(base / str(at), builds)
    before = contents(base / "1")
    command = [sys.executable, str(ROOT / "tests" / "faults.py"), str(builds), str(base)]
    kills = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert kills > 20
    for at in range(1, kills + 1):
        target = base / str(at)
        assert_nothing_partial(target, builds, before)
        download(str(builds), target)
        assert_there(target, builds, *([OLDER, NEWEST] if prepare is older else [NEWEST]))
