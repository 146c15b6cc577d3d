"""Find links and special files by which a folder of someone else's could expose or overwrite the user's files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def leads_out(path: Path, root: Path) -> bool:
    """Return whether a link in a path below `root` leads out of `root`, or to a hidden file such as `.git/config`."""
    real, real_root = Path(os.path.realpath(path)), Path(os.path.realpath(root))
    if not real.is_relative_to(real_root):
        return True
    inner = real.relative_to(real_root)
    has_link = str(inner) != os.path.relpath(os.path.abspath(path), os.path.abspath(root))
    return has_link and any(part.startswith(".") for part in inner.parts)


def is_regular(path: Path) -> bool:
    """Return whether a path is a file or a folder, not a pipe, a device or a socket; a missing file counts as one."""
    return path.is_file() or path.is_dir() or not path.exists()


def list_entries(path: Path) -> Iterator[Path]:
    """Yield a path and all that is below it, in any order; links to folders are followed, each folder once."""
    pending = [path]
    visited: set[str] = set()
    while pending:
        current = pending.pop()
        yield current
        if current.is_dir() and (real := os.path.realpath(current)) not in visited:
            visited.add(real)
            with suppress(OSError):  # another process may have removed it; the reader explains what cannot be read
                pending.extend(current.iterdir())
