"""Files from strangers: a clear error with exit 1 or 2, in bounded memory and time, and nothing that a terminal acts on."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from support import FICTION, Copy

MEMORY = 4 * 2**30
COLUMNS = 20_000 if not os.environ.get("KURSK_CLAIMS_LONG") else 10**6  # as many take pyarrow a while to write
SECONDS = 120  # a bound on hanging, not on speed
ESCAPES = "\x1b]0;owned\x07\x1b[2J\u202egnp\u2066\x9b31m"
FORBIDDEN = {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"} - {
    "\n"
}


def limited(*args: str | Path) -> subprocess.CompletedProcess[bytes]:
    """The command in a process with an address space of 4 GB."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    command = [sys.executable, "-m", "kursk_claims", *map(str, args)]
    return subprocess.run(command, capture_output=True, check=False, preexec_fn=limit, timeout=SECONDS)


def refused(*args: str | Path) -> str:
    """What it said, which is for people and safe to show to them."""
    ended = limited(*args)
    told = (ended.stdout + ended.stderr).decode()
    assert "Traceback" not in told, told[-3000:]
    assert ended.returncode in (1, 2), (ended.returncode, told[-3000:])
    assert not FORBIDDEN & set(told), sorted(FORBIDDEN & set(told))
    assert told.strip()
    return told


def claims(rows: int = 1, **columns: pa.Array) -> pa.Table:
    names = ["claim_id", "doc_id", "event_id", "kind", "statement", "polarity", "mode", "time_basis", "prominence"]
    return pa.table({name: pa.array(["x"] * rows) for name in names} | columns)


def bomb(path: Path) -> None:
    """Some kilobytes that say 2 GB of text."""
    row = "a" * 2**20
    table = claims(2048, statement=pa.DictionaryArray.from_arrays(pa.array([0] * 2048, pa.int32()), pa.array([row])))
    pq.write_table(table, path, compression="zstd")


def wide(path: Path) -> None:
    pq.write_table(pa.table([pa.array([1], pa.int8())] * COLUMNS, [f"c{number}" for number in range(COLUMNS)]), path)


def deep(path: Path) -> None:
    kind: pa.DataType = pa.int32()
    for _ in range(1000):
        kind = pa.list_(kind)
    pq.write_table(pa.table({"claim_id": pa.array([None], kind)}), path)


def hostile_names(path: Path) -> None:
    names = ["../../etc/passwd", "a\0b", ESCAPES, '"; DROP TABLE claims; --', ""]
    pq.write_table(pa.table([pa.array(["x"])] * len(names), names=names), path)


def hostile_cells(path: Path) -> None:
    pq.write_table(claims(claim_id=pa.array([ESCAPES]), kind=pa.array([f"{ESCAPES}\n::error::forged"])), path)


def wrong_types(path: Path) -> None:
    pq.write_table(claims(statement=pa.array([1.5]), occurred_earliest=pa.array([b"\xff"]), kind=pa.array([[1]])), path)


def truncated(path: Path) -> None:
    pq.write_table(claims(), path)
    path.write_bytes(path.read_bytes()[:-20])


def not_parquet(path: Path) -> None:
    path.write_bytes(b"PAR1" + bytes(1000) + b"\xff\xff\xff\x7fPAR1")


def zero_rows_of_other_columns(path: Path) -> None:
    pq.write_table(pa.table({"other": pa.array([], pa.int8())}), path)


PARQUET: list[Callable[[Path], None]] = [
    bomb, wide, deep, hostile_names, hostile_cells, wrong_types, truncated, not_parquet, zero_rows_of_other_columns,
]  # fmt: skip
HEAD = "claim_id,doc_id,event_id,kind,statement,polarity,mode,time_basis,prominence\n"
CSV: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "only a byte order mark": lambda: b"\xef\xbb\xbf",
    "a cell of 10 MB": (HEAD + "clm-001," + "a" * 10 * 2**20 + ",x,x,x,x,x,x,x\n").encode,
    "a quote that never ends": (HEAD + '"' + "a\n" * 2**20).encode,
    "very many columns": (",".join(f"c{number}" for number in range(COLUMNS)) + "\n" + "1," * (COLUMNS - 1) + "1\n").encode,
    "100,000 cells under nine names": (HEAD + "x," * 100_000 + "x\n").encode,
    "UTF-8, Latin-1 and UTF-16 at once": lambda: (HEAD + "é,x,x,x,x,x,x,x,x\n").encode() + b"\xe9,x\n" + "é,x\n".encode("utf-16"),
    "NUL and escapes": (HEAD + f"a\0b,{ESCAPES},x,{ESCAPES},x,x,x,x,x\n").encode,
    "escapes in the header": (HEAD.strip() + f",{ESCAPES}\n").encode,
}
YAML = {
    "exploding aliases": "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(12)),
    "an alias to itself": "&a [*a]\n",
    "a tag that runs": "!!python/object/apply:os.system ['touch owned']\n",
    "nested too deep": "[" * 100_000,
    "escapes": f'"{ESCAPES.encode("unicode_escape").decode()}": 1\n',
    "a NUL": "a: \0\n",
    "nothing": "",
}


@pytest.mark.parametrize("make", PARQUET, ids=lambda make: make.__name__)
def test_parquet_from_strangers(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "claims.parquet")
    refused("check", tmp_path / "claims.parquet", "--workspace", FICTION)


@pytest.mark.parametrize("name", CSV)
def test_csv_from_strangers(name: str, tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_bytes(CSV[name]())
    refused("check", tmp_path / "claims.csv", "--workspace", FICTION)


@pytest.mark.parametrize("name", CSV)
def test_records_from_strangers(name: str, fiction: Copy) -> None:
    fiction.csv("claims").write_bytes(CSV[name]())
    refused("validate", "--workspace", fiction.root)


@pytest.mark.parametrize("name", YAML)
def test_schemas_from_strangers(name: str, fiction: Copy) -> None:
    (fiction.root / "schemas").joinpath("claims.yaml").unlink()
    (fiction.root / "schemas" / "claims.yaml").write_text(YAML[name], encoding="utf-8")
    refused("validate", "--workspace", fiction.root)
    assert not Path("owned").exists()


def test_a_key_that_stands_twice_is_refused(fiction: Copy) -> None:
    path = fiction.root / "schemas" / "claims.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "columns: {}\n", encoding="utf-8")
    assert "claims.yaml" in refused("validate", "--workspace", fiction.root)


LINKS: dict[str, Callable[[Copy, Path], tuple[str | Path, ...]]] = {
    "records": lambda copy, _: ("validate", "--workspace", copy.root),
    "records to be formatted": lambda copy, _: ("format", "--workspace", copy.root),
    "records to be asked": lambda copy, _: ("query", "--records", "--workspace", copy.root, "FROM claims"),
    "a folder": lambda copy, _: ("check", copy.csv("claims").parent, "--workspace", FICTION),
    "a pattern": lambda copy, _: ("check", f"{copy.csv('claims').parent}/*.csv", "--workspace", FICTION),
}


@pytest.mark.parametrize("name", LINKS)
def test_a_link_to_a_secret_shows_nothing_of_it(name: str, fiction: Copy, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("password=sesame\n", encoding="utf-8")
    fiction.csv("claims").unlink()
    fiction.csv("claims").symlink_to(secret)
    told = refused(*LINKS[name](fiction, secret))
    assert "claims.csv is a link " in told
    assert "sesame" not in told
    assert secret.read_text(encoding="utf-8") == "password=sesame\n"


def test_a_link_of_a_schema_is_refused_and_one_inside_is_not(fiction: Copy, tmp_path: Path) -> None:
    path = fiction.root / "schemas" / "claims.yaml"
    inside = fiction.root / "claims.yaml"
    inside.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(inside)
    assert limited("validate", "--workspace", fiction.root).returncode == 0
    path.unlink()
    path.symlink_to(inside.rename(tmp_path / "claims.yaml"))
    assert "claims.yaml is a link" in refused("validate", "--workspace", fiction.root)
