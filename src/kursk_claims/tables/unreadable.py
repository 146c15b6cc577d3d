"""Examine a file that cannot be read, so that the finding says what it is and what to do."""

from __future__ import annotations

from pathlib import Path

from kursk_claims.files import raise_if_environment_failed
from kursk_claims.report.model import Finding
from kursk_claims.tables.file_kinds import (
    ENCRYPTED_PARQUET,
    PARQUET,
    TEXT,
    guess_encoding,
    identify_file,
    read_head,
)
from kursk_claims.tables.file_names import COMPRESSIONS

CSV_EXPECTED = "text in CSV"
MAX_ZEROS = 0.05  # share of the bytes of a text that may be zero; a few may be lost in single cells
REWRITE = "Write the file again with common settings, for example in Python: `polars.read_parquet('{path}').write_parquet(…)`."


def examine_parquet(path: Path, name: str, table: str, error: Exception) -> Finding:
    """Return the finding about a Parquet file that cannot be read. Raises `OSError` if the environment is at fault."""
    import pyarrow as pa

    from kursk_claims.tables.parquet_pages import TooLargeError

    if isinstance(error, OSError):
        raise_if_environment_failed(error)
    found, fix = str(error).strip().split("\n")[0], "Write the file again; it is truncated or damaged."
    head = read_head(path)
    kind = identify_file(path)
    if kind is None and not head:
        found = "an empty file"
    elif kind is None and b"\0" not in head and head.isascii():
        kind = TEXT
    elif kind is None:
        found, fix = f"a file that begins with {head[:8]!r}", "Name it by what it is, or write it as Parquet."
    elif kind == PARQUET and "crypt" in found:
        kind = ENCRYPTED_PARQUET
    if kind not in (None, PARQUET):
        found, fix = kind.name, kind.advice(Path(name))
    elif isinstance(error, TooLargeError):
        fix = "Write the file with smaller pages and row groups, or leave such values out."
    elif isinstance(error, pa.ArrowNotImplementedError):
        fix = REWRITE.replace("{path}", name)
    return Finding("file-unreadable", name, "a complete Parquet file", found, fix, table)


def examine_csv(path: Path, name: str, table: str) -> Finding | None:
    """Return the finding that a file is something else than CSV in UTF-8; None if it may be that."""
    kind = identify_file(path)
    if kind is not None:
        return Finding("file-unreadable", name, CSV_EXPECTED, kind.name, kind.advice(Path(name)), table)
    head = read_head(path)
    if b"\0" in head and (encoding := guess_encoding(head)):
        return encoding_finding(name, table, encoding, f"text in {encoding}")
    if head.count(0) > len(head) * MAX_ZEROS:
        return Finding("file-unreadable", name, CSV_EXPECTED, "binary data", "Name the file by what it is.", table)
    return None


def encoding_finding(name: str, table: str, encoding: str, found: str, line: int = 1, position: int = 1) -> Finding:
    """Return the finding that a text is not UTF-8 but seems to have another encoding, which may be empty if unknown."""
    fix = "Save the file as UTF-8."
    if Path(name).suffix.lower() in COMPRESSIONS:
        fix = "Save the text as UTF-8 before it is compressed."
    elif encoding:
        fix = f"Save the file as UTF-8, for example with `iconv -f {encoding} -t UTF-8 {name} > new.csv`."
    return Finding("encoding", name, "UTF-8", found, fix, table, line, position)
