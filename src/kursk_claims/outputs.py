"""Write to the files, folders, pipes and devices that the user names, and replace nothing else.

A link stays a link: what it leads to is written. A pipe or a device is written to, never replaced. `-` is standard output.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kursk_claims.errors import WorkspaceError
from kursk_claims.files import replace_file, write_atomically
from kursk_claims.links import is_regular, leads_out

DESCRIPTORS = re.compile("/dev/(?:fd/|(?=std))(stdin|stdout|stderr|[0-9]+)|/proc/self/fd/([0-9]+)")
NUMBERS = {"-": 1, "stdin": 0, "stdout": 1, "stderr": 2}


def find_descriptor(path: Path) -> int | None:
    """Return the number of the open file that a path such as `-`, `/dev/stdout` or `/dev/fd/3` means; None for any other."""
    match = DESCRIPTORS.fullmatch(os.path.abspath(path))
    name = "-" if str(path) == "-" else (match[1] or match[2]) if match else None
    return None if name is None else NUMBERS.get(name) if name in NUMBERS else int(name)


def is_standard_output(path: Path) -> bool:
    """Return whether a path means standard output."""
    return find_descriptor(path) == 1


def resolve_output(path: Path) -> Path:
    """Return where a file or folder that the user names is written, without links.

    A link that leads out of the current folder, or of the folder of a path outside it, may be someone else's trap. Raises
    `WorkspaceError` for it, and for `-`, which is no name of a file.
    """
    if str(path) == "-":
        raise WorkspaceError("-: expected the name of a file or a folder, found the sign for standard output. Name one.")
    absolute, current = Path(os.path.abspath(path)), Path.cwd()
    root = current if absolute.is_relative_to(current) else absolute.parent
    real = Path(os.path.realpath(path))
    if leads_out(absolute, root) and not absolute.is_relative_to("/dev"):
        raise WorkspaceError(f"{path}: expected a path without links to other folders, found a link to {real}. Name that path.")
    return real


def check_output(path: Path) -> None:
    """Refuse a path to which no file can be written, before any work is done. Raises `WorkspaceError`."""
    if find_descriptor(path) is None and ((real := resolve_output(path)).is_dir() or not real.parent.is_dir()):
        raise WorkspaceError(f"{path}: expected a file in an existing folder. Name one.")


def check_new_file(path: Path) -> None:
    """Refuse a path to which `check_output` would write, but that is a link, a pipe or a device. Raises `WorkspaceError`.

    It is for what is written with files beside it, whose names follow from its own.
    """
    check_output(path)
    if path.is_symlink() or is_special(path):
        raise WorkspaceError(f"{path}: expected a file or a new name, found a link, a pipe or a device. Name a file.")


def write_output(path: Path, content: bytes) -> None:
    """Write a file atomically; write to a pipe, a device or an open file. Raises `WorkspaceError` and `OSError`."""
    if is_special(path):
        with _open_special(path) as file:
            file.write(content)
    else:
        write_atomically(resolve_output(path), content)


def place_file(new: Path, path: Path) -> None:
    """Rename a complete file to a path; copy it to a pipe, a device or an open file. Raises `WorkspaceError` and `OSError`."""
    if is_special(path):
        with new.open("rb") as source, _open_special(path) as file:
            shutil.copyfileobj(source, file)
    else:
        replace_file(new, resolve_output(path))


def is_special(path: Path) -> bool:
    """Return whether a path means a pipe, a device or an open file, which is written to and not replaced."""
    return find_descriptor(path) is not None or not is_regular(resolve_output(path))


@contextmanager
def _open_special(path: Path) -> Iterator[BinaryIO]:
    number = find_descriptor(path)
    if number == 1:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with open(resolve_output(path) if number is None else os.dup(number), "wb") as file:
        yield file
