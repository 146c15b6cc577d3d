"""The package without any extra: what works, and what says how to install the rest."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from importlib.metadata import distribution, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from support import LATEST, ROOT

pytestmark = pytest.mark.slow  # packaging, which daily work does not touch

CORE_SIZE = 100_000_000  # bytes of the files that are installed, without the bytecode that Python caches

Installed = Callable[..., "subprocess.CompletedProcess[str]"]


def list_core(name: str = "kursk-claims") -> Iterator[str]:
    """Yield the distributions that the package needs without any extra, on this system."""
    for requirement in map(Requirement, requires(name) or ()):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name.lower()
            yield from list_core(requirement.name)


CORE = sorted(set(list_core()))


@pytest.fixture(scope="module")
def core(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel and links to the distributions that it needs, as they are installed here."""
    home = tmp_path_factory.mktemp("core")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = next(home.glob("[bS]*/python*"))
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", str(wheel)], check=True)
    where = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(where, capture_output=True, text=True, check=True).stdout.strip())
    for name in CORE:
        for entry in {Path(file).parts[0] for file in distribution(name).files or ()} - {"..", "__pycache__"}:
            (packages / entry).symlink_to(Path(sysconfig.get_path("purelib")) / entry)
    return python


@pytest.fixture
def installed(core: Path, tmp_path: Path) -> Installed:
    def call(*args: str | Path) -> subprocess.CompletedProcess[str]:
        command = [str(core.with_name("kursk-claims")), *map(str, args)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, stdin=subprocess.DEVNULL)

    return call


def test_the_core_is_small() -> None:
    files = {file.locate() for name in [*CORE, "kursk-claims"] for file in distribution(name).files or ()}
    sources = [path for path in map(Path, map(os.fspath, files)) if path.suffix != ".pyc" and path.is_file()]
    release = sum(path.stat().st_size for path in (ROOT / "build" / LATEST).rglob("*") if path.is_file())
    code = sum(
        path.stat().st_size
        for path in (ROOT / "src").rglob("*")
        if path.is_file() and path.suffix != ".pyc" and "page" not in path.parts
    )
    assert sum(path.stat().st_size for path in sources) + release + code < CORE_SIZE
    assert not {"pandera", "polars", "pyarrow", "numpy", "pandas"} & set(CORE)


@pytest.mark.parametrize(
    ("command", "output"),
    [
        ("query|SELECT count(*) AS n FROM claims|--format|csv", "n\n52\n"),
        ("query|--name|numbers", "Pledge Times"),
        ("query|--records|SELECT count(*) FROM claims|--format|json|--workspace|{root}", '"count_star()": 52'),
        ("describe", "said_and_checked"),
        ("describe|said.origin|--format|json", '"column": "origin"'),
        ("show|clm-001", "clm-001  Ukraine"),
        ("verify|--workspace|{root}", f"{LATEST}: the same rows in every table (to compare the bytes as well: pip install"),
        ("export|claims.sqlite", "claims.sqlite\n"),
        ("export|folder", "folder\n"),
        ("export|claims.jsonld|--format|schema-claim", "claims.jsonld\n"),
        ("download|--from|{root}/build|--to|copy", f"copy/{LATEST}\n"),
        ("diff|1.1.0|2.0.0|--workspace|{root}", "step: major"),
        ("format|--check|--workspace|{root}", "0 files would change"),
        ("init|new", "new\n"),
        ("curate|draft|--help", "Usage: kursk-claims curate draft"),
    ],
)
def test_the_core_reads_releases(command: str, output: str, installed: Installed) -> None:
    done = installed(*command.format(root=ROOT).split("|"))
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert output in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("check|{root}/dataset/records", "check"),
        ("check|{root}/dataset/records|--engine|spark", "spark"),
        ("validate|--workspace|{root}", "check"),
        ("build|--workspace|{root}|--to|next", "check"),
        ("release|9.9.9|--workspace|{root}", "check"),
        ("query|SELECT 1 AS a|--format|parquet|--quiet", "check"),
        ("diff|1.1.0|2.0.0|--format|parquet|--workspace|{root}|--quiet", "check"),
        ("export|claims.duckdb|--quiet", "check"),
        ("export|claims.xlsx|--quiet", "xlsx"),
        ("explore", "explore"),
        ("curate|status|--workspace|{root}", "curate"),
        ("curate|document|add|article.txt", "curate"),
    ],
)
def test_a_missing_extra_is_named_in_one_line(command: str, extra: str, installed: Installed, tmp_path: Path) -> None:
    done = installed(*command.format(root=ROOT).split("|"))
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("kursk-claims: this needs ")
    assert line.endswith(f", which is not installed: pip install 'kursk-claims[{extra}]'")
    assert list(tmp_path.iterdir()) == []


def test_the_prompt_names_its_extra(core: Path, tmp_path: Path) -> None:
    terminal, side = pty.openpty()
    command = [str(core.with_name("kursk-claims")), "query", "--quiet"]
    done = subprocess.run(command, stdin=side, capture_output=True, text=True, check=False, cwd=tmp_path)
    os.close(side)
    os.close(terminal)
    message = "kursk-claims: this needs prompt_toolkit, which is not installed: pip install 'kursk-claims[prompt]'\n"
    assert (done.returncode, done.stderr) == (2, message)


def test_suggestions_need_no_extra(installed: Installed) -> None:
    assert "(did you mean 'clm-009'?)" in installed("show", "clm-9").stderr


def test_python_names_the_missing_extra(core: Path, tmp_path: Path) -> None:
    code = (
        "import kursk_claims as kc\n"
        "print(kc.connect().sql('SELECT count(*) FROM claims').fetchall())\n"
        "print(kc.load('claims')[0]['claim_id'], len(kc.tables()), kc.describe('said').name, kc.cite('apa')[-12:])\n"
        "for call in (lambda: kc.table('claims'), lambda: kc.schema('claims'), lambda: kc.check('claims.csv')):\n"
        "    try:\n"
        "        call()\n"
        "    except OSError as error:\n"
        "        print(error)\n"
    )
    done = subprocess.run([core, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    rows, loaded, *messages = done.stdout.splitlines()
    assert (rows, loaded) == ("[(52,)]", "clm-001 26 said  [Data set].")
    assert len(messages) == 3
    for message in messages:
        assert message.endswith(", which is not installed: pip install 'kursk-claims[check]'")
