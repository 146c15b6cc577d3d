"""Workspaces that a test may change, and the command, in this process or in one of its own."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from downloads import write_releases
from kursk_claims.cli.main import run_command
from kursk_claims.cli.streams import prepare_streams
from misbehaving_host import Host, running
from support import CHROMIUM, FICTION, ROOT, SPARK_PYTHON, WELLS, Call, Copy, Outcome, Run, copy_real_records

settings.register_profile("short", max_examples=20, deadline=None, derandomize=True)
settings.register_profile("gate", max_examples=60, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile("short")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(ROOT / "tests" / "hostile"):
            item.add_marker("hostile")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip the tests for which this machine lacks Spark or a browser."""
    if item.get_closest_marker("spark") and SPARK_PYTHON is None:
        pytest.skip("KURSK_CLAIMS_SPARK_PYTHON names no Python with requirements/spark.txt")
    if item.get_closest_marker("browser") and CHROMIUM is None:
        pytest.skip("Chromium is not installed (`apt-get install chromium`): the page was not tested")


@pytest.fixture
def fiction(tmp_path: Path) -> Copy:
    """The fictional workspace, copied whole: links become files."""
    shutil.copytree(FICTION, tmp_path / "fiction")
    return Copy(tmp_path / "fiction")


@pytest.fixture
def wells(tmp_path: Path) -> Copy:
    """A copy of a small workspace about wells, for tests that are not about claims."""
    shutil.copytree(WELLS, tmp_path / "wells")
    return Copy(tmp_path / "wells")


@pytest.fixture
def real(tmp_path: Path) -> Copy:
    """A copy of the real records and schemas."""
    return copy_real_records(tmp_path / "real")


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The real records and schemas without a release, not to be changed."""
    return copy_real_records(tmp_path_factory.mktemp("records"))


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Remove the variables by which reports know that they run on GitHub, and those of proxies and of the user's settings.

    The user's downloads are not seen.
    """
    settings = ("no_color", "kursk_claims_workspace", "kursk_claims_contract")
    for name in os.environ:
        if name.startswith("GITHUB_") or name.lower() in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", *settings):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command in a process of its own, in an empty folder unless the test names another."""

    def invoke(*args: str | Path, cwd: Path = tmp_path, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kursk_claims", *map(str, args)]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload,no-any-return]

    return invoke


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Run the command in this process, which is faster. Standard input is no terminal."""

    def invoke(*args: str | Path, stdin: str | bytes = "") -> Outcome:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "argv", ["kursk-claims", *map(str, args)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        for name in ("stdout", "stderr"):  # the command replaces them; the test gets them back
            monkeypatch.setattr(sys, name, getattr(sys, name))
        capfd.readouterr()
        prepare_streams()
        code = run_command()
        sys.stderr.flush()
        return Outcome(code, *capfd.readouterr())

    return invoke


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it is published."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--wheel-dir", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(ROOT)], check=True, cwd=folder)
    (path,) = folder.glob("kursk_claims-*.whl")
    return path


@pytest.fixture(scope="session")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two releases: those that are published, with fewer files so that each test takes less time."""
    return write_releases(tmp_path_factory.mktemp("hosted") / "build")


@pytest.fixture
def host(builds: Path) -> Iterator[Host]:
    with running(Host(builds)) as each:
        yield each


@pytest.fixture
def second_host(builds: Path) -> Iterator[Host]:
    with running(Host(builds)) as each:
        yield each


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target"
