"""Ended, starved or called from strange places: nothing is half written, no traceback, the right exit code."""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import FICTION, Copy

KILLS = int(os.environ.get("KURSK_CLAIMS_KILLS", "10"))
STRANGE = {
    "C locale": {"LC_ALL": "C", "PYTHONUTF8": "0"},
    "west of Greenwich": {"TZ": "Pacific/Pago_Pago"},
    "no HOME": {"HOME": ""},
    "a HOME that is not there": {"HOME": "/nowhere"},
}


def command(*args: str | Path) -> list[str]:
    return [sys.executable, "-m", "kursk_claims", *map(str, args)]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


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


def test_a_full_disk_is_told_and_leaves_nothing(fiction: Copy) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    build = command("build", "--workspace", fiction.root, "--to", fiction.root / "out")
    ended = subprocess.run(build, capture_output=True, text=True, check=False, preexec_fn=limit)
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (fiction.root / "out").exists()


@pytest.mark.parametrize("name", STRANGE)
def test_strange_surroundings_change_nothing(name: str, fiction: Copy) -> None:
    first, second = fiction.root / "first", fiction.root / "second"
    for target, surroundings in ((first, {}), (second, STRANGE[name])):
        build = command("build", "--workspace", fiction.root, "--to", target, "--quiet")
        subprocess.run(build, check=True, capture_output=True, env=os.environ | surroundings, stdin=subprocess.DEVNULL)
    assert files(first) == files(second)


def test_a_path_with_spaces_and_ukrainian_letters(tmp_path: Path) -> None:
    root = tmp_path / "план перемоги її"
    shutil.copytree(FICTION, root)
    ended = subprocess.run(
        command("build", "--workspace", root), capture_output=True, check=False, env=os.environ | {"LC_ALL": "C"}
    )
    assert ended.returncode == 0, ended.stderr
    assert (root / "build" / "next" / "claims.parquet").is_file()
