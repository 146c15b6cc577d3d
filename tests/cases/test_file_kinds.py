"""A file that is something else than its name says is recognised, and its finding says what it is and what to do."""

from __future__ import annotations

import base64
import gzip
import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.feather
import pyarrow.orc
import pyarrow.parquet as pq
import pytest
from pyarrow.parquet import encryption

from support import WELLS, Call, Copy, Outcome

ROWS = pa.table({"well_id": ["w1", "w2"], "latitude": [12.5, 13.0], "longitude": [7.25, 7.5]})
TEXT = "well_id,latitude,longitude\nw1,12.5,7.25\n"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 4100\n"
PAGE = b"\n<!DOCTYPE html>\n<html><head><title>Please sign in</title></head></html>\n"


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name in names:
            zipped.writestr(name, "x")
    return out.getvalue()


def written(write: object) -> bytes:
    out = io.BytesIO()
    write(ROWS, out)  # type: ignore[operator]
    return out.getvalue()


KINDS: list[tuple[str, bytes, str, str]] = [
    ("LFS", POINTER, "a Git LFS pointer", "git lfs pull"),
    ("workbook", archive("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook", "CSV UTF-8"),
    ("old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "an Excel workbook of an old version", "CSV UTF-8"),
    ("OpenDocument", archive("mimetype", "content.xml"), "an OpenDocument file", "CSV UTF-8"),
    ("ZIP", archive("wells.csv"), "a ZIP archive", "unzip"),
    ("gzip", gzip.compress(TEXT.encode()), "compressed with gzip", "wells.csv.gz"),
    ("bzip2", b"BZh91AY&SY" + bytes(50), "compressed with bzip2", "bunzip2"),
    ("HTML", PAGE, "a web page", "Download the file again"),
    ("JSON", b'[{"well_id": "w1"}]', "JSON", "polars.read_json"),
    ("JSON lines", b'{"well_id": "w1"}\n{"well_id": "w2"}\n', "JSON lines", "polars.read_ndjson"),
    ("Feather", written(pyarrow.feather.write_feather), "an Arrow file", "polars.read_ipc"),
    ("ORC", written(pyarrow.orc.write_table), "ORC", "pyarrow.orc"),
    ("SQLite", b"SQLite format 3\0" + bytes(84), "a database", "Export its tables"),
    ("encrypted Parquet", b"PARE" + bytes(100) + b"PARE", "encrypted Parquet", "without encryption"),
]


def check(call: Call, path: Path, content: bytes) -> Outcome:
    path.write_bytes(content)
    return call("check", path, "-w", WELLS, "-q")


@pytest.mark.parametrize("name", ["wells.csv", "wells.parquet"])
@pytest.mark.parametrize(("content", "found", "fix"), [kind[1:] for kind in KINDS], ids=[kind[0] for kind in KINDS])
def test_kinds(name: str, content: bytes, found: str, fix: str, call: Call, tmp_path: Path) -> None:
    outcome = check(call, tmp_path / name, content)
    assert outcome.code == 1
    assert "error file-unreadable" in outcome.out
    assert f"found: {found}" in outcome.out
    assert fix in outcome.out
    assert outcome.out.count("found:") == 1


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode("utf-16"), "UTF-16LE"),
        (TEXT.encode("utf-16-le"), "UTF-16LE"),
        (TEXT.encode("utf-16-be"), "UTF-16BE"),
        (TEXT.encode("utf-32"), "UTF-32LE"),
        (TEXT.replace("w1", "w–1").encode("cp1252"), "WINDOWS-1252"),
    ],
    ids=["UTF-16", "without BOM", "big-endian", "UTF-32", "Windows"],
)
def test_other_encodings(content: bytes, encoding: str, call: Call, tmp_path: Path) -> None:
    outcome = check(call, tmp_path / "wells.csv", content)
    assert outcome.code == 1
    assert "error encoding" in outcome.out
    assert f"iconv -f {encoding} -t UTF-8 " in outcome.out
    assert outcome.out.count("found:") == 1


def test_parquet_and_text_with_each_others_names(call: Call, tmp_path: Path) -> None:
    assert "Rename it to" in check(call, tmp_path / "wells.parquet", TEXT.encode()).out
    assert "found: Parquet\n" in check(call, tmp_path / "wells.csv", written(pq.write_table)).out
    assert "an empty file" in check(call, tmp_path / "wells.parquet", b"").out
    assert "truncated or damaged" in check(call, tmp_path / "wells.parquet", written(pq.write_table)[:-50]).out
    assert "a file that begins with b'\\xff\\xfe" in check(call, tmp_path / "wells.parquet", b"\xff\xfe\x01\x80" * 40).out
    assert "binary data" in check(call, tmp_path / "wells.csv", bytes(range(256)) + bytes(100)).out


@pytest.mark.parametrize("name", ["wells.csv", "wells.parquet"])
def test_a_file_that_must_not_be_read_is_a_fault_of_the_environment(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.touch(mode=0o000)
    command = [sys.executable, "-m", "kursk_claims", "check", str(path), "-w", str(WELLS)]
    if os.geteuid() == 0:  # the superuser may read everything, unless that is given up
        if shutil.which("setpriv") is None:
            pytest.skip("setpriv is not installed")
        capabilities = "-dac_override,-dac_read_search"
        command = ["setpriv", f"--bounding-set={capabilities}", f"--inh-caps={capabilities}", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "Permission denied" in done.stderr) == (2, True), done.stderr


class PlainKeys(encryption.KmsClient):  # type: ignore[misc]
    """A key service that keeps nothing secret."""

    def __init__(self, _: object) -> None:
        super().__init__()

    def wrap_key(self, key: bytes, _: str) -> bytes:
        return base64.b64encode(key)

    def unwrap_key(self, wrapped: bytes, _: str) -> bytes:
        return base64.b64decode(wrapped)


@pytest.mark.parametrize("has_plain_footer", [True, False])
def test_encrypted_columns(has_plain_footer: bool, call: Call, tmp_path: Path) -> None:
    configuration = encryption.EncryptionConfiguration(
        footer_key="footer", column_keys={"key": ["latitude"]}, plaintext_footer=has_plain_footer
    )
    factory = encryption.CryptoFactory(PlainKeys)
    properties = factory.file_encryption_properties(encryption.KmsConnectionConfig(), configuration)
    with pq.ParquetWriter(tmp_path / "wells.parquet", ROWS.schema, encryption_properties=properties) as writer:
        writer.write_table(ROWS)
    outcome = call("check", tmp_path, "-w", WELLS, "-q")
    assert (outcome.code, "found: encrypted Parquet" in outcome.out) == (1, True), outcome


# Compressed text


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_compressed_text_is_read(suffix: str, call: Call, tmp_path: Path) -> None:
    path = tmp_path / f"wells.csv{suffix}"
    with pa.CompressedOutputStream(str(path), {".gz": "gzip", ".zst": "zstd"}[suffix]) as out:
        out.write(TEXT.replace("12.5", "120").encode())
    outcome = call("check", path, "-w", WELLS, "-q")
    assert outcome.code == 1
    assert f"{path}:2:4: error range: latitude [well_id=w1]" in outcome.out
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    assert "truncated or damaged" in call("check", path, "-w", WELLS, "-q").out
    with pa.CompressedOutputStream(str(path), {".gz": "gzip", ".zst": "zstd"}[suffix]) as out:
        out.write(TEXT.encode("utf-16"))
    assert "as UTF-8 before it is compressed" in call("check", path, "-w", WELLS, "-q").out
    path.write_bytes(TEXT.encode())
    assert "text that is not compressed" in call("check", path, "-w", WELLS, "-q").out


def test_a_file_that_becomes_far_too_large_is_not_unpacked(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "wells.csv.gz"
    path.write_bytes(gzip.compress(b"well_id,latitude,longitude\n" + b"w1,1,1\n" * 12_000_000))
    outcome = call("check", path, "-w", WELLS, "-q")
    assert outcome.code == 1
    assert "more than 200 times as many bytes" in outcome.out


def test_tabs_are_read_and_counted(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "wells.tsv"
    path.write_text(TEXT.replace(",", "\t").replace("7.25", "700"), encoding="utf-8")
    assert f"{path}:2:9: error range: longitude" in call("check", path, "-w", WELLS, "-q").out


@pytest.mark.parametrize(("content", "found"), [(POINTER, "a Git LFS pointer"), (PAGE, "a web page")], ids=["LFS", "page"])
@pytest.mark.parametrize("name", ["wells.parquet", "manifest.json"])
def test_a_file_of_a_release_is_only_a_pointer(
    content: bytes, found: str, name: str, call: Call, wells: Copy, target: Path
) -> None:
    assert call("release", "1.0.0", "-q", "-w", wells.root).code == 0
    (wells.root / "build" / "1.0.0" / name).write_bytes(content)
    for command in (["verify"], ["query", "SELECT * FROM wells"]):
        outcome = call(*command, "-q", "-w", wells.root)
        assert (outcome.code, found in outcome.err) == (1, True), outcome.err
    outcome = call("download", "1.0.0", "--from", wells.root / "build", "--to", target, "-q")
    assert outcome.code == 1
    assert name in outcome.err
