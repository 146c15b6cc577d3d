"""`check` validates CSV, Parquet and tables in memory with the checks of `validate`, and has the same findings."""

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
from kursk_claims.checks.key_order import KeyOrder, find_key_order
from kursk_claims.contract.loader import load_contract
from kursk_claims.errors import ContractError, InputError
from kursk_claims.release.publish import publish_release
from kursk_claims.tables import parquet_batches
from kursk_claims.tables.batch import Batch
from kursk_claims.workspace import find_workspace
from support import FICTION, ROOT, Call, Copy, Run, build_once, copy_real_records

RELEASE = Path("build", "1.0.0")  # in the workspace, which is the current folder
CHANGELOG = "# Changelog\n\n## Data\n\n### [1.0.0] - 2026-01-02\n\n#### Added\n\n- Every row.\n"
CONTRACT = load_contract(FICTION / "schemas")
CLAIMS = CONTRACT.tables["claims"]
RULES = ["event-acyclic", "number-order", "occurred-order", "crosscheck-after-report"]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the real records, the project's contract apart from most rules, and a release of them."""

    def prepare(folder: Path) -> None:
        copy_real_records(folder).keep_rules(*RULES)
        shutil.copyfile(ROOT / "LICENSE-DATA", folder / "LICENSE-DATA")
        (folder / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
        report, release = publish_release(find_workspace(folder), "1.0.0", unverified=True)
        assert release is not None, report.findings

    return build_once(tmp_path_factory, "released-records", prepare)


@pytest.fixture(autouse=True)
def _inside_the_workspace(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace)


@pytest.fixture
def fiction(tmp_path: Path) -> Copy:
    """The fictional workspace with a few rules."""
    shutil.copytree(FICTION, tmp_path / "fiction")
    copy = Copy(tmp_path / "fiction")
    copy.keep_rules(*RULES)
    return copy


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    """The tables of the release, which a test may change."""
    folder = tmp_path / "tables"
    folder.mkdir()
    for name in CONTRACT.tables:
        shutil.copy(RELEASE / f"{name}.parquet", folder)
    return folder


def claims_count() -> int:
    return len(Copy(Path()).rows("claims"))


def change(path: Path, make: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    frame = make(pl.read_parquet(path))
    frame.write_parquet(path)
    return frame


def findings(call: Call, *args: str | Path) -> list[dict[str, Any]]:
    """The findings of a command, without the folder of the file."""
    report = json.loads(call(*args, "--format", "json", "--quiet").out)
    return [{**finding, "file": Path(finding["file"]).name} for finding in report["findings"]]


def only(call: Call, *args: str | Path) -> dict[str, Any]:
    first, *rest = findings(call, "check", *args)
    assert [(finding["rule"], finding["found"]) for finding in rest] == []
    return first


# The same checks as validate


def test_sound_records(call: Call) -> None:
    for path in (ROOT / "dataset" / "records", f"{RELEASE}/*.parquet"):
        outcome = call("check", path, "--workspace", ROOT)
        assert outcome.code == 0, outcome.out
        assert outcome.out.endswith(" 0 findings\n")


def test_a_release_is_sound_by_its_own_contract(call: Call) -> None:
    outcome = call("check", ROOT / "build" / "1.1.0", "--contract", "1.1.0", "--workspace", ROOT)
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
    found = findings(call, "check", records, "--workspace", fiction.root)
    for each in (line_end for line_end in want if line_end["rule"] == "line-ending"):
        each["severity"] = "warning"  # an error only in records that are released
    assert found == want


def test_a_finding_in_parquet_has_row_and_key(parquet: Path, call: Call) -> None:
    row = pl.col("claim_id") == "clm-007"
    frame = change(
        parquet / "claims.parquet", lambda old: old.with_columns(kind=pl.when(row).then(pl.lit("evnt")).otherwise("kind"))
    )
    found = only(call, parquet)
    assert (found["rule"], found["column"], found["key"]) == ("allowed-values", "kind", "claim_id=clm-007")
    assert found["row"] == 1 + frame["claim_id"].to_list().index("clm-007")
    assert f"claims.parquet:row {found['row']}: error allowed-values: kind" in call("check", parquet).out


def test_text_in_parquet_is_checked_like_text_in_csv(parquet: Path, call: Call) -> None:
    for text, rule in (("a \u202e b", "control-character"), (" a", "space"), ("e\u0301", "normal-form")):
        change(parquet / "events.parquet", lambda old, text=text: old.with_columns(note=pl.lit(text)))  # type: ignore[misc]
        assert only(call, parquet / "events.parquet", "--max-findings", "1")["rule"] == rule


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


# Inputs


def test_checks_are_skipped_whose_other_table_is_missing(parquet: Path, call: Call) -> None:
    outcome = call("check", parquet / "claims.parquet")
    assert outcome.code == 0
    assert "because documents is not among the inputs: " in outcome.out
    assert "reference claims.doc_id" in outcome.out


def test_references_are_looked_up_in_a_release(parquet: Path, call: Call) -> None:
    path = parquet / "claims.parquet"
    alone = call("check", path, "--against", "1.0.0")
    assert alone.code == 0
    assert "reference claims.doc_id" not in alone.out
    change(path, lambda old: old.with_columns(event_id=pl.lit("evt-nowhere")))
    found = call("check", path, "--against", "1.0.0", "--max-findings", "1")
    assert found.code == 1
    assert "error reference: event_id" in found.out
    assert f"claims: error reference: {claims_count() - 1} more, not listed" in found.out
    assert call("check", path, "--against", "9.9.9").code == 2


def test_a_table_may_have_several_files(parquet: Path, call: Call) -> None:
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


def test_a_file_needs_the_name_of_a_table(parquet: Path, call: Call) -> None:
    other = parquet / "statements.parquet"
    shutil.copy(parquet / "claims.parquet", other)
    wrong = call("check", other)
    assert wrong.code == 2
    assert "expected a file named after a table, found 'statements'" in wrong.err
    assert call("check", other, "--table", "claims").code == 0
    assert "did you mean 'claims'?" in call("check", other, "--table", "claim").err
    noted = call("check", parquet)
    assert noted.code == 0
    assert "statements.parquet: warning file-not-checked" in noted.out
    assert call("check", parquet, "--fail-on", "warning").code == 1


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nope.csv", "expected a file, a folder or a pattern that matches files, found nothing"),
        ("*.xlsx", "found an Excel workbook"),
        ("a.xlsx", "expected a file that ends in .csv, .csv.gz, .csv.zst, .tsv or .parquet, found an Excel workbook"),
        ("empty", "expected files named after tables, found none"),
        (".", "expected files of one format, found .csv and .parquet"),
    ],
)
def test_paths_that_hold_no_records_are_refused(path: str, words: str, call: Call, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    (tmp_path / "claims.csv").write_bytes(b"claim_id\n")
    shutil.copy(RELEASE / "claims.parquet", tmp_path)
    outcome = call("check", tmp_path / path)
    assert outcome.code == 2
    assert words in outcome.err


# Files that are broken


def test_csv_of_another_origin(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes("Claim ID;Text\n1;Сталося щось\n".encode("cp1251"))
    assert only(call, path)["rule"] == "encoding"
    path.write_text("Claim ID;Text\n1;x\n", encoding="utf-8")
    assert only(call, path)["found"] == "cells separated by semicolons"
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
def test_only_candidates_of_the_key_order_can_be_duplicates(batches: list[list[tuple[int, int | None]]]) -> None:
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


# Rows of a batch, keys that are grouped at once, and keys out of order that are compared by themselves.
IN_PARTS = (1000, 8, 0)  # the order of the keys is not used: all are grouped, in parts
IN_SMALL_BATCHES = (7, 1000, 1000)
ROW_BY_ROW = (1, 1000, 1000)


@pytest.mark.parametrize(
    ("rows", "sizes"),
    [
        ((50, 3), IN_PARTS),
        ((3, 50), IN_PARTS),
        ((50, 3), IN_SMALL_BATCHES),
        ((0, 51), IN_SMALL_BATCHES),
        ((51, 0), IN_SMALL_BATCHES),
        ((25, 26), IN_SMALL_BATCHES),
        ((51, 0), ROW_BY_ROW),
    ],
)
def test_a_duplicate_key_is_found_in_any_row(
    rows: tuple[int, int], sizes: tuple[int, int, int], parquet: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, duplicate = rows
    path = parquet / "claims.parquet"
    frame = change(path, lambda old: old.with_columns(old["claim_id"].scatter(duplicate, old["claim_id"][original])))
    batch_rows, keys_per_grouping, candidates = sizes
    monkeypatch.setattr(parquet_batches, "MAX_BATCH_ROWS", batch_rows)
    monkeypatch.setattr(duckdb_engine, "KEYS_PER_GROUPING", keys_per_grouping)
    monkeypatch.setattr(key_order, "MAX_CANDIDATES", candidates)
    finding = only(call, path)
    assert (finding["rule"], finding["row"]) == ("key", max(rows) + 1)
    assert finding["found"] == f"{frame['claim_id'][original]}, also in row {min(rows) + 1}"


def test_a_duplicate_key_hides_no_fault_of_another_row(parquet: Path, call: Call) -> None:
    def break_rules(old: pl.DataFrame) -> pl.DataFrame:
        dates = pl.when(pl.col("claim_id") == "clm-040").then(None).otherwise("occurred_latest")
        dated = old["occurred_earliest"].scatter(39, date(2024, 8, 6))
        return old.with_columns(old["claim_id"].scatter(3, "clm-001"), dated, occurred_latest=dates)

    change(parquet / "claims.parquet", break_rules)
    broken = {(finding["rule"], finding["row"]) for finding in findings(call, "check", parquet / "claims.parquet")}
    assert {("key", 4), ("occurred-order", 40)} <= broken


# Limits


def test_all_findings_are_counted_and_some_are_listed(parquet: Path, call: Call) -> None:
    change(parquet / "claims.parquet", lambda old: old.with_columns(kind=pl.lit("x"), mode=pl.lit("y")))
    outcome = call("check", parquet, "--max-findings", "3")
    assert outcome.out.count("  fix: ") == 3
    count = 2 * claims_count()
    assert outcome.out.endswith(f" {count} findings\n")
    report = json.loads(call("check", parquet, "--max-findings", "0", "-f", "json").out)
    assert (report["summary"]["findings"], report["findings"]) == (count, [])
    assert sum(hidden["count"] for hidden in report["hidden"]) == count


def test_a_memory_limit_that_is_too_low_is_refused(parquet: Path, call: Call) -> None:
    for memory in ("1KB", "much"):
        outcome = call("check", parquet, "--memory", memory)
        assert outcome.code == 2
        assert "--memory" in outcome.err


def test_a_rule_must_return_keys_of_its_table(fiction: Copy) -> None:
    rules = fiction.root / "schemas" / "rules.sql"
    head = "-- rule: astray\n-- table: claims   columns: kind   severity: error\n-- says: x\n-- fix: y\n"
    text = rules.read_text(encoding="utf-8")
    for query in ("SELECT 'clm-nowhere' AS claim_id", "SELECT [claim_id] AS claim_id FROM claims"):
        rules.write_text(f"{text}\n{head}{query};\n", encoding="utf-8")
        with pytest.raises(ContractError, match="rule astray: "):
            fiction.validate()


# From Python


def test_a_table_in_memory_is_checked() -> None:
    arrow = pq.read_table(RELEASE / "claims.parquet")
    with duckdb.connect() as connection:
        assert kursk_claims.check(connection.from_arrow(arrow), table="claims").findings == []
    for table in (arrow, pl.DataFrame(arrow), arrow.to_reader()):
        assert kursk_claims.check(table, table="claims").findings == []
    broken = pl.DataFrame(arrow).with_columns(kind=pl.lit("x"))
    report = kursk_claims.check(broken, table="claims", max_findings=2)
    assert (report.exit_code, report.count("error"), len(report.findings)) == (1, arrow.num_rows, 2)
    assert (report.findings[0].file, report.findings[0].row) == ("<claims>", 1)


def test_several_tables_in_memory_are_checked_together() -> None:
    names = ("claims", "events", "documents")
    frames = {name: pl.read_parquet(RELEASE / f"{name}.parquet") for name in names}
    report = kursk_claims.check(frames)
    assert report.findings == []
    frames["events"] = frames["events"].head(1)
    assert {each.rule for each in kursk_claims.check(frames).findings} == {"reference"}
    assert kursk_claims.check(frames["claims"], table="claims", against="1.0.0").findings == []


def test_wider_integers_are_accepted_and_fractions_are_not() -> None:
    passages = pl.read_parquet(RELEASE / "passages.parquet")
    wide = passages.with_columns(pl.col(pl.Int32).cast(pl.Int64))
    assert wide.schema != passages.schema
    assert kursk_claims.check(wide, table="passages").findings == []
    lost = passages.with_columns(pl.col(pl.Int32).cast(pl.Float64) + 0.5)
    assert {each.rule for each in kursk_claims.check(lost, table="passages").findings} == {"type"}


def test_python_accepts_paths() -> None:
    assert kursk_claims.check([RELEASE / "claims.parquet", str(RELEASE / "events.parquet")]).exit_code == 0


def test_wrong_arguments_in_python_are_refused() -> None:
    arrow = pq.read_table(RELEASE / "claims.parquet")
    with pytest.raises(KeyError, match="did you mean 'claims'"):
        kursk_claims.check(arrow, table="claim")
    with pytest.raises(TypeError, match="table="):
        kursk_claims.check(arrow)
    with pytest.raises(InputError, match="found int"):
        kursk_claims.check(3, table="claims")


def test_a_pandas_frame_is_checked(tmp_path: Path) -> None:
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
    done = subprocess.run([python, script], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == "['header']\n"


def test_progress_is_shown_on_a_terminal_only(run: Run, workspace: Path) -> None:
    stderr = run("check", RELEASE / "retired.parquet", cwd=workspace).stderr
    assert re.fullmatch(r"contract: schemas \(sha256 [0-9a-f]{12}\)\n", stderr)
    terminal, other_end = pty.openpty()
    command = [sys.executable, "-m", "kursk_claims", "check", str(RELEASE)]
    done = subprocess.run(command, cwd=workspace, stdout=subprocess.PIPE, stderr=other_end, text=True, check=True)
    os.close(other_end)
    progress = os.read(terminal, 100_000).decode(errors="replace")
    os.close(terminal)
    assert done.stdout.endswith(" 0 findings\n")
    assert re.search(r"[\d,]+ of [\d,]+ rows, [\d,]+ rows/s", progress)
