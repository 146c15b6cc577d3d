"""Standard input for commands that read files."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer

NAME = "<stdin>"
MAX_SIZE = 4 * 2**30  # bytes of a table on standard input, which is stored until it is checked
CHUNK_SIZE = 2**20
SUFFIXES = ((b"PAR1", ".parquet"), (b"\x1f\x8b", ".csv.gz"), (b"\x28\xb5\x2f\xfd", ".csv.zst"))  # by the first bytes


@contextmanager
def store_standard_input(
    paths: Sequence[str], table: str | None, folder: Path | None
) -> Iterator[tuple[list[str], Mapping[Path, str]]]:
    """Store standard input in a temporary file, if `-` is among the paths, until the block ends.

    Yields the paths with the file's path for `-`, and the name that the file has in findings. Raises `InputError`.
    """
    if "-" not in paths:
        yield list(paths), {}
        return
    if table is None:
        raise typer.BadParameter("`-` is standard input, which has no name; name its table with --table")
    from kursk_claims.files import scratch_directory

    with scratch_directory(folder) as scratch:
        path = _store(scratch / table)
        yield [str(path) if each == "-" else each for each in paths], {path: NAME}


def _store(path: Path) -> Path:
    """Write standard input to a file whose suffix says what it is by its first bytes, or else CSV."""
    from kursk_claims.errors import InputError

    chunk = sys.stdin.buffer.read(CHUNK_SIZE)
    suffix = next((suffix for signature, suffix in SUFFIXES if chunk.startswith(signature)), ".csv")
    path = path.with_name(path.name + suffix)
    size = 0
    with path.open("xb") as file:
        while chunk:
            size += len(chunk)
            if size > MAX_SIZE:
                raise InputError(f"standard input: expected at most {MAX_SIZE // 2**30} GB, found more. Name a file instead.")
            file.write(chunk)
            chunk = sys.stdin.buffer.read(CHUNK_SIZE)
    return path
