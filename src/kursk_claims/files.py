"""Read text files with errors for people; write files and folders completely or not at all, also when the machine stops."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kursk_claims.supervisor import temporary_path


def read_utf8(path: Path, error_class: type[Exception], advice: str) -> str:
    """Return the text of a file. Raises `error_class`, with `advice` if there is no such file."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise error_class(f"{path}: {error.strerror}. {advice}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise error_class(f"{path}:{line}:1: expected UTF-8, found byte 0x{error.object[error.start]:02x}") from None


def write_atomically(path: Path, content: bytes) -> None:
    """Write the content beside the path, then rename; a symlink stays one, and a replaced file keeps its mode."""
    path = path.resolve()
    with temporary_path(path.with_name(f"{_hidden_prefix(path)}{secrets.token_hex(4)}")) as temporary:
        with temporary.open("xb") as file:
            file.write(content)
        if path.exists():
            shutil.copymode(path, temporary)
        replace_file(temporary, path)


@contextmanager
def staging_directory(target: Path) -> Iterator[Path]:
    """Create an empty private folder beside the target, for what will be renamed to it; remove it at the end.

    Creates the folder that holds both, if needed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with _new_directory(target.with_name(f"{_hidden_prefix(target)}{secrets.token_hex(4)}")) as staging:
        yield staging


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
    """Rename a complete file to the target, which may exist."""
    _sync(new)
    os.replace(new, target)
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
