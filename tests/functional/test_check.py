"""`check`: anybody's records, by the checks that `validate` runs, with the same findings."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import kursk_claims
from kursk_claims.checks import duckdb_engine, key_order
from kursk_claims.checks.check import check_files
from kursk_claims.checks.key_order import KeyOrder, find_key_order
from kursk_claims.contract.loader import load_contract
from kursk_claims.errors import ContractError, InputError
from kursk_claims.tables import parquet_reader
from kursk_claims.tables.batch import Batch
from kursk_claims.tables.discovery import discover_files
from support import FICTION, ROOT, Call, Copy, Run

RELEASE = ROOT / "build" / "1.1.0"
CONTRACT = load_contract(FICTION / "schemas")
CLAIMS = CONTRACT.tables["claims"]


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    """The newest release's tables, to break."""
    folder = tmp_path / "tables"
    folder.mkdir()
    for name in CONTRACT.tables:
        shutil.copy(RELEASE / f"{name}.parquet", folder)
    return folder


def change(path: Path, make: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    frame = make(pl.read_parquet(path))
    frame.write_parquet(path)
    return frame


def findings(call: Call, *args: str | Path) -> list[dict[str, Any]]:
    """What a command found, without the folder of the file."""
    told = json.loads(call(*args, "--format", "json", "--quiet").out)
    return [{**each, "file": Path(each["file"]).name} for each in told["findings"]]


def only(call: Call, *args: str | Path) -> dict[str, Any]:
    found = findings(call, "check", *args)
    assert [(each["rule"], each["found"]) for each in found][1:] == []
    return found[0]


# The same checks as validate


def test_sound_records(call: Call) -> None:
    for path in (ROOT / "dataset" / "records", RELEASE, f"{RELEASE}/*.parquet"):
        outcome = call("check", path)
        assert outcome.code == 0, outcome.out
        assert outcome.out.endswith(" 0 findings\n")


def test_the_findings_are_those_of_validate(fiction: Copy, call: Call) -> None:
    fiction.edit("claims", {"claim_id": "clm-001"}, kind="evnt", statement="Two\u00a0spaces \u202e")
    fiction.edit("claims", {"claim_id": "clm-002"}, claim_id="clm-001")
    fiction.edit("quantities", {"quantity_id": "qty-001"}, value="many", claim_id="clm-999")
    fiction.edit("attributions", {"claim_id": "clm-003"}, claim_id="")
    fiction.edit("events", {"event_id": "evt-border-war"}, parent_id="evt-border-war")
    fiction.csv("places").write_bytes(fiction.csv("places").read_bytes().replace(b"\n", b"\r\n"))
    fiction.csv("codes").write_text(fiction.csv("codes").read_text(encoding="utf-8") + 'x,"y\n', encoding="utf-8")
    records = fiction.root / "dataset" / "records"
    want = findings(call, "validate", "--workspace", fiction.root)
    assert len({each["rule"] for each in want}) > 7
    assert findings(call, "check", records, "--workspace", fiction.root) == want


def test_a_finding_in_parquet_has_row_and_key(parquet: Path, call: Call) -> None:
    row = pl.col("claim_id") == "clm-007"
    frame = change(
        parquet / "claims.parquet", lambda old: old.with_columns(kind=pl.when(row).then(pl.lit("evnt")).otherwise("kind"))
    )
    found = only(call, parquet)
    assert (found["rule"], found["column"], found["key"]) == ("allowed-values", "kind", "claim_id=clm-007")
    assert found["row"] == 1 + frame["claim_id"].to_list().index("clm-007")
    assert f"claims.parquet:row {found['row']}: error allowed-values: kind" in call("check", parquet).out


def test_what_validate_asks_of_texts_is_asked_of_parquet(parquet: Path, call: Call) -> None:
    for text, rule in (("a \u202e b", "control-character"), (" a", "space"), ("e\u0301", "normal-form")):
        change(parquet / "events.parquet", lambda old, text=text: old.with_columns(note=pl.lit(text)))  # type: ignore[misc]
        assert {each["rule"] for each in findings(call, "check", parquet)} == {rule}


def test_warnings_are_no_errors(fiction: Copy, call: Call) -> None:
    rules = fiction.root / "schemas" / "rules.sql"
    name = "-- rule: crosscheck-after-report\n-- table: crosschecks   columns: published_on,checked_on   severity: "
    text = rules.read_text(encoding="utf-8")
    assert f"{name}error" in text
    rules.write_text(text.replace(f"{name}error", f"{name}warning"), encoding="utf-8")
    fiction.edit("crosschecks", {"crosscheck_id": "xck-001"}, published_on="2041-01-01")
    outcome = call("check", fiction.root / "dataset" / "records", "--workspace", fiction.root)
    assert " warning crosscheck-after-report" in outcome.out
    assert outcome.code == 0


# What is given


def test_partners_that_were_not_given_are_said(parquet: Path, call: Call) -> None:
    outcome = call("check", parquet / "claims.parquet")
    assert outcome.code == 0
    assert "(documents was not given): " in outcome.out
    assert "reference claims.doc_id" in outcome.out


def test_references_into_a_release(parquet: Path, call: Call) -> None:
    path = parquet / "claims.parquet"
    alone = call("check", path, "--against", "1.1.0")
    assert alone.code == 0
    assert "reference claims.doc_id" not in alone.out
    change(path, lambda old: old.with_columns(event_id=pl.lit("evt-nowhere")))
    found = call("check", path, "--against", "1.1.0", "--max-findings", "1")
    assert found.code == 1
    assert "error reference: event_id" in found.out
    assert "claims: error reference: 51 more, not listed" in found.out
    assert call("check", path, "--against", "9.9.9").code == 2


def test_a_table_in_parts(parquet: Path, call: Call) -> None:
    whole = pl.read_parquet(parquet / "claims.parquet")
    (parquet / "claims").mkdir()
    (parquet / "claims.parquet").unlink()
    whole[:20].write_parquet(parquet / "claims" / "a.parquet")
    whole[20:].write_parquet(parquet / "claims" / "b.parquet")
    assert call("check", parquet).out.endswith(" 0 findings\n")
    whole[19:].write_parquet(parquet / "claims" / "b.parquet")
    found = only(call, parquet)
    assert (found["rule"], found["file"], found["row"]) == ("key", "b.parquet", 1)
    assert found["found"].startswith(f"{whole['claim_id'][19]}, also in row 20 of ")
    assert found["found"].endswith("a.parquet")


def test_a_name_that_is_no_table(parquet: Path, call: Call) -> None:
    other = parquet / "statements.parquet"
    shutil.copy(parquet / "claims.parquet", other)
    wrong = call("check", other)
    assert wrong.code == 2
    assert "expected a file named after a table, found 'statements'" in wrong.err
    assert call("check", other, "--table", "claims").code == 0
    assert "did you mean 'claims'?" in call("check", other, "--table", "claim").err
    noted = call("check", parquet)
    assert noted.code == 0
    assert "statements.parquet: not checked, because no table has this name" in noted.out


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nope.csv", "expected a file, a folder or a pattern that matches files, found nothing"),
        ("*.xlsx", "found no CSV or Parquet file"),
        ("a.xlsx", "expected a file that ends in .csv or .parquet, found .xlsx"),
        ("empty", "expected files named after tables, found none"),
        (".", "expected files of one format, found CSV and Parquet"),
    ],
)
def test_paths_that_cannot_be_checked(path: str, words: str, call: Call, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    (tmp_path / "claims.csv").write_bytes(b"claim_id\n")
    shutil.copy(RELEASE / "claims.parquet", tmp_path)
    outcome = call("check", tmp_path / path)
    assert outcome.code == 2
    assert words in outcome.err


# Files that are broken


def test_a_strangers_csv(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes("Claim ID;Text\n1;Сталося щось\n".encode("cp1251"))
    assert only(call, path)["rule"] == "encoding"
    path.write_text("Claim ID;Text\n1;x\n", encoding="utf-8")
    assert only(call, path)["found"] == "none of these columns, but 'Claim ID;Text'"
    path.write_text("", encoding="utf-8")
    assert only(call, path)["rule"] == "empty-file"
    names = ",".join(CLAIMS.column_names)
    path.write_text(
        f'\ufeff{names}\r\nclm-1,"a\r\n{"x," * 30}\r\n{"," * 13}\r\n\x1b[31m{"," * 13}\r\n', encoding="utf-8", newline=""
    )
    outcome = call("check", path)
    assert outcome.code == 1
    assert {"byte-order-mark", "line-ending", "quoting", "row-length", "required", "control-character"} <= {
        each["rule"] for each in findings(call, "check", path)
    }
    assert "\x1b" not in outcome.out
    assert "columns" not in outcome.err


@pytest.mark.parametrize("damage", ["truncated", "empty", "text", "cut page"])
def test_parquet_that_cannot_be_read(damage: str, parquet: Path, call: Call) -> None:
    path = parquet / "claims.parquet"
    raw = path.read_bytes()
    middle = len(raw) // 4
    changed = {
        "truncated": raw[: len(raw) // 2],
        "empty": b"",
        "text": b"claim_id\n",
        "cut page": raw[:middle] + bytes(len(raw) // 4) + raw[2 * middle :],
    }
    path.write_bytes(changed[damage])
    outcome = call("check", parquet)
    assert outcome.code == 1
    assert outcome.out.count(" error file-unreadable") == 1
    assert "claims could not be read completely" in outcome.out
    assert "expected: a complete Parquet file" in outcome.out


def test_parquet_with_other_columns(parquet: Path, call: Call) -> None:
    path = parquet / "events.parquet"
    whole = pq.read_table(path)
    pq.write_table(whole.drop_columns(["note"]), path)
    assert only(call, path)["found"] == "missing: note"
    pq.write_table(whole.select([*whole.column_names[1:], whole.column_names[0]]), path)
    assert only(call, path)["found"].startswith("a different order: ")
    pq.write_table(whole.set_column(0, "event_id", pa.array(range(whole.num_rows))), path)
    assert (only(call, path)["rule"], only(call, path)["found"]) == ("type", "type int64")
    pq.write_table(whole.set_column(0, "event_id", pa.array([[{"a": [1]}]] * whole.num_rows)), path)
    assert only(call, path)["found"] == "type list<element: struct<a: list<element: int64>>>"
    pq.write_table(whole.slice(0, 0), path)
    assert findings(call, "check", path) == []
    pq.write_table(whole.set_column(0, "event_id", whole["event_id"].dictionary_encode()), path)
    assert findings(call, "check", path) == []


# Keys


@given(st.lists(st.lists(st.tuples(st.integers(0, 40), st.none() | st.integers(0, 3)), min_size=1, max_size=12), min_size=1))
@example([[(1, 0), (2, 0), (9, 0), (4, 0)], [(5, 0), (2, 0), (6, 0), (7, 0)]])
def test_the_order_of_keys_tells_which_may_stand_twice(batches: list[list[tuple[int, int | None]]]) -> None:
    names = ["a", "b"]
    frames = [pl.DataFrame(rows, {"a": pl.Int64, "b": pl.Int64}, orient="row") for rows in batches]
    order = reduce(KeyOrder.merge, (find_key_order(Batch.of(frame), names) for frame in frames))
    whole = pl.concat(frames).drop_nulls()
    twice = set(whole.filter(whole.is_duplicated()).iter_rows())
    assert not (order.is_ascending and twice)
    if order.rest_is_ascending:
        assert twice <= set(order.candidates.iter_rows())
    if whole.height == sum(map(len, batches)):  # no key has an empty part
        assert order.is_ascending == ([*whole.iter_rows()] == sorted({*whole.iter_rows()}))


@pytest.mark.parametrize("rows", [(50, 3), (3, 50), (0, 51), (51, 0), (25, 26)])
def test_a_key_that_stands_twice_is_found_wherever_it_stands(
    rows: tuple[int, int], parquet: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, again = rows
    path = parquet / "claims.parquet"
    frame = change(path, lambda old: old.with_columns(old["claim_id"].scatter(again, old["claim_id"][at])))
    for size, at_once, many in ((1000, 8, 0), (7, 1000, 1000), (1, 1000, 1000)):
        monkeypatch.setattr(parquet_reader, "MAX_BATCH_ROWS", size)
        monkeypatch.setattr(duckdb_engine, "KEYS_PER_GROUPING", at_once)
        monkeypatch.setattr(key_order, "MAX_CANDIDATES", many)  # 0: order is no help, and all keys are grouped, in parts
        found = only(call, path)
        assert (found["rule"], found["row"]) == ("key", max(rows) + 1)
        assert found["found"] == f"{frame['claim_id'][at]}, also in row {min(rows) + 1}"


def test_a_double_key_hides_no_fault_of_another_row(parquet: Path, call: Call) -> None:
    def spoil(old: pl.DataFrame) -> pl.DataFrame:
        dates = pl.when(pl.col("claim_id") == "clm-040").then(None).otherwise("occurred_latest")
        dated = old["occurred_earliest"].scatter(39, date(2024, 8, 6))
        return old.with_columns(old["claim_id"].scatter(3, "clm-001"), dated, occurred_latest=dates)

    change(parquet / "claims.parquet", spoil)
    found = findings(call, "check", parquet / "claims.parquet")
    assert ("key", 4) in {(each["rule"], each["row"]) for each in found}
    assert ("occurred-order", 40) in {(each["rule"], each["row"]) for each in found}


# How much is told


def test_all_are_counted_some_are_listed(parquet: Path, call: Call) -> None:
    change(parquet / "claims.parquet", lambda old: old.with_columns(kind=pl.lit("x"), mode=pl.lit("y")))
    outcome = call("check", parquet, "--max-findings", "3")
    assert outcome.out.count("  fix: ") == 3
    assert outcome.out.endswith(" 104 findings\n")
    told = json.loads(call("check", parquet, "--max-findings", "0", "-f", "json").out)
    assert (told["summary"]["findings"], told["findings"]) == (104, [])
    assert sum(each["count"] for each in told["hidden"]) == 104


def test_too_little_memory_is_said(parquet: Path, call: Call) -> None:
    for memory in ("1KB", "much"):
        outcome = call("check", parquet, "--memory", memory)
        assert outcome.code == 2
        assert "--memory" in outcome.err


def test_a_rule_that_returns_no_keys(fiction: Copy) -> None:
    rules = fiction.root / "schemas" / "rules.sql"
    head = "-- rule: astray\n-- table: claims   columns: kind   severity: error\n-- says: x\n-- fix: y\n"
    text = rules.read_text(encoding="utf-8")
    for query in ("SELECT 'clm-nowhere' AS claim_id", "SELECT [claim_id] AS claim_id FROM claims"):
        rules.write_text(f"{text}\n{head}{query};\n", encoding="utf-8")
        with pytest.raises(ContractError, match="rule astray: "):
            fiction.validate()


# From Python


def test_tables_in_memory() -> None:
    arrow = pq.read_table(RELEASE / "claims.parquet")
    with duckdb.connect() as connection:
        assert kursk_claims.check(connection.from_arrow(arrow), table="claims").findings == []
    for table in (arrow, pl.DataFrame(arrow), arrow.to_reader()):
        assert kursk_claims.check(table, table="claims").findings == []
    broken = pl.DataFrame(arrow).with_columns(kind=pl.lit("x"))
    report = kursk_claims.check(broken, table="claims", max_findings=2)
    assert (report.exit_code, report.count("error"), len(report.findings)) == (1, 52, 2)
    assert (report.findings[0].file, report.findings[0].row) == ("<claims>", 1)


def test_several_tables_in_memory() -> None:
    names = ("claims", "events", "documents")
    frames = {name: pl.read_parquet(RELEASE / f"{name}.parquet") for name in names}
    report = kursk_claims.check(frames)
    assert report.findings == []
    frames["events"] = frames["events"].head(1)
    assert {each.rule for each in kursk_claims.check(frames).findings} == {"reference"}
    assert kursk_claims.check(frames["claims"], table="claims", against="1.1.0").findings == []


def test_numbers_of_another_width() -> None:
    passages = pl.read_parquet(RELEASE / "passages.parquet")
    wide = passages.with_columns(pl.col(pl.Int32).cast(pl.Int64))
    assert wide.schema != passages.schema
    assert kursk_claims.check(wide, table="passages").findings == []
    lost = passages.with_columns(pl.col(pl.Int32).cast(pl.Float64) + 0.5)
    assert {each.rule for each in kursk_claims.check(lost, table="passages").findings} == {"type"}


def test_paths_from_python() -> None:
    assert kursk_claims.check(RELEASE).exit_code == 0
    assert kursk_claims.check([RELEASE / "claims.parquet", str(RELEASE / "events.parquet")]).exit_code == 0


def test_wrong_calls_from_python() -> None:
    arrow = pq.read_table(RELEASE / "claims.parquet")
    with pytest.raises(KeyError, match="did you mean 'claims'"):
        kursk_claims.check(arrow, table="claim")
    with pytest.raises(TypeError, match="table="):
        kursk_claims.check(arrow)
    with pytest.raises(InputError, match="found int"):
        kursk_claims.check(3, table="claims")


def test_pandas(tmp_path: Path) -> None:
    python = os.environ.get("KURSK_CLAIMS_PANDAS_PYTHON")
    if not python:
        pytest.skip("KURSK_CLAIMS_PANDAS_PYTHON names no Python with pandas")
    script = tmp_path / "ask.py"
    script.write_text(
        "import sys, pandas, kursk_claims\n"
        "for name in ('claims', 'quantities', 'passages'):\n"
        f"    frame = pandas.read_parquet(f'{RELEASE}/{{name}}.parquet')\n"
        "    assert kursk_claims.check(frame, table=name).findings == [], name\n"
        "frame['position'] = 'x'\n"
        "print(sorted({each.rule for each in kursk_claims.check(frame, table='passages').findings}))\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([python, script], capture_output=True, text=True, check=True, env=environment, cwd=ROOT)
    assert done.stdout == "['header']\n"


def test_the_limits_have_defaults(parquet: Path) -> None:
    assert check_files(discover_files([str(parquet)], CONTRACT.tables), CONTRACT).exit_code == 0


def test_progress_only_on_a_terminal(run: Run) -> None:
    assert run("check", RELEASE, cwd=ROOT).stderr == f"contract: {ROOT}/schemas\n"
    near, far = pty.openpty()
    command = [sys.executable, "-m", "kursk_claims", "check", str(RELEASE)]
    told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=far, text=True, check=True)
    os.close(far)
    words = os.read(near, 100_000).decode()
    os.close(near)
    assert told.stdout.endswith(" 0 findings\n")
    assert re.search(r"[\d,]+ of [\d,]+ rows, [\d,]+ rows/s", words)
