"""Recognise by its first bytes what a file is that was expected to hold a table."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import NamedTuple

from kursk_claims.files import open_regular

HEAD_SIZE = 4096  # bytes that are looked at
SAVE_AS_CSV = "Save the sheet as `CSV UTF-8 (comma delimited)`."
DOWNLOAD = "Download the file again; a link to the raw file is needed, and perhaps a login."
TO_CSV = "Convert it, for example in Python: `polars.{reader}('{{path}}').write_csv('{{stem}}.csv')`."


class FileKind(NamedTuple):
    """What a file is, in words, and what to do; `{path}` and `{stem}` stand for its name, whole and without suffixes."""

    name: str
    fix: str

    @property
    def is_binary(self) -> bool:
        """Whether the file is no text at all."""
        return self not in (LFS_POINTER, TEXT, HTML, JSON, JSON_LINES)

    def advice(self, path: Path) -> str:
        """Return what to do with this very file."""
        return self.fix.replace("{path}", str(path)).replace("{stem}", str(path.with_name(path.name.split(".")[0])))


LFS_POINTER = FileKind("a Git LFS pointer, which stands for the file", "Run `git lfs pull`; in GitHub Actions, set `lfs: true`.")
PARQUET = FileKind("Parquet", "Rename it to `{stem}.parquet`.")
ENCRYPTED_PARQUET = FileKind("encrypted Parquet", "Write it without encryption.")
TEXT = FileKind("text, perhaps CSV", "Rename it to `{stem}.csv` if it is CSV.")
HTML = FileKind("a web page, perhaps an error message or a login", DOWNLOAD)
WORKBOOK = FileKind(
    "an Excel workbook",
    f"{SAVE_AS_CSV[:-1]}, or run `duckdb -c \"COPY (FROM read_xlsx('{{path}}', all_varchar = true)) TO '{{stem}}.csv'\"`.",
)
JSON = FileKind("JSON", TO_CSV.format(reader="read_json"))
JSON_LINES = FileKind("JSON lines", TO_CSV.format(reader="read_ndjson"))
GZIP = FileKind("compressed with gzip", "Rename it to `{stem}.csv.gz` if it is CSV, or run `gunzip`.")
ZSTD = FileKind("compressed with Zstandard", "Rename it to `{stem}.csv.zst` if it is CSV, or run `unzstd`.")
ZIP = FileKind("a ZIP archive", "Unpack it, for example with `unzip {path}`.")
PDF = FileKind("a PDF document", "Ask for the table as CSV.")
WORD = FileKind("a Word document", "Ask for the table as CSV.")
BZIP2 = FileKind("compressed with bzip2", "Run `bunzip2 {path}`.")
XZ = FileKind("compressed with xz", "Run `unxz {path}`.")
TAR = FileKind("a tar archive", "Unpack it with `tar xf {path}`.")
OLD_WORKBOOK = FileKind("an Excel workbook of an old version", SAVE_AS_CSV)
OPEN_DOCUMENT = FileKind("an OpenDocument file", SAVE_AS_CSV)
ARROW = FileKind("an Arrow file", TO_CSV.format(reader="read_ipc"))
AVRO = FileKind("Avro", TO_CSV.format(reader="read_avro"))
ORC = FileKind("ORC", "Convert it, for example in Python: `pyarrow.orc.read_table('{path}')` and `pyarrow.csv.write_csv`.")
DATABASE = FileKind("a database", "Export its tables as CSV or Parquet.")

_SIGNATURES = (
    (b"version https://git-lfs", LFS_POINTER),
    (b"PAR1", PARQUET),
    (b"PARE", ENCRYPTED_PARQUET),
    (b"\x1f\x8b", GZIP),
    (b"\x28\xb5\x2f\xfd", ZSTD),
    (b"BZh", BZIP2),
    (b"\xfd7zXZ\0", XZ),
    (b"7z\xbc\xaf\x27\x1c", FileKind("a 7z archive", "Unpack it, for example with `7z x {path}`.")),
    (b"\x04\x22\x4d\x18", FileKind("compressed with LZ4", "Run `unlz4 {path}`.")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_WORKBOOK),
    (b"ARROW1", ARROW),
    (b"FEA1", ARROW),
    (b"ORC", ORC),
    (b"Obj\x01", AVRO),
    (b"SQLite format 3\0", DATABASE),
    (b"%PDF", PDF),
)
# By suffix, for files that are not opened because their names already say what they are.
KINDS_BY_SUFFIX = {
    ".xlsx": WORKBOOK,
    ".xlsm": WORKBOOK,
    ".xls": OLD_WORKBOOK,
    ".ods": OPEN_DOCUMENT,
    ".json": JSON,
    ".jsonl": JSON_LINES,
    ".ndjson": JSON_LINES,
    ".zip": ZIP,
    ".arrow": ARROW,
    ".feather": ARROW,
    ".ipc": ARROW,
    ".avro": AVRO,
    ".orc": ORC,
    ".duckdb": DATABASE,
    ".db": DATABASE,
    ".sqlite": DATABASE,
    ".dvc": FileKind("a DVC pointer, which stands for the file", "Run `dvc pull`."),
    ".tar": TAR,
    ".tgz": TAR,
    ".gz": FileKind("compressed with gzip", "Run `gunzip {path}`."),
    ".zst": FileKind("compressed with Zstandard", "Run `unzstd {path}`."),
    ".bz2": BZIP2,
    ".xz": XZ,
}
# Byte order marks, the longest first, because that of UTF-16 begins that of UTF-32.
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32LE"),
    (codecs.BOM_UTF32_BE, "UTF-32BE"),
    (codecs.BOM_UTF16_LE, "UTF-16LE"),
    (codecs.BOM_UTF16_BE, "UTF-16BE"),
)


def read_head(path: Path) -> bytes:
    """Return the first bytes of a file. Raises `OSError`."""
    with open_regular(path) as file:
        return file.read(HEAD_SIZE)


def identify_file(path: Path) -> FileKind | None:
    """Return what a file is, judged by its first bytes; None for text that may be CSV, and for what is not known."""
    head = read_head(path)
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _identify_archive(path)
    if head[8:12] == b"DUCK":
        return DATABASE
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:200].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml", b"<error")):
        return HTML
    if start.startswith((b'{"', b"{\n", b"{ ", b"{\r\n", b"[{", b"[\n", b"[ {", b"[\r\n")):
        return JSON_LINES if b"\n{" in head else JSON
    return None


def identify_replacement(path: Path) -> FileKind | None:
    """Return what a file is that stands for another one: a Git LFS pointer, or a web page with a login or an error."""
    kind = identify_file(path)
    return kind if kind in (LFS_POINTER, HTML) else None


def _identify_archive(path: Path) -> FileKind:
    import zipfile

    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return ZIP
    if any(name.startswith("xl/") for name in names):
        return WORKBOOK
    if any(name.startswith("word/") for name in names):
        return WORD
    return OPEN_DOCUMENT if "content.xml" in names else ZIP


def guess_encoding(head: bytes) -> str:
    """Return the encoding that the first bytes of a text that is not UTF-8 point to; empty if none does."""
    for mark, name in _WIDE_MARKS:
        if head.startswith(mark):
            return name
    if b"\0" not in head:
        return "WINDOWS-1252" if not any(byte in head for byte in b"\x81\x8d\x8f\x90\x9d") else ""
    zeros = [head[offset::2].count(0) for offset in (0, 1)]  # in Latin text, every other byte of UTF-16 is zero
    if max(zeros) < len(head) // 4:
        return ""
    return "UTF-16LE" if zeros[1] > zeros[0] else "UTF-16BE"
