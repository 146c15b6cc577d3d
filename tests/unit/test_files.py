"""A file or a folder is the old one or the new one, never a part of it."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest

from kursk_claims.files import open_regular, place_directory, read_bytes, replace_directory, staging_directory, write_atomically


def failing_replace(monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    """Make the given call of `os.replace` fail, counted from 1."""
    calls = iter(range(1, 100))
    replace = os.replace

    def fail(old: Path, new: Path) -> None:
        if next(calls) == call:
            raise OSError("disk full")
        replace(old, new)

    monkeypatch.setattr(os, "replace", fail)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_failed_write_keeps_the_file_and_leaves_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.txt"
    write_atomically(path, b"first")
    failing_replace(monkeypatch, 1)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, b"second")
    assert path.read_bytes() == b"first"
    assert names(tmp_path) == ["report.txt"]


def test_a_written_file_keeps_its_mode_and_a_link_is_replaced_instead_of_its_target(tmp_path: Path) -> None:
    private = tmp_path / "private.txt"
    private.write_bytes(b"first")
    private.chmod(0o600)
    (tmp_path / "link").symlink_to(private)
    write_atomically(tmp_path / "link", b"second")
    assert private.read_bytes() == b"first"
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "link").read_bytes() == b"second"
    write_atomically(private, b"third")
    assert private.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kind", ["pipe", "socket", "folder", "link to a device"])
def test_only_regular_files_are_opened(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    path = Path("special")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero")
    signal.alarm(20)  # opening a pipe would wait for a writer
    try:
        with pytest.raises(OSError, match=f"expected a file, found a {kind.rsplit(maxsplit=1)[-1]}"):
            open_regular(path)
    finally:
        signal.alarm(0)


def test_a_file_is_read_up_to_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(100))
    assert read_bytes(path, 100) == bytes(100)
    with pytest.raises(OSError, match="expected at most"):
        read_bytes(path, 99)


def test_a_file_whose_name_is_as_long_as_names_may_be_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("\N{OGHAM LETTER BEITH}" * 85)
    write_atomically(path, b"content")
    assert path.read_bytes() == b"content"


def test_a_staging_directory_is_removed_when_the_work_fails(tmp_path: Path) -> None:
    def fail_halfway() -> None:
        with staging_directory(tmp_path / "new" / "target") as staging:
            (staging / "half").write_bytes(b"")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_halfway()
    assert names(tmp_path) == [], "nor the folder that was made for it"


@pytest.mark.parametrize(("failing_call", "expected"), [(1, b"old"), (2, b"old"), (None, b"new")])
def test_a_directory_is_replaced_or_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing_call: int | None, expected: bytes
) -> None:
    for name in ("old", "new"):
        (tmp_path / name / "inner").mkdir(parents=True)
        (tmp_path / name / "inner" / "file").write_bytes(name.encode())
    if failing_call:
        failing_replace(monkeypatch, failing_call)
        with pytest.raises(OSError, match="disk full"):
            replace_directory(tmp_path / "new", tmp_path / "old")
    else:
        replace_directory(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old" / "inner" / "file").read_bytes() == expected
    assert names(tmp_path) == (["new", "old"] if failing_call else ["old"])


def test_a_folder_is_placed_only_where_there_is_none(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name, encoding="utf-8")
    place_directory(tmp_path / "first", tmp_path / "1.0.0")
    with pytest.raises(FileExistsError, match="exists already"):
        place_directory(tmp_path / "second", tmp_path / "1.0.0")
    assert (tmp_path / "1.0.0" / "file").read_text(encoding="utf-8") == "first"
