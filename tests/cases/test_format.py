"""`format` works on anybody's CSV files, and the advice of findings names a command that can be run on them."""

from __future__ import annotations

import gzip
import os
import re
import shlex
import shutil
import socket
from pathlib import Path

import pytest

from downloads import release_wells
from support import Call, Copy

BERTHS = 'berth,ship\r\nb1,Möwe\r\nb2,"Anna, rebuilt"\r\n'
WELL_ROWS = "well_id,latitude,longitude\nw7,12.5,7.25\nw8,13,7.5\n"


@pytest.fixture(autouse=True)
def _current_folder(wells: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    """The current folder is somebody's own, below a workspace."""
    (wells.root / "mine").mkdir()
    monkeypatch.chdir(wells.root / "mine")


def untidy(text: str) -> bytes:
    """Return CSV as a spreadsheet saves it: with a byte order mark, CRLF, and its rows in another order."""
    header, *rows = text.splitlines()
    return b"\xef\xbb\xbf" + "".join(f"{line}\r\n" for line in (header, *reversed(rows))).encode()


def commands_in(out: str) -> set[str]:
    return set(re.findall(r"`(kursk-claims format [^`]*)`", out))


@pytest.mark.parametrize("name", ["wells.csv", "my wells.csv", "wells/part one.csv", "-wells.csv"])
def test_the_advice_of_a_finding_can_be_run_on_the_very_file(name: str, call: Call) -> None:
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(untidy(WELL_ROWS))
    check = ("check", "--quiet", "--table", "wells", "--", name)
    before = call(*check)
    assert before.code == 0
    assert call(*check[:2], "--fail-on", "warning", *check[2:]).code == 1
    assert {"byte-order-mark", "line-ending"} <= set(re.findall(r"warning ([a-z-]+)", before.out))
    (command,) = commands_in(before.out)
    assert call(*shlex.split(command)[1:])[:2] == (0, f"{path}: formatted\n")
    assert path.read_text(encoding="utf-8") == WELL_ROWS
    after = call(*check)
    assert after.code == 0, after.out
    assert call(*shlex.split(command)[1:])[:2] == (0, "")


def test_columns_in_another_order_are_advised_to_be_formatted(call: Call) -> None:
    Path("wells.csv").write_text("well_id,longitude,latitude\nw7,7.25,12.5\n", encoding="utf-8")
    (command,) = commands_in(call("check", "wells.csv").out)
    assert call(*shlex.split(command)[1:]).code == 0
    assert Path("wells.csv").read_text(encoding="utf-8") == "well_id,latitude,longitude\nw7,12.5,7.25\n"


def test_check_changes_nothing(call: Call) -> None:
    content = untidy(WELL_ROWS)
    Path("wells.csv").write_bytes(content)
    assert call("format", "--check", "wells.csv")[:2] == (1, "wells.csv: not in canonical form\n")
    assert Path("wells.csv").read_bytes() == content


def test_tabs_stay_tabs(call: Call) -> None:
    Path("wells.tsv").write_bytes(untidy(WELL_ROWS.replace(",", "\t")))
    (command,) = commands_in(call("check", "wells.tsv").out)
    assert call(*shlex.split(command)[1:])[:2] == (0, "wells.tsv: formatted\n")
    assert Path("wells.tsv").read_text(encoding="utf-8") == WELL_ROWS.replace(",", "\t")


def test_no_command_is_advised_for_what_format_does_not_write(call: Call) -> None:
    Path("wells.csv.gz").write_bytes(gzip.compress(untidy(WELL_ROWS)))
    outcome = call("check", "wells.csv.gz")
    assert "warning line-ending" in outcome.out
    assert "Save the file with LF" in outcome.out
    assert not commands_in(outcome.out)
    assert not commands_in(call("check", "-", "--table", "wells", stdin=untidy(WELL_ROWS)).out)


def test_a_file_of_no_table_gets_its_line_ends_unified(call: Call) -> None:
    Path("berths.csv").write_bytes(b"\xef\xbb\xbf" + BERTHS.encode())
    outcome = call("format", "berths.csv")
    assert outcome[:2] == (0, "berths.csv: formatted\n")
    assert "berths.csv: no table is named 'berths'" in outcome.err
    assert "--table" in outcome.err
    assert Path("berths.csv").read_bytes() == BERTHS.replace("\r\n", "\n").encode()


def test_records_of_a_workspace_elsewhere_are_formatted_by_its_schemas(
    call: Call, wells: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    canonical = wells.csv("wells").read_bytes()
    wells.csv("wells").write_bytes(untidy(canonical.decode()))
    report = call("validate", "--workspace", wells.root)
    (command,) = commands_in(report.out)
    assert call(*shlex.split(command)[1:]).code == 0
    assert wells.csv("wells").read_bytes() == canonical


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("berths.csv", 'berth,ship\nb1,"Möwe\nof Keddin"\n'.encode(), 1, "line 2 has an unclosed quote"),
        ("berths.csv", "berth,ship\nb1,Möwe\n".encode("latin-1"), 1, "not UTF-8"),
        ("berths.csv", b"\xef\xbb\xbf\r\n", 1, "the file is empty"),
        ("wells.csv", b"well_id,latitude\r\nw7,13\r\n", 1, "the header does not have the columns of the schema"),
        ("berths.txt", b"berth\r\nb1\r\n", 2, "expected a file that ends in .csv or .tsv, found .txt"),
        ("missing.csv", None, 2, "No such file or directory"),
    ],
)
def test_what_cannot_be_formatted_is_named_and_kept(name: str, content: bytes | None, code: int, words: str, call: Call) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    outcome = call("format", name)
    assert (outcome.code, outcome.out) == (code, "")
    assert f"{name}: {words}" in outcome.err
    assert (Path(name).read_bytes() if content is not None else None) == content


def test_one_file_that_cannot_be_formatted_does_not_keep_the_others(call: Call) -> None:
    Path("berths.csv").write_bytes(BERTHS.encode())
    outcome = call("format", "missing.csv", "berths.csv")
    assert (outcome.code, outcome.out) == (2, "berths.csv: formatted\n")


def test_outside_of_workspaces_the_tables_are_the_package_s(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packaged = release_wells(tmp_path / "packaged", "1.0.0").root
    shutil.rmtree(packaged / "dataset")  # as in the installed package
    monkeypatch.setattr("kursk_claims.workspace.PACKAGED", packaged)
    monkeypatch.chdir(tmp_path)
    Path("wells.csv").write_bytes(untidy(WELL_ROWS))
    assert call("format", "wells.csv")[:2] == (0, "wells.csv: formatted\n")
    assert Path("wells.csv").read_text(encoding="utf-8") == WELL_ROWS


def test_links_and_special_files_are_refused(call: Call, tmp_path: Path) -> None:
    private = tmp_path / "private.csv"
    private.write_bytes(BERTHS.encode())
    Path("link.csv").symlink_to(private)
    os.mkfifo("pipe.csv")
    Path("folder.csv").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.csv")
        for name in ("link.csv", "pipe.csv", "folder.csv", "socket.csv"):
            outcome = call("format", name)
            assert (outcome.code, outcome.out) == (2, ""), name
            assert f"{name}: expected a" in outcome.err
    assert private.read_bytes() == BERTHS.encode()
    assert Path("link.csv").is_symlink()


def test_without_a_workspace_files_are_to_be_named(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = call("format")
    assert (outcome.code, outcome.out) == (2, "")
    assert "name them: `kursk-claims format FILE…`" in outcome.err


def test_a_table_belongs_to_files(call: Call) -> None:
    assert "--table needs the files" in call("format", "--table", "wells").err
    Path("berths.csv").write_bytes(BERTHS.encode())
    unknown = call("format", "--table", "well", "berths.csv")
    assert (unknown.code, unknown.out) == (2, "")
    assert "did you mean 'wells'?" in unknown.err
