"""Links and special files in someone else's workspace or folder: nothing behind them is read, written or waited for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import kursk_claims
from kursk_claims.errors import KurskClaimsError
from support import WELLS, Call, Copy, build_once, fail_after

SECRET = "password=sesame,token=sesame\n"
_no_hanging = fail_after(60)
FILES = (
    "dataset/README.md",
    "dataset/dataset.yaml",
    "dataset/records/wells.csv",
    "schemas/wells.yaml",
    "schemas/rules.sql",
    "schemas/views.sql",
    "schemas/questions.sql",
    "build/index.json",
    "build/1.0.0/manifest.json",
    "build/1.0.0/wells.parquet",
    "build/1.0.0/views.sql",
    "build/1.0.0/schemas/wells.yaml",
    "LICENSE-DATA",
    "CITATION.cff",
    "CHANGELOG.md",
)
FOLDERS = ("dataset", "dataset/records", "schemas", "build", "build/1.0.0", "build/1.0.0/records", "build/1.0.0/schemas")
COMMANDS: dict[str, tuple[str, ...]] = {
    "validate": (),
    "check": ("{root}/dataset/records",),
    "build": (),
    "release": ("2.0.0",),
    "verify": (),
    "diff": ("1.0.0", "{root}"),
    "export": ("{root}/out.sqlite",),
    "query": ("FROM wells",),
    "describe": (),
    "explore": ("-o", "{root}/page.html"),
    "format": (),
}
API: dict[str, Callable[[Path], object]] = {
    "connect": lambda root: kursk_claims.connect(workspace=root),
    "connect to records": lambda root: kursk_claims.connect(records=True, workspace=root),
    "table": lambda root: kursk_claims.table("wells", workspace=root),
    "schema": lambda root: kursk_claims.schema("wells", workspace=root),
    "check": lambda root: kursk_claims.check(root / "dataset" / "records", workspace=root),
}


@pytest.fixture
def wells(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, call: Call) -> Copy:
    """The small workspace with a release."""

    def prepare(root: Path) -> None:
        shutil.copytree(WELLS, root)
        (root / "LICENSE-DATA").write_text("free\n", encoding="utf-8")
        assert call("release", "1.0.0", "--workspace", root).code == 0

    shutil.copytree(build_once(tmp_path_factory, "wells-with-release", prepare), tmp_path / "wells")
    return Copy(tmp_path / "wells")


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A folder of the user's that nobody else should read or change."""
    folder = tmp_path / "private"
    folder.mkdir()
    for name in ("secret", "wells.csv", "wells.yaml", "index.json"):
        (folder / name).write_text(SECRET, encoding="utf-8")
    return folder


def refuse_everywhere(root: Path, call: Call, words: str) -> None:
    """Run every command and function on a workspace; each must refuse it and show nothing of the secret."""
    for command, arguments in COMMANDS.items():
        outcome = call(command, *(each.format(root=root) for each in arguments), "--workspace", root)
        assert outcome.code == 2, (command, outcome)
        assert words in outcome.err, (command, outcome)
        assert "sesame" not in outcome.out + outcome.err
        assert "Traceback" not in outcome.err
    for name, function in API.items():
        with pytest.raises(KurskClaimsError) as raised:
            function(root)
        assert words in str(raised.value), name
        assert "sesame" not in str(raised.value)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_links_out_of_the_workspace_is_refused(name: str, wells: Copy, private: Path, call: Call) -> None:
    (wells.root / name).unlink()
    (wells.root / name).symlink_to(private / "secret")
    refuse_everywhere(wells.root, call, f"{Path(name).name} is a symlink out of")
    assert (private / "secret").read_text(encoding="utf-8") == SECRET


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_that_links_out_of_the_workspace_is_refused(name: str, wells: Copy, tmp_path: Path, call: Call) -> None:
    """The folder has all that a workspace needs, so nothing but the link can stop a command."""
    elsewhere = tmp_path / "elsewhere"
    (wells.root / name).rename(elsewhere)
    (wells.root / name).symlink_to(elsewhere)
    before = snapshot(elsewhere)
    refuse_everywhere(wells.root, call, f"{Path(name).name} is a symlink out of")
    assert snapshot(elsewhere) == before


@pytest.mark.parametrize("target", ["../private/secret", "inner/../../private/secret", "chain", "missing/../../private/new"])
def test_a_link_is_followed_to_its_end(target: str, wells: Copy, private: Path, call: Call) -> None:
    (wells.root / "inner").mkdir()
    (wells.root / "chain").symlink_to("inner/next")
    (wells.root / "inner" / "next").symlink_to("../../private/secret")
    (wells.root / "CITATION.cff").unlink()
    (wells.root / "CITATION.cff").symlink_to(target)
    refuse_everywhere(wells.root, call, "CITATION.cff is a symlink out of")
    assert not (private / "new").exists()


def test_a_link_to_a_hidden_file_of_the_workspace_is_refused(wells: Copy, call: Call) -> None:
    """A runner of CI keeps its token in `.git/config`, which is inside the workspace."""
    (wells.root / ".git").mkdir()
    (wells.root / ".git" / "config").write_text(SECRET, encoding="utf-8")
    (wells.root / "LICENSE-DATA").unlink()
    (wells.root / "LICENSE-DATA").symlink_to(".git/config")
    refuse_everywhere(wells.root, call, "LICENSE-DATA is a symlink out of")


def test_links_within_a_workspace_are_followed_and_replaced_when_written(wells: Copy, call: Call) -> None:
    (wells.root / "schemas").rename(wells.root / "contract")
    (wells.root / "schemas").symlink_to("contract")
    (wells.root / "CITATION.cff").rename(wells.root / "cite")
    (wells.root / "CITATION.cff").symlink_to("cite")
    before = (wells.root / "cite").read_bytes()
    wells.add("wells", well_id="w3", latitude="1", longitude="2")
    assert call("release", "2.0.0", "--workspace", wells.root).code == 0
    assert (wells.root / "cite").read_bytes() == before
    assert "2.0.0" in (wells.root / "CITATION.cff").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_special_file_in_a_workspace_is_refused(name: str, kind: str, wells: Copy, call: Call) -> None:
    (wells.root / name).unlink()
    if kind == "pipe":
        os.mkfifo(wells.root / name)
        refuse_everywhere(wells.root, call, "found a pipe, a device or a socket")
    else:
        (wells.root / name).symlink_to("/dev/zero")
        refuse_everywhere(wells.root, call, "is a symlink out of")


def test_links_that_never_end_are_refused(wells: Copy, call: Call) -> None:
    wells.csv("wells").unlink()
    wells.csv("wells").symlink_to("wells.csv")
    assert call("validate", "--workspace", wells.root).code == 1
    assert "no such file" in call("validate", "--workspace", wells.root).out
    assert call("query", "--records", "FROM wells", "--workspace", wells.root).code == 1
    (wells.root / "dataset" / "loop").symlink_to(".")
    assert call("query", "FROM wells", "--workspace", wells.root).code == 0


def chain_links(folder: Path, private: Path) -> None:
    (folder / "next").symlink_to(private)
    (folder / "wells").symlink_to("next")


def link_to_hidden_file(folder: Path, private: Path) -> None:
    (folder / ".git").mkdir()
    shutil.copy(private / "secret", folder / ".git" / "config")
    (folder / "wells.csv").symlink_to(".git/config")


CHECKED: dict[str, Callable[[Path, Path], None]] = {
    "a file is a link": lambda folder, private: (folder / "wells.csv").symlink_to(private / "secret"),
    "a subfolder is a link": lambda folder, private: (folder / "wells").symlink_to(private),
    "a link to a link": chain_links,
    "a link to a hidden file": link_to_hidden_file,
    "a pipe": lambda folder, private: os.mkfifo(folder / "wells.csv"),
    "a link to a device": lambda folder, private: (folder / "wells.csv").symlink_to("/dev/zero"),
    "a link to nothing": lambda folder, private: (folder / "wells.csv").symlink_to("nothing.csv"),
    "a link to itself": lambda folder, private: (folder / "wells.csv").symlink_to("wells.csv"),
}


@pytest.mark.parametrize("paths", ["{}", "{}/*.csv", "{}/w*/*.csv", "{}/**/*.csv", "{}/*/wells.csv", "{}/../folder"])
@pytest.mark.parametrize("name", CHECKED)
def test_nothing_outside_a_checked_folder_is_read(name: str, paths: str, private: Path, tmp_path: Path, call: Call) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    CHECKED[name](folder, private)
    path = paths.format(folder)
    outcome = call("check", path, "--workspace", WELLS)
    assert outcome.code == 2, outcome
    assert "sesame" not in outcome.out + outcome.err
    with pytest.raises(KurskClaimsError) as raised:
        kursk_claims.check(path, workspace=WELLS)
    assert "sesame" not in str(raised.value)


def test_a_named_folder_or_file_may_be_a_link(tmp_path: Path, wells: Copy, call: Call) -> None:
    (tmp_path / "link").symlink_to(wells.root / "dataset" / "records")
    (tmp_path / "wells.csv").symlink_to(wells.csv("wells"))
    for path in ("link", "wells.csv", "link/*.csv"):
        assert call("check", tmp_path / path, "--workspace", WELLS).code == 0


def test_a_named_pipe_or_device_is_refused(tmp_path: Path, call: Call) -> None:
    os.mkfifo(tmp_path / "wells.csv")
    os.mkfifo(tmp_path / "wells.parquet")
    for path in (tmp_path / "wells.csv", tmp_path / "wells.parquet", "/dev/zero", "/dev/null"):
        assert call("check", path, "--table", "wells", "--workspace", WELLS).code == 2
        assert call("validate", "--workspace", WELLS, "--text", path).code == 2


OUTPUTS: dict[str, tuple[str, ...]] = {
    "a report": ("validate", "--output", "out"),
    "a page": ("explore", "-o", "out"),
    "a database": ("export", "out.sqlite"),
    "CSV files": ("export", "folder"),
    "a build": ("build", "--to", "folder"),
    "a report in a folder": ("validate", "--output", "folder/report.txt"),
    "a page in a folder": ("explore", "-o", "folder/page.html"),
    "a database in a folder": ("export", "folder/out.sqlite"),
    "a build in a folder": ("build", "--to", "folder/next"),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_nothing_is_written_through_a_link_out_of_the_current_folder(
    name: str, wells: Copy, private: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In CI the current folder is someone else's: a link there could lead to the configuration of a shell."""
    monkeypatch.chdir(wells.root)
    for link, target in (("out", "secret"), ("out.sqlite", "secret"), ("folder", ".")):
        Path(link).symlink_to(private / target)
    before = snapshot(private)
    outcome = call(*OUTPUTS[name])
    assert outcome.code == 2, outcome
    assert snapshot(private) == before


def test_a_written_link_within_a_folder_stays_a_link(wells: Copy, call: Call, tmp_path: Path) -> None:
    (tmp_path / "latest.txt").symlink_to("first.txt")
    assert call("validate", "--output", tmp_path / "latest.txt", "--workspace", wells.root).code == 0
    assert (tmp_path / "latest.txt").is_symlink()
    assert (tmp_path / "first.txt").is_file()


@pytest.mark.parametrize("name", ["schemas", "schemas/wells.yaml", "wells.parquet"])
def test_diff_reads_nothing_outside_a_named_folder(name: str, wells: Copy, private: Path, tmp_path: Path, call: Call) -> None:
    release = wells.root / "build" / "1.0.0"
    copy = shutil.copytree(release, tmp_path / "copy")
    target = private / "secret" if (copy / name).is_file() else private
    shutil.rmtree(copy / name) if (copy / name).is_dir() else (copy / name).unlink()
    (copy / name).symlink_to(target)
    outcome = call("diff", release, copy, "--workspace", wells.root)
    assert (outcome.code, "sesame" in outcome.out + outcome.err) == (2, False)
