"""Unpack compressed CSV files."""

from __future__ import annotations

from pathlib import Path

from kursk_claims.report.model import Finding
from kursk_claims.tables.file_kinds import GZIP, ZSTD, identify_file
from kursk_claims.tables.unreadable import examine_csv

KINDS = {"gzip": GZIP, "zstd": ZSTD}
MAX_RATIO = 200  # how many times its size a file may become; CSV that repeats itself becomes fifty times
MIN_LIMIT = 64 * 2**20  # bytes that any file may become
CHUNK_SIZE = 2**22  # bytes that are unpacked at once


def unpack(path: Path, compression: str, target: Path, name: str, table: str) -> Finding | None:
    """Unpack a file to `target`, or return the finding why that is not possible. Raises `OSError` for the environment."""
    import pyarrow as pa

    kind = KINDS[compression]
    expected = f"CSV {kind.name}"
    if identify_file(path) != kind:
        other = examine_csv(path, name, table)
        found = other.found if other else "text that is not compressed"
        fix = other.fix if other else f"Rename the file: without {path.suffix} at the end."
        return Finding("file-unreadable", name, expected, found, fix, table)
    limit = max(MIN_LIMIT, MAX_RATIO * path.stat().st_size)
    try:
        with pa.input_stream(str(path), compression=compression) as source, target.open("xb") as out:
            size = 0
            while chunk := source.read(CHUNK_SIZE):
                out.write(chunk)
                size += len(chunk)
                if size > limit:
                    found = f"more than {MAX_RATIO} times as many bytes when unpacked"
                    fix = "Unpack it yourself if you trust it, and check the result."
                    return Finding("file-unreadable", name, expected, found, fix, table)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        fix = "Compress the file again; it is truncated or damaged."
        return Finding("file-unreadable", name, expected, str(error).strip().split("\n")[0], fix, table)
    return None
