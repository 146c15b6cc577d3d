"""Files from strangers: a clear error with exit code 1 or 2, in bounded memory and time, and no control of the terminal."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from support import FICTION, Call, Copy

MEMORY = 4 * 2**30
COLUMNS = 10**6 if os.environ.get("KURSK_CLAIMS_LONG") else 20_000  # pyarrow takes a while to write a million
SECONDS = 120  # a bound on hanging, not on speed
ESCAPES = "\x1b]0;owned\x07\x1b[2J\u202egnp\u2066\x9b31m"
FORBIDDEN = {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"} - {
    "\n"
}


def run_limited(*args: str | Path) -> tuple[int, str]:
    """Run the command in a process with an address space of 4 GB; return its exit code and all that it wrote."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    command = [sys.executable, "-m", "kursk_claims", *map(str, args)]
    done = subprocess.run(command, capture_output=True, check=False, preexec_fn=limit, timeout=SECONDS)
    return done.returncode, (done.stdout + done.stderr).decode()


Refuse = Callable[..., str]


@pytest.fixture
def refuse(call: Call) -> Refuse:
    """Run a command that must refuse its input, in a limited process if the input is large; return its message."""

    def run(*args: str | Path, large: bool = False) -> str:
        if large:
            code, message = run_limited(*args)
        else:
            code, out, err = call(*args)
            message = out + err
        assert "Traceback" not in message, message[-3000:]
        assert code in (1, 2), (code, message[-3000:])
        assert not FORBIDDEN & set(message), sorted(FORBIDDEN & set(message))
        assert message.strip()
        return message

    return run


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fictional workspace with few rules, not to be changed."""
    root = tmp_path_factory.mktemp("original") / "fiction"
    shutil.copytree(FICTION, root)
    Copy(root).keep_rules("place-acyclic")
    return root


@pytest.fixture
def fiction(original: Path, tmp_path: Path) -> Copy:
    shutil.copytree(original, tmp_path / "fiction")
    return Copy(tmp_path / "fiction")


def claims(rows: int = 1, **columns: pa.Array) -> pa.Table:
    names = ["claim_id", "doc_id", "event_id", "kind", "statement", "polarity", "mode", "time_basis", "prominence"]
    return pa.table({name: pa.array(["x"] * rows) for name in names} | columns)


def bomb(path: Path) -> None:
    """Write some kilobytes that expand to 2 GB of text."""
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


LARGE: set[object] = {
    *(bomb, wide, "a cell of 10 MB", "a quote that never ends", "very many columns", "100,000 cells under nine names"),
    *("exploding aliases", "nested too deep"),
}


@pytest.mark.parametrize("make", PARQUET, ids=lambda make: make.__name__)
def test_parquet_is_refused(make: Callable[[Path], None], refuse: Refuse, original: Path, tmp_path: Path) -> None:
    make(tmp_path / "claims.parquet")
    refuse("check", tmp_path / "claims.parquet", "--workspace", original, large=make in LARGE)


@pytest.mark.parametrize("name", CSV)
def test_csv_is_refused(name: str, refuse: Refuse, original: Path, tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_bytes(CSV[name]())
    refuse("check", tmp_path / "claims.csv", "--workspace", original, large=name in LARGE)


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.slow if name in LARGE else ()) for name in CSV])
def test_records_are_refused(name: str, refuse: Refuse, fiction: Copy) -> None:
    fiction.csv("claims").write_bytes(CSV[name]())
    refuse("validate", "--workspace", fiction.root, large=name in LARGE)


@pytest.mark.parametrize("name", YAML)
def test_schemas_are_refused(name: str, refuse: Refuse, fiction: Copy) -> None:
    (fiction.root / "schemas" / "claims.yaml").write_text(YAML[name], encoding="utf-8")
    refuse("validate", "--workspace", fiction.root, large=name in LARGE)
    assert not Path("owned").exists()


def test_a_key_that_a_schema_repeats_is_refused(refuse: Refuse, fiction: Copy) -> None:
    path = fiction.root / "schemas" / "claims.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "columns: {}\n", encoding="utf-8")
    assert "claims.yaml" in refuse("validate", "--workspace", fiction.root)


LINKS: dict[str, Callable[[Copy], tuple[str | Path, ...]]] = {
    "records": lambda copy: ("validate", "--workspace", copy.root),
    "records to be formatted": lambda copy: ("format", "--workspace", copy.root),
    "records to be queried": lambda copy: ("query", "--records", "--workspace", copy.root, "FROM claims"),
    "a folder": lambda copy: ("check", copy.csv("claims").parent, "--workspace", FICTION),
    "a pattern": lambda copy: ("check", f"{copy.csv('claims').parent}/*.csv", "--workspace", FICTION),
}


@pytest.mark.parametrize("name", LINKS)
def test_a_link_to_a_secret_reveals_nothing_of_it(name: str, refuse: Refuse, fiction: Copy, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("password=sesame\n", encoding="utf-8")
    fiction.csv("claims").unlink()
    fiction.csv("claims").symlink_to(secret)
    message = refuse(*LINKS[name](fiction))
    assert re.search(r"claims\.csv is a (symlink out of|link to a file outside) ", message)
    assert "sesame" not in message
    assert secret.read_text(encoding="utf-8") == "password=sesame\n"


def test_a_schema_may_be_a_link_within_the_workspace_only(refuse: Refuse, call: Call, fiction: Copy, tmp_path: Path) -> None:
    path = fiction.root / "schemas" / "claims.yaml"
    inside = path.rename(fiction.root / "claims.yaml")
    path.symlink_to(inside)
    assert call("validate", "--workspace", fiction.root).code == 0
    path.unlink()
    path.symlink_to(inside.rename(tmp_path / "claims.yaml"))
    assert "claims.yaml is a symlink out of" in refuse("validate", "--workspace", fiction.root)
