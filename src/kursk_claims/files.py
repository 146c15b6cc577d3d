"""Read files of bounded size; write files and folders completely or not at all, also when the machine stops."""

from __future__ import annotations

import errno
import io
import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from kursk_claims.supervisor import temporary_path

MAX_TEXT_SIZE = 16 * 2**20  # bytes of a schema, a file of SQL or a document
# What a system or an office program makes, and makes again, without anybody's asking.
SYSTEM_FILES = re.compile(r"\.ds_store|\._.*|(eh)?thumbs\.db|desktop\.ini|icon\r|__macosx|\.~lock\..*#|~\$.*", re.IGNORECASE)
# Hidden files, and what editors make: locks, backups and swap files.
EDITOR_FILES = re.compile(r"\..*|.*~|#.*#|.*\.(sw[op]|bak|orig|tmp)", re.IGNORECASE)
KINDS = {stat.S_ISDIR: "a folder", stat.S_ISFIFO: "a pipe", stat.S_ISSOCK: "a socket"}


def is_foreign_file(name: str) -> bool:
    """Return whether a file name is that of a hidden file, a system's, or an editor's lock, backup or swap file.

    Such files are neither records nor schemas nor part of a release, wherever they are.
    """
    return is_system_file(name) or EDITOR_FILES.fullmatch(name) is not None


def is_system_file(name: str) -> bool:
    """Return whether a file name is one such as `.DS_Store`: nothing is lost if its folder is replaced."""
    return SYSTEM_FILES.fullmatch(name) is not None


def open_regular(path: Path) -> io.BufferedReader:
    """Open a regular file for reading. A pipe or a device, which could block or never end, is refused before it is opened.

    Raises `OSError`.
    """
    real = os.path.realpath(path)
    require_regular(path)
    flags = ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")  # the file may have been replaced by a link or a pipe
    file = os.fdopen(os.open(real, sum((getattr(os, name, 0) for name in flags), os.O_RDONLY)), "rb")
    try:
        _reject_special(os.fstat(file.fileno()).st_mode, path)
    except OSError:
        file.close()
        raise
    return file


def require_regular(path: Path) -> None:
    """Raise `OSError` unless the path is a regular file or a link to one."""
    _reject_special(path.stat().st_mode, path)


def _reject_special(mode: int, path: Path) -> None:
    if not stat.S_ISREG(mode):
        kind = next((kind for matches, kind in KINDS.items() if matches(mode)), "a device")
        raise OSError(errno.EINVAL, f"expected a file, found {kind}", str(path))


def raise_if_environment_failed(error: OSError) -> None:
    """Raise an error again that says nothing about what is in the file: permissions, the disk or memory are at fault."""
    if error.errno in (errno.EACCES, errno.EPERM, errno.EIO, errno.ENOMEM, errno.EMFILE, errno.ENFILE):
        raise error


def read_bytes(path: Path, limit: int = MAX_TEXT_SIZE) -> bytes:
    """Return the content of a regular file of at most `limit` bytes. Raises `OSError`."""
    with open_regular(path) as file:
        return _read_limited(file, limit, str(path))


def read_standard_input(limit: int = MAX_TEXT_SIZE) -> bytes:
    """Return the content of standard input, at most `limit` bytes. Raises `OSError`."""
    return _read_limited(sys.stdin.buffer, limit, "-")


def _read_limited(file: BinaryIO, limit: int, name: str) -> bytes:
    content = file.read(limit + 1)
    if len(content) > limit:
        raise OSError(errno.EFBIG, f"expected at most {limit // 2**20} MB", name)
    return content


def read_utf8(path: Path, error_class: type[Exception], advice: str) -> str:
    """Return the text of a file. Raises `error_class`, with `advice` if it cannot be read."""
    try:
        return read_bytes(path).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise error_class(f"{path}: {error.strerror}. {advice}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise error_class(f"{path}:{line}:1: expected UTF-8, found byte 0x{error.object[error.start]:02x}") from None


def write_atomically(path: Path, content: bytes) -> None:
    """Write the content beside the path, then rename. A replaced file keeps its mode; a symlink is replaced, not its target."""
    with temporary_path(path.with_name(f"{_hidden_prefix(path)}{secrets.token_hex(4)}")) as temporary:
        with temporary.open("xb") as file:
            file.write(content)
        if path.exists() and not path.is_symlink():
            shutil.copymode(path, temporary)
        replace_file(temporary, path)


@contextmanager
def staging_directory(target: Path) -> Iterator[Path]:
    """Create an empty private folder beside the target, for what will be renamed to it; remove it at the end.

    Creates the folders that hold both, if needed, and removes them again if nothing was put there.
    """
    missing = [folder for folder in target.parents if not folder.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _new_directory(target.with_name(f"{_hidden_prefix(target)}{secrets.token_hex(4)}")) as staging:
            yield staging
    finally:
        with suppress(OSError):  # not empty
            for folder in missing:
                folder.rmdir()


@contextmanager
def scratch_directory(parent: Path | None = None) -> Iterator[Path]:
    """Create an empty private folder, in the system's folder for temporary files if not in `parent`; remove it at the end."""
    folder = Path(tempfile.gettempdir()) if parent is None else parent
    with _new_directory(folder / f"kursk-claims-{secrets.token_hex(8)}") as scratch:
        yield scratch


@contextmanager
def _new_directory(path: Path) -> Iterator[Path]:
    with temporary_path(path):  # known before it is made, so that nothing is left if it is interrupted here
        path.mkdir(mode=0o700)
        yield path


def replace_file(new: Path, target: Path) -> None:
    """Rename a complete file to the target, which may exist. Raises `OSError` if that is a pipe or a device."""
    if not target.is_symlink() and target.exists():
        require_regular(target)
    _sync(new)
    os.replace(new, target)
    _sync(target.parent)


def place_directory(new: Path, target: Path) -> None:
    """Rename a complete folder to a target that does not exist. Raises `FileExistsError` if another process was faster."""
    _sync_tree(new)
    try:
        os.rename(new, target)
    except OSError as error:
        if target.exists():
            raise FileExistsError(error.errno, "exists already", str(target)) from None
        raise
    _sync(target.parent)


def replace_directory(new: Path, target: Path) -> None:
    """Rename a complete folder to the target. An existing one is moved aside first and restored if the rename fails."""
    _sync_tree(new)
    if not target.exists():
        os.replace(new, target)
        _sync(target.parent)
        return
    with staging_directory(target) as aside:
        old = aside / target.name
        os.replace(target, old)
        try:
            os.replace(new, target)
        except BaseException:
            os.replace(old, target)
            raise
        _sync(target.parent)


def _hidden_prefix(path: Path) -> str:
    return f".{path.name[:40]}-"  # short enough for the limit of 255 bytes on file names


def _sync_tree(folder: Path) -> None:
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            _sync(Path(parent, name))
        _sync(Path(parent))


def _sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's list of names, are on disk."""
    if os.name == "nt":  # cannot sync what is opened for reading
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
