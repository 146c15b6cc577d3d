"""Where people point a command: links, pipes, devices, `-` and names with dots. Nothing but a regular file is replaced."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import kursk_claims
from kursk_claims.database.export.target import find_ending
from support import WELLS, Call, Copy, Run, fail_after

_no_hanging = fail_after(120)
ROWS = "well_id,latitude,longitude\nw1,12.5,7.25\nw2,13,200\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


# Commands that write one file: the words before its name, and how the file begins.
FILES = {
    "check": (["check", WELLS / "dataset" / "records", "-w", WELLS, "-f", "json", "-o"], b"{\n"),
    "validate": (["validate", "-w", WELLS, "-f", "json", "-o"], b"{\n"),
    "export": (["export", "--replace", "-w", WELLS], b"SQLite format 3"),
}


@contextmanager
def read_pipe(path: Path) -> Iterator[list[bytes]]:
    """Read a pipe until its writer closes it."""
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()), daemon=True)
    reader.start()
    yield read
    reader.join(60)


@pytest.mark.parametrize("name", FILES)
def test_a_link_stays_a_link_and_its_file_is_written(name: str, call: Call) -> None:
    command, start = FILES[name]
    Path("latest.sqlite").symlink_to("page.sqlite")
    for before in (None, "mine"):  # a link to nothing, then to a file
        if before:
            Path("page.sqlite").write_text(before, encoding="utf-8")
        assert call(*command, "latest.sqlite").code == 0
        assert Path("latest.sqlite").is_symlink()
        assert Path("page.sqlite").read_bytes().startswith(start)
    beside = {"page.metadata.yaml"} if name == "export" else set()  # it names the database as the file is named
    assert set(os.listdir()) == {"latest.sqlite", "page.sqlite"} | beside


@pytest.mark.parametrize("name", FILES)
def test_a_link_to_another_folder_is_refused(name: str, call: Call, tmp_path: Path) -> None:
    (tmp_path / "page").write_text("mine", encoding="utf-8")
    Path("latest.sqlite").symlink_to(tmp_path / "page")
    outcome = call(*FILES[name][0], "latest.sqlite")
    assert (outcome.code, "expected a path without links to other folders" in outcome.err) == (2, True)
    assert (tmp_path / "page").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", FILES)
def test_a_pipe_is_written_to(name: str, call: Call) -> None:
    command, start = FILES[name]
    os.mkfifo("pipe.sqlite")
    Path("link.sqlite").symlink_to("pipe.sqlite")
    for target in ("pipe.sqlite", "link.sqlite"):
        with read_pipe(Path("pipe.sqlite")) as read:
            assert call(*command, target).code == 0
        assert read[0].startswith(start)
    assert stat.S_ISFIFO(os.stat("pipe.sqlite").st_mode)
    assert sorted(os.listdir()) == ["link.sqlite", "pipe.sqlite"]


@pytest.mark.parametrize("name", [name for name in FILES if name != "export"])
def test_a_device_is_written_to(name: str, call: Call) -> None:
    before = os.stat("/dev/null")
    assert call(*FILES[name][0], "/dev/null").code == 0
    assert (os.stat("/dev/null").st_ino, stat.S_ISCHR(os.stat("/dev/null").st_mode)) == (before.st_ino, True)
    outcome = call(*FILES[name][0], "/dev/full")
    assert (outcome.code, "No space left on device" in outcome.err) == (2, True)


@pytest.mark.parametrize("target", ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("append", [False, True])
def test_standard_output_may_be_named(target: str, append: bool, tmp_path: Path) -> None:
    """It is a file here, to which the shell may append; it is neither replaced nor emptied."""
    path = tmp_path / "all.json"
    path.write_text("before\n", encoding="utf-8")
    inode = path.stat().st_ino
    command = [sys.executable, "-m", "kursk_claims", "validate", "-w", WELLS, "-q", "-f", "json", "-o", target]
    with path.open("ab" if append else "wb") as file:
        subprocess.run(list(map(str, command)), stdout=file, check=True)
    text = path.read_text(encoding="utf-8")
    assert json.loads(text.removeprefix("before\n"))["summary"]["findings"] == 0
    assert (path.stat().st_ino, text.startswith("before\n")) == (inode, append)
    assert os.listdir() == []


def test_an_open_file_may_be_named(tmp_path: Path) -> None:
    """As with `--output /dev/fd/3 3>report.json` or `>(…)` of a shell."""
    with (tmp_path / "report.json").open("wb") as file:
        command = [
            sys.executable,
            "-m",
            "kursk_claims",
            "validate",
            "-w",
            WELLS,
            "-q",
            "-f",
            "json",
            "-o",
            f"/dev/fd/{file.fileno()}",
        ]
        subprocess.run(list(map(str, command)), pass_fds=[file.fileno()], check=True)
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["summary"]["findings"] == 0


def test_a_folder_is_no_file(call: Call) -> None:
    Path("harbour.sqlite").mkdir()
    for name in FILES:
        assert call(*FILES[name][0], "harbour.sqlite").code == 2
    for target in ("harbour.sqlite", "none/page.html"):
        outcome = call("explore", "-o", target, "-w", WELLS)
        assert (outcome.code, f"{target}: expected a file in an existing folder" in outcome.err) == (2, True)
    assert os.listdir("harbour.sqlite") == []


# The page


def test_a_page_goes_to_standard_output_alone_without_a_picture(call: Call, run: Run, fiction: Copy, folder: Path) -> None:
    command = ["explore", "--records", "-q", "-w", fiction.root, "--out"]
    for target in ("-", "/dev/stdout"):
        outcome = run(*command, target, cwd=folder)
        assert (outcome.returncode, outcome.stdout[:15], outcome.stderr) == (0, "<!doctype html>", "")
        assert "og:image" not in outcome.stdout
    assert "--open needs a file" in call(*command, "-", "--open").err
    assert os.listdir() == []


# Folders


@pytest.mark.parametrize("command", [["export", "--replace"], ["build", "--to"]], ids=" ".join)
def test_a_link_to_a_folder_stays_a_link(command: list[str], wells: Copy, call: Call) -> None:
    Path("latest").symlink_to("first")
    for _ in range(2):
        assert call(*command, "latest", "-w", wells.root).code == 0
        assert Path("latest").is_symlink()
        assert any(name.startswith("wells.") for name in os.listdir("first"))
    assert sorted(os.listdir()) == ["first", "latest"]


@pytest.mark.parametrize("command", [["export", "--replace"], ["build", "--to"], ["download", "--from", str(WELLS), "--to"]])
@pytest.mark.parametrize("kind", ["pipe", "file", "device"])
def test_a_folder_replaces_nothing_else(command: list[str], kind: str, call: Call, folder: Path) -> None:
    target = Path("/dev/null") if kind == "device" else folder / "target"
    if kind == "pipe":
        os.mkfifo(target)
    elif kind == "file":
        target.write_text("mine", encoding="utf-8")
    before = os.lstat(target)
    outcome = call(*command, target, *([] if command[0] == "download" else ["-w", WELLS]))
    assert (outcome.code in (1, 2), "Traceback" in outcome.err, outcome.out) == (True, False, "")
    assert (os.lstat(target).st_ino, os.lstat(target).st_mode) == (before.st_ino, before.st_mode)


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        *[("claims-1.1.0", ""), ("claims.1", ""), ("v2.0-rc1", ""), ("2026.11.26", ""), ("claims", ""), (".claims", "")],
        *[("claims-1.1.0.sqlite", ".sqlite"), ("claims.XLSX", ".xlsx"), ("claims.docx", ".docx"), ("claims.7z", ".7z")],
    ],
)
def test_a_version_is_no_ending(name: str, ending: str) -> None:
    assert find_ending(Path(name)) == ending


def test_a_folder_may_have_a_version_in_its_name(call: Call) -> None:
    for name in ("wells-1.1.0", "2026.11.26"):
        assert call("export", name, "-q", "-w", WELLS) == (0, f"{name}\n", "")
        assert Path(name, "wells.csv").is_file()
        assert call("export", name, "--safe", "--replace", "-q", "-w", WELLS).code == 0
    outcome = call("export", "wells.docx", "-q", "-w", WELLS)
    assert (outcome.code, "expected a name that ends in .duckdb, .sqlite or .xlsx, or a folder, found .docx" in outcome.err) == (
        2,
        True,
    )


def test_csv_for_spreadsheets_begins_with_a_byte_order_mark(call: Call, wells: Copy) -> None:
    wells.edit("wells", {"well_id": "w1"}, well_id="криниця")
    for name, options in {"safe": ["--safe"], "exact": []}.items():
        assert call("export", name, *options, "--records", "-q", "-w", wells.root).code == 0
    safe, exact = (Path(name, "wells.csv").read_bytes() for name in ("safe", "exact"))
    assert safe == b"\xef\xbb\xbf" + exact


# The sign for standard input and output


def test_a_table_is_checked_on_standard_input(call: Call) -> None:
    outcome = call("check", "-", "--table", "wells", "-q", "-w", WELLS, stdin=ROWS)
    assert outcome.code == 1
    assert outcome.out.startswith("<stdin>:3:7: error range: longitude [well_id=w2]\n")
    report = json.loads(call("check", "-", "--table", "wells", "-f", "json", "-q", "-w", WELLS, stdin=ROWS).out)
    assert [finding["file"] for finding in report["findings"]] == ["<stdin>"]
    assert os.listdir() == []


def test_it_is_one_input_among_others_and_never_named_after_its_temporary_file(call: Call, tmp_path: Path) -> None:
    Path("more.csv").write_text(ROWS.replace("200", "20"), encoding="utf-8")
    outcome = call("check", "-", "more.csv", "-", "--table", "wells", "-q", "-w", WELLS, "--spill", ".", stdin=ROWS)
    assert outcome.code == 1
    assert "also in line 2 of <stdin>" in outcome.out or "<stdin>:2:1: error key" in outcome.out
    assert "kursk-claims-" not in outcome.out + outcome.err
    assert os.listdir() == ["more.csv"]


def test_standard_input_may_be_parquet_or_nothing(call: Call) -> None:
    import io

    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(kursk_claims.table("wells", workspace=WELLS), buffer)
    assert call("check", "-", "--table", "wells", "-q", "-w", WELLS, stdin=buffer.getvalue()).code == 0
    broken = call("check", "-", "--table", "wells", "-q", "-w", WELLS, stdin=buffer.getvalue()[:200])
    assert (broken.code, "<stdin>" in broken.out + broken.err, "kursk-claims-" in broken.out) == (1, True, False)
    assert "<stdin>:1:1: error empty-file" in call("check", "-", "--table", "wells", "-q", "-w", WELLS).out
    outcome = call("check", "-", "-q", "-w", WELLS, stdin=ROWS)
    assert (outcome.code, "name its table with --table" in outcome.err) == (2, True)


def test_standard_input_is_bounded(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kursk_claims.cli.standard_input.MAX_SIZE", 100)
    outcome = call("check", "-", "--table", "wells", "-q", "-w", WELLS, stdin=ROWS * 10)
    assert (outcome.code, "standard input: expected at most" in outcome.err) == (2, True)


def test_a_text_comes_from_standard_input(fiction: Copy, call: Call) -> None:
    text = fiction.text.read_bytes()
    words = text.decode().split(".")[0].split("\n")[-1].strip()[:40]
    options = ["-q", "-w", fiction.root]
    piped = call("curate", "locate", "-", words, *options, stdin=text)
    assert piped.out == call("curate", "locate", fiction.text, words, *options).out != ""
    assert call("validate", "--text", "-", *options, stdin=text).out.endswith(", 0 skipped, 0 findings\n")
    outcome = call("curate", "locate", "-", words, *options, stdin=b"\xff")
    assert (outcome.code, outcome.err) == (2, "kursk-claims: -: expected UTF-8, found byte 0xff at byte 0\n")


@pytest.mark.parametrize("command", [["check", "in.csv", "--table", "wells"], ["validate"]], ids=" ".join)
def test_a_report_goes_to_standard_output(command: list[str], call: Call) -> None:
    Path("in.csv").write_text(ROWS, encoding="utf-8")
    expected = call(*command, "-q", "-w", WELLS)
    assert call(*command, "-q", "-w", WELLS, "-o", "-") == expected
    assert expected.out
    assert os.listdir() == ["in.csv"]


@pytest.mark.parametrize(
    "command",
    [
        ["export", "-", "-w", str(WELLS)],
        ["export", "./-", "--safe", "-w", str(WELLS)],
        ["build", "--to", "-", "-w", str(WELLS)],
        ["download", "--from", str(WELLS), "--to", "-"],
    ],
    ids=" ".join,
)
def test_what_is_no_stream_is_refused_as_standard_output(command: list[str], call: Call) -> None:
    outcome = call(*command, "-q")
    assert (outcome.code, outcome.out) == (2, "")
    assert "expected the name of a file or a folder, found the sign for standard output" in outcome.err
    assert os.listdir() == []


def test_an_exported_pipe_holds_a_whole_database(call: Call, tmp_path: Path) -> None:
    os.mkfifo("wells.sqlite")
    with read_pipe(Path("wells.sqlite")) as read:
        assert call("export", "wells.sqlite", "-w", WELLS).code == 0
    (tmp_path / "copy.sqlite").write_bytes(read[0])
    assert sqlite3.connect(tmp_path / "copy.sqlite").execute("SELECT count(*) FROM wells").fetchall() == [(2,)]


def test_the_output_of_a_command_is_checked_like_a_file(tmp_path: Path) -> None:
    rows = "printf 'well_id,latitude,longitude\\nw1,99,7\\n'"
    script = f"{sys.executable} -m kursk_claims check <({rows}) --table wells -w {WELLS} -q"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert re.match(r"/dev/fd/\d+:2:4: error range: latitude", done.stdout)
