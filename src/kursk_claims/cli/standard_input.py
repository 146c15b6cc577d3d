"""Standard input for commands that read files."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import typer

from kursk_claims.outputs import find_descriptor

NAME = "<stdin>"
STANDARD_INPUT = ("-", "/dev/stdin")
MAX_SIZE = 4 * 2**30  # bytes of a table on standard input, which is stored until it is checked
CHUNK_SIZE = 2**20
SUFFIXES = ((b"PAR1", ".parquet"), (b"\x1f\x8b", ".csv.gz"), (b"\x28\xb5\x2f\xfd", ".csv.zst"))  # by the first bytes


@contextmanager
def store_standard_input(
    paths: Sequence[str], table: str | None, folder: Path | None
) -> Iterator[tuple[list[str], Mapping[Path, str]]]:
    """Store standard input (`-`) and open descriptors such as `/dev/fd/63` in temporary files until the block ends.

    Yields the paths with those of the files, and the names that the files have in findings. Raises `InputError`.
    """
    streams = [path for path in paths if is_stream(path)]
    if not streams:
        yield list(paths), {}
        return
    if table is None:
        raise typer.BadParameter(f"`{streams[0]}` is a stream, which has no name; name its table with --table")
    from kursk_claims.files import scratch_directory

    with scratch_directory(folder) as scratch:
        stored = {path: _store(path, scratch / f"{table}-{number}") for number, path in enumerate(dict.fromkeys(streams))}
        names = {file: NAME if path in STANDARD_INPUT else path for path, file in stored.items()}
        yield [str(stored.get(path, path)) for path in paths], names


def is_stream(path: str) -> bool:
    """Return whether a path is standard input, or what the shell passes for `<(command)`."""
    return path in STANDARD_INPUT or find_descriptor(Path(path)) not in (None, 1, 2)


def _store(source: str, path: Path) -> Path:
    """Write a stream to a file whose suffix says what it is by its first bytes, or else CSV."""
    from kursk_claims.errors import InputError

    try:
        with sys.stdin.buffer if source in STANDARD_INPUT else Path(source).open("rb") as stream:
            return _copy(stream, path, "standard input" if source in STANDARD_INPUT else source)
    except OSError as error:
        raise InputError(f"{source}: {error.strerror}") from None


def _copy(stream: BinaryIO, path: Path, name: str) -> Path:
    from kursk_claims.errors import InputError

    chunk = stream.read(CHUNK_SIZE)
    suffix = next((suffix for signature, suffix in SUFFIXES if chunk.startswith(signature)), ".csv")
    path = path.with_name(path.name + suffix)
    size = 0
    with path.open("xb") as file:
        while chunk:
            size += len(chunk)
            if size > MAX_SIZE:
                raise InputError(f"{name}: expected at most {MAX_SIZE // 2**30} GB, found more. Name a file instead.")
            file.write(chunk)
            chunk = stream.read(CHUNK_SIZE)
    return path
