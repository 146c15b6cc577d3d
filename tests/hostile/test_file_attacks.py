"""Files that crash, expand or never end: each gives a finding or an error, within bounded memory."""

from __future__ import annotations

import itertools
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kursk_claims
from kursk_claims.errors import KurskClaimsError
from support import Call, Copy, fail_after, run_measured

SECONDS = 120  # a bound on hanging, not on speed
_no_hanging = fail_after(SECONDS)
MEMORY = 2 * 2**30  # bytes that a command and its processes may hold
HEAD = "well_id,latitude,longitude,note\n"


@pytest.fixture
def wells(wells: Copy) -> Copy:
    """The small workspace, with a column of text that may be empty."""
    schema = wells.root / "schemas" / "wells.yaml"
    note = "  note:\n    title: A\n    description: A.\n    dtype: String\n    nullable: true\n"
    note += "    metadata: {example: a, missing: Nothing is known.}\n"
    schema.write_text(schema.read_text(encoding="utf-8") + note, encoding="utf-8")
    wells.write("wells", [{"well_id": "w1", "latitude": "1", "longitude": "1", "note": ""}])
    return wells


def table(notes: pa.Array, ids: pa.Array | None = None) -> pa.Table:
    rows = len(notes)
    ids = pa.array([f"w{row}" for row in range(rows)]) if ids is None else ids
    numbers = pa.array([1.0] * rows)
    return pa.table([ids, numbers, numbers, notes], ["well_id", "latitude", "longitude", "note"])


def from_buffers(kind: pa.DataType, *values: bytes) -> pa.Array:
    """Build an array of texts whose bytes nobody checks."""
    if pa.types.is_string_view(kind):
        views = b"".join(struct.pack("<i12s", len(value), value) for value in values)
        return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(views)])
    code = "q" if pa.types.is_large_string(kind) else "i"
    offsets = [0, *itertools.accumulate(map(len, values))]
    buffers = [None, pa.py_buffer(struct.pack(f"<{len(offsets)}{code}", *offsets)), pa.py_buffer(b"".join(values))]
    return pa.Array.from_buffers(kind, len(values), buffers)


def patch(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    assert len(old) == len(new)
    path.write_bytes(content.replace(old, new))


def write(path: Path, notes: pa.Array, ids: pa.Array | None = None, **options: Any) -> None:
    pq.write_table(table(notes, ids), path, **options)


def rename_column(path: Path) -> None:
    write(path, pa.array(["a"]), store_schema=False)
    patch(path, b"note", b"n\xfft\xfe")


def key_value_metadata(path: Path) -> None:
    rows = table(pa.array(["a"])).replace_schema_metadata({b"\xff\xfe": b"\xff", b"geo": b"{\xff", b"pandas": b"\xff"})
    pq.write_table(rows, path)


def broken_arrow_schema(path: Path) -> None:
    write(path, pa.array(["a"]))
    content = path.read_bytes()
    start = content.index(b"/////")
    path.write_bytes(content[: start + 8] + b"\xff" * 8 + content[start + 16 :])


def statistics(path: Path) -> None:
    write(path, pa.array(["statistic-a", "statistic-b"]), use_dictionary=False, compression="none")
    content = path.read_bytes()
    end = content.rindex(b"statistic-b")
    path.write_bytes(content[:end] + b"\xff" + content[end + 1 :])


def index_out_of_range(path: Path) -> None:
    write(path, pa.array(["aaaa", "bbbb"] * 500), compression="none", write_statistics=False)
    content = path.read_bytes()
    dictionary = content.index(b"\4\0\0\0aaaa\4\0\0\0bbbb")
    path.write_bytes(content[:dictionary] + b"\4\0\0\0aaaa\xf0\0\0\0bbbb" + content[dictionary + 16 :])


INVALID: dict[str, Callable[[Path], None]] = {
    "string": lambda path: write(path, from_buffers(pa.string(), b"a\xff")),
    "large string": lambda path: write(path, from_buffers(pa.large_string(), b"a\xff")),
    "string view": lambda path: write(path, from_buffers(pa.string_view(), b"a\xff")),
    "a cut character": lambda path: write(path, from_buffers(pa.string(), b"a\xe2\x82", b"b")),
    "a character cut by two cells": lambda path: write(path, from_buffers(pa.string(), b"a\xe2", b"\x82\xac")),
    "a surrogate": lambda path: write(path, from_buffers(pa.string(), b"\xed\xa0\x80")),
    "beyond Unicode": lambda path: write(path, from_buffers(pa.string(), b"\xf5\x80\x80\x80")),
    "too long a form": lambda path: write(path, from_buffers(pa.string(), b"\xc0\xaf")),
    "a dictionary": lambda path: write(
        path, pa.DictionaryArray.from_arrays(pa.array([0] * 100, pa.int32()), from_buffers(pa.string(), b"a\xff"))
    ),
    "without a dictionary": lambda path: write(path, from_buffers(pa.string(), b"a\xff"), use_dictionary=False),
    "shared prefixes": lambda path: write(
        path, from_buffers(pa.string(), b"a\xff"), use_dictionary=False, column_encoding={"note": "DELTA_BYTE_ARRAY"}
    ),
    "the last of many rows": lambda path: write(path, from_buffers(pa.string(), *[b"a"] * 300_000, b"\xff")),
    "a key": lambda path: write(path, pa.array(["a"]), from_buffers(pa.string(), b"w\xff")),
    "a column name": rename_column,
    "an index out of range": index_out_of_range,
    "a schema of Arrow": broken_arrow_schema,
}


def check_everywhere(path: Path, root: Path, call: Call) -> str:
    """Check a file with the command and the function; it must have findings. Return the output."""
    outcome = call("check", path, "-w", root)
    assert outcome.code == 1, outcome
    assert "Traceback" not in outcome.err
    assert kursk_claims.check(path, workspace=root).exit_code == 1
    return outcome.out


@pytest.mark.parametrize("name", INVALID)
def test_invalid_content_of_parquet_is_a_finding(name: str, wells: Copy, tmp_path: Path, call: Call) -> None:
    INVALID[name](tmp_path / "wells.parquet")
    out = check_everywhere(tmp_path / "wells.parquet", wells.root, call)
    assert "error file-unreadable" in out


@pytest.mark.parametrize("make", [key_value_metadata, statistics])
def test_invalid_metadata_that_nobody_needs_does_no_harm(
    make: Callable[[Path], None], wells: Copy, tmp_path: Path, call: Call
) -> None:
    make(tmp_path / "wells.parquet")
    outcome = call("check", tmp_path / "wells.parquet", "-w", wells.root)
    assert outcome.code in (0, 1, 2)
    assert "Traceback" not in outcome.err


def repeat(size: int, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["a" * size]))


BOMBS: dict[str, Callable[[Path], None]] = {
    "one text for 8,000 rows": lambda path: write(path, repeat(2**20, 8000), compression="zstd", store_schema=False),
    "one text for 200,000 rows": lambda path: write(path, repeat(900_000, 200_000), compression="zstd", store_schema=False),
    "one key for 8,000 rows": lambda path: write(path, pa.nulls(8000, pa.string()), repeat(2**20, 8000), store_schema=False),
    "a cell of 20 MB": lambda path: write(path, pa.array(["a" * 20 * 2**20]), compression="zstd"),
    "a cell of 20 MB without a dictionary": lambda path: write(
        path, pa.array(["a" * 20 * 2**20]), compression="zstd", use_dictionary=False
    ),
    "a cell of 300 MB": lambda path: write(path, pa.array(["a" * 300 * 2**20]), compression="zstd", use_dictionary=False),
    "a page of 1.5 GB": lambda path: write(
        path, pa.array(["a" * 2**20] * 1500), compression="zstd", use_dictionary=False, data_page_size=2**31 - 1
    ),
    "a shared prefix": lambda path: write(
        path,
        pa.array(["a" * 2**20 + str(row) for row in range(500)]),
        compression="zstd",
        use_dictionary=False,
        column_encoding={"note": "DELTA_BYTE_ARRAY"},
    ),
    "many row groups": lambda path: write(path, repeat(2**20, 1000), compression="zstd", row_group_size=10, store_schema=False),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_expands_stays_within_memory(name: str, wells: Copy, tmp_path: Path) -> None:
    path = tmp_path / "wells.parquet"
    BOMBS[name](path)
    code, peak, output = run_measured("check", path, "-q", "--max-findings", "3", "-w", wells.root, seconds=SECONDS)
    assert code in (0, 1), output[-2000:]
    assert peak < MEMORY
    assert len(output) < 200 * 2**20


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_page_header_is_a_finding(seed: int, wells: Copy, tmp_path: Path, call: Call) -> None:
    """The header of the first page begins at byte 4."""
    path = tmp_path / "wells.parquet"
    write(path, pa.array(["a"] * 100), compression="none")
    content = bytearray(path.read_bytes())
    for offset in range(seed, 14, 4):
        content[4 + offset] ^= 0x5B + seed
    path.write_bytes(content)
    outcome = call("check", path, "-w", wells.root)
    assert outcome.code in (0, 1)
    assert "Traceback" not in outcome.err


LINES: dict[str, Callable[[Path], None]] = {
    "rows that end with CR": lambda path: fill(path, HEAD.replace("\n", "\r"), [f"w{n},1,1,{'a' * 90}\r" for n in range(10**6)]),
    "one line without an end": lambda path: fill(path, "a" * 2**24, ["a" * 2**24] * 12),
    "one line after the header": lambda path: fill(path, HEAD, ["a" * 2**24] * 12),
    "zeros, sparse": lambda path: fill(path, HEAD, [], size=4 * 10**8),
    "line feeds": lambda path: fill(path, HEAD, ["\n" * 2**24] * 2),
    "carriage returns": lambda path: fill(path, HEAD.replace("\n", "\r"), ["\r" * 2**24] * 2),
    "carriage returns in one line": lambda path: fill(path, HEAD, ["a\r" * 2**23] * 12),
    "quotes": lambda path: fill(path, HEAD, ['"\n' * 2**23] * 2),
    "long lines in quotes": lambda path: fill(path, HEAD, [f'"{"a" * 10**6}\n'] * 60),
    "commas": lambda path: fill(path, HEAD, ["," * 10**6 + "\n"] * 60),
    "invalid cells": lambda path: fill(path, HEAD, ["x,y,z,\x07\n" * 10**5] * 4),
    "long cells": lambda path: fill(path, HEAD, [f"\x07{'a' * 10**7},1,1,\n"] * 10),
}


def fill(path: Path, head: str, parts: list[str], size: int | None = None) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(head)
        file.writelines(parts)
    if size is not None:
        os.truncate(path, size)


@pytest.mark.parametrize("name", LINES)
def test_csv_of_any_lines_stays_within_memory(name: str, wells: Copy, tmp_path: Path) -> None:
    LINES[name](tmp_path / "wells.csv")
    arguments = ("check", tmp_path / "wells.csv", "-q", "--max-findings", "3", "--fail-on", "warning", "-w", wells.root)
    code, peak, output = run_measured(*arguments, seconds=SECONDS)
    assert code == 1, output[-2000:]
    assert peak < MEMORY


@pytest.mark.parametrize("name", ["line feeds", "zeros, sparse", "quotes", "invalid cells"])
def test_records_of_any_lines_stay_within_memory(name: str, wells: Copy) -> None:
    LINES[name](wells.csv("wells"))
    code, peak, output = run_measured("validate", "-q", "--output", os.devnull, "-w", wells.root, seconds=SECONDS)
    assert code == 1, output[-2000:]
    assert peak < MEMORY


def test_a_file_of_nothing_but_faulty_lines_has_findings(wells: Copy, tmp_path: Path, call: Call) -> None:
    (tmp_path / "wells.csv").write_text(HEAD + "w1\nw2,1\n", encoding="utf-8")
    out = check_everywhere(tmp_path / "wells.csv", wells.root, call)
    assert out.count("error row-length") == 2


@pytest.mark.parametrize("name", ["schemas/rules.sql", "schemas/wells.yaml", "dataset/dataset.yaml", "CHANGELOG.md"])
def test_a_text_file_of_20_mb_is_refused(name: str, wells: Copy, call: Call) -> None:
    (wells.root / name).write_bytes(b"-" * 20 * 2**20)
    outcome = call("release", "1.0.0", "-w", wells.root)
    assert outcome.code in (1, 2)
    assert "expected at most 16 MB" in outcome.err
    if name.startswith("schemas"):
        with pytest.raises(KurskClaimsError):
            kursk_claims.check(wells.csv("wells"), workspace=wells.root)
