"""`query` prints results in every format, and refuses what is wrong or does more than read."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kursk_claims
from kursk_claims.contract.loader import load_contract
from kursk_claims.workspace import find_workspace
from support import ROOT, WELLS, Call, Copy, markdown_cells

CONTRACT = load_contract(find_workspace(ROOT).schemas)
ODD = 'a|b, "c"'
PLACES = (
    f"SELECT place_id, name_native, latitude, latitude IS NULL AS vague, '{ODD}' AS odd FROM places ORDER BY place_id LIMIT 4"
)


@pytest.fixture(scope="module")
def connection(records: Copy) -> duckdb.DuckDBPyConnection:
    return kursk_claims.connect(workspace=records.root)


def places(copy: Copy) -> list[dict[str, Any]]:
    """What `PLACES` should answer, from the CSV."""
    rows = sorted(copy.rows("places"), key=lambda row: row["place_id"])[:4]
    return [
        {
            "place_id": row["place_id"],
            "name_native": row["name_native"] or None,
            "latitude": float(row["latitude"]) if row["latitude"] else None,
            "vague": not row["latitude"],
            "odd": ODD,
        }
        for row in rows
    ]


def written(value: object) -> str:
    """A value as text formats show it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def test_query_as_csv(call: Call, records: Copy) -> None:
    outcome = call("query", PLACES, "--format", "csv", "--workspace", records.root)
    rows = list(csv.DictReader(io.StringIO(outcome.out)))
    assert rows == [{name: written(value) for name, value in row.items()} for row in places(records)]
    assert "\r" not in outcome.out


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_query_as_json(form: str, call: Call, records: Copy) -> None:
    out = call("query", PLACES, "--format", form, "--workspace", records.root).out
    rows = json.loads(out) if form == "json" else [json.loads(line) for line in out.splitlines()]
    assert rows == places(records)


def test_query_as_markdown(call: Call, records: Copy) -> None:
    out = call("query", PLACES, "--format", "markdown", "--workspace", records.root).out
    cells = markdown_cells(out)
    names, *rows = (cells[start : start + 5] for start in range(0, len(cells), 5))
    shown = [dict(zip(names, row, strict=True)) for row in rows]
    assert shown == [{name: written(value) for name, value in row.items()} for row in places(records)]


def test_query_as_table(call: Call, records: Copy) -> None:
    header, rule, *lines = call("query", PLACES, "--workspace", records.root).out.splitlines()
    starts = [at for at, char in enumerate(rule) if char == "-" and rule[at - 1 : at] in ("", " ")]
    cells = [[line[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)] for line in [header, *lines]]
    assert cells[0] == list(places(records)[0])
    assert cells[1:] == [[written(value) for value in row.values()] for row in places(records)]


def test_query_as_parquet(records: Copy) -> None:
    command = [sys.executable, "-m", "kursk_claims", "query", PLACES, "--format", "parquet", "--workspace", str(records.root)]
    answer = pq.read_table(io.BytesIO(subprocess.run(command, capture_output=True, check=True).stdout))
    assert answer.to_pylist() == places(records)
    assert answer.schema.field("latitude").type == pa.float64()


def test_a_result_without_rows(call: Call) -> None:
    sql = "SELECT well_id, latitude FROM wells WHERE false"
    answers = {form: call("query", sql, "-f", form, "-w", WELLS).out for form in ("table", "csv", "json", "jsonl")}
    assert answers["table"].splitlines()[0].split() == ["well_id", "latitude"]
    assert (answers["csv"], answers["json"], answers["jsonl"]) == ("well_id,latitude\n", "[]\n", "")


def test_values_without_a_json_type(call: Call) -> None:
    sql = "SELECT 'nan'::DOUBLE AS a, 1 / 0 AS b, 1.50 AS c, 2.00 AS d, DATE '2024-08-27' AS e, [1.5, NULL] AS f, 'x'::BLOB AS g"
    assert json.loads(call("query", sql, "-f", "json", "-w", WELLS).out, parse_constant=pytest.fail) == [
        {"a": "nan", "b": "inf", "c": 1.5, "d": 2, "e": "2024-08-27", "f": [1.5, None], "g": "78"}
    ]


@pytest.mark.parametrize("form", ["json", "jsonl", "parquet"])
def test_duplicate_column_names_are_refused_where_a_value_would_be_lost(form: str, call: Call) -> None:
    outcome = call("query", "SELECT 1 AS a, 2 AS a", "-f", form, "-w", WELLS)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.endswith("this format needs unique column names, found 'a' twice. Rename one with AS.\n")
    assert call("query", "SELECT 1 AS a, 2 AS a", "-f", "csv", "-w", WELLS).out == "a,a\n1,2\n"


def test_an_explained_plan_keeps_its_lines(call: Call) -> None:
    out = call("query", "EXPLAIN SELECT * FROM wells", "-w", WELLS).out
    assert len(out.splitlines()) >= 5
    assert "\\u000a" not in out


def test_a_query_from_standard_input(call: Call) -> None:
    for args in (["query", "-"], ["query"]):
        outcome = call(*args, "--workspace", WELLS, "-f", "csv", stdin="SELECT 'Київ' AS city")
        assert (outcome.code, outcome.out) == (0, "city\nКиїв\n")


@pytest.mark.parametrize("stdin", ["", "  \n", ";", "-- nothing but this"])
def test_an_empty_query_is_refused(stdin: str, call: Call) -> None:
    outcome = call("query", "--workspace", WELLS, stdin=stdin)
    assert (outcome.code, outcome.out) == (2, "")
    expected = "kursk-claims: expected one statement, found none. Pass it as an argument or on standard input.\n"
    assert outcome.err.endswith(expected)


def test_a_query_that_is_not_utf8_is_refused(call: Call) -> None:
    outcome = call("query", "--workspace", WELLS, stdin=b"SELECT '\xff'")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.endswith("kursk-claims: standard input: expected UTF-8, found byte 0xff.\n")
    outcome = call("query", "SELECT '\udcff'", "--workspace", WELLS)
    assert (outcome.code, outcome.out) == (2, "")
    assert "kursk-claims: expected SQL in UTF-8" in outcome.err


@pytest.mark.parametrize("name", [question.name for question in CONTRACT.questions])
def test_a_saved_query(name: str, call: Call, records: Copy, connection: duckdb.DuckDBPyConnection) -> None:
    outcome = call("query", "--name", name, "--workspace", records.root, "--format", "json")
    sql = next(question.sql for question in CONTRACT.questions if question.name == name)
    rows = json.loads(outcome.out)
    assert outcome.code == 0
    assert rows
    assert [list(row) for row in rows] == [connection.sql(sql).columns] * len(connection.sql(sql).fetchall())


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--name", "silnce"], "unknown query 'silnce' (did you mean 'silence'?)"),
        (["SELECT 1", "--format", "jsn"], "'--format' / '-f': 'jsn' is not one of 'table', 'csv', "),
        (["SELECT 1", "--name", "silence"], "give SQL or --name, not both"),
        (["SELECT * FROM claim"], 'Did you mean "claims"?'),
        (
            ["SELECT * FROM xyzzy"],
            "\nTables and views: actors, attributions, ",
        ),
        (["SELECT statment FROM claims"], 'Candidate bindings: "statement"'),
        (["SELEC 1"], 'Parser Error: syntax error at or near "SELEC"'),
        (["SELECT 1; SELECT 2"], "expected one statement, found 2. Run them one at a time."),
        (["SELECT ?"], "Values were not provided"),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_a_wrong_query_is_refused(args: list[str], words: str, call: Call, records: Copy) -> None:
    outcome = call("query", *args, "--workspace", records.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert words in outcome.err
    assert "Traceback" not in outcome.err


def test_a_comment_after_the_semicolon_is_not_a_statement(call: Call) -> None:
    assert call("query", "SELECT 1 AS a; -- done", "-f", "csv", "-w", WELLS)[:2] == (0, "a\n1\n")


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM wells",
        "COPY wells TO 'out.csv'",
        "ATTACH 'other.duckdb'",
        "INSTALL httpfs",
        "LOAD json",
        "SET threads = 1",
        "PRAGMA database_list",
        "CREATE TABLE x AS SELECT 1",
        "EXPORT DATABASE 'out'",
        "EXPLAIN ANALYZE DELETE FROM wells",
        "WITH gone AS (DELETE FROM wells RETURNING *) SELECT * FROM gone",
    ],
)
def test_a_statement_that_does_more_than_read_is_refused(
    sql: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = call("query", sql, "--workspace", WELLS)
    assert (outcome.code, outcome.out) == (2, "")
    assert "a statement that only reads" in outcome.err or "read-only mode" in outcome.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("source", "read_csv('{}') read_text('{}') read_blob('{}') sniff_csv('{}') glob('{}*') '{}'".split())
def test_other_files_are_not_read(source: str, call: Call, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("word\nsesame\n", encoding="utf-8")
    outcome = call("query", f"SELECT * FROM {source.format(tmp_path / 'secret.csv')}", "--workspace", WELLS)
    assert (outcome.code, outcome.out) == (2, "")
    assert "disabled by configuration" in outcome.err or "does not exist" in outcome.err
    assert "sesame" not in outcome.err


def test_the_environment_is_not_read(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "sesame")
    outcome = call("query", "SELECT getenv('SECRET')", "--workspace", WELLS)
    assert (outcome.code, outcome.out) == (2, "")
    assert "sesame" not in outcome.err


def test_quiet_prints_the_result_alone(call: Call) -> None:
    assert call("query", "SELECT 1 AS a", "-f", "csv", "-w", WELLS, "--quiet") == (0, "a\n1\n", "")
    told = call("query", "SELECT 1 AS a", "-f", "csv", "-w", WELLS)
    assert told == (0, "a\n1\n", f"workspace: {WELLS}\nquerying the records\n")


@pytest.mark.parametrize(
    ("sql", "is_read"),
    [
        ("SELECT 1 AS a", False),
        ("SELECT count(*) FROM claims", False),
        ("WITH a AS (FROM claims) SELECT count(*) FROM a", False),
        ("SELECT count(*) FROM events, (WITH events AS (SELECT 1 AS a) FROM events)", True),
        ("SELECT count(*) FROM claims JOIN Events USING (event_id)", True),
        ("SELECT count(*) FROM claims WHERE EXISTS (FROM events)", True),
        ("SELECT count(*) FROM said", True),  # a view
        ("SELECT count(*) FROM main.events", True),
        ("SELECT count(*) FROM information_schema.tables", True),
        ("SELECT count(*) FROM query_table('events')", True),
        ("FROM (SHOW TABLES)", True),
        ("SHOW TABLES", True),
        ("PIVOT events ON kind USING count(*)", True),
    ],
)
def test_only_the_tables_that_a_query_reads_are_opened(sql: str, is_read: bool, call: Call, fiction: Copy) -> None:
    fiction.csv("events").write_text("", encoding="utf-8")
    outcome = call("query", "--records", sql, "-w", fiction.root)
    assert outcome.code == is_read, outcome.err
    assert ("events.csv" in outcome.err) == is_read


def test_an_unknown_table_is_reported_with_similar_ones(call: Call) -> None:
    assert '"wells"' in call("query", "FROM well", "-w", WELLS).err


def test_a_query_starts_without_pydantic_and_yaml_of_other_commands() -> None:
    code = (
        "import sys\nfrom kursk_claims.cli.main import run_command\nrun_command()\nprint({'pydantic', 'yaml'} & {*sys.modules})"
    )
    command = [sys.executable, "-c", code, "query", "FROM codes LIMIT 1", "--format", "csv", "--workspace", str(ROOT)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "set()"


def test_records_that_cannot_be_read_are_reported_in_one_message(call: Call, real: Copy) -> None:
    claims = real.csv("claims").read_text(encoding="utf-8")
    header = claims.partition("\n")[0]
    swapped = header.replace("polarity,mode", "mode,polarity")
    assert swapped != header
    commands = [["query", "FROM claims"], ["describe"], ["show", "clm-001"], ["query", "FROM said"]]
    some_day = next(filter(None, (row["occurred_earliest"] for row in real.rows("claims"))))
    faults = ("", claims.replace(header, swapped), claims.replace(some_day, "2024-02-30"), claims + "clm-999\n")
    for fault, command in zip(faults, commands, strict=True):
        assert fault != claims
        real.csv("claims").write_text(fault, encoding="utf-8")
        outcome = call(*command, "--workspace", real.root)
        assert (outcome.code, outcome.out) == (1, "")
        assert outcome.err.startswith(f"kursk-claims: {real.csv('claims')}")
        assert outcome.err.endswith("Run `kursk-claims validate` to see what is wrong.\n")


def test_no_escape_sequence_reaches_the_terminal(call: Call, real: Copy) -> None:
    real.edit("claims", {"claim_id": "clm-001"}, statement="A statement\x1b[2J in \x9b31mred \u202eand back.")
    shown = "A statement\\u001b[2J in \\u009b31mred \\u202eand back."
    query = ["query", "SELECT statement FROM claims WHERE claim_id = 'clm-001'"]
    for command in (query, [*query, "-f", "markdown"], [*query, "-f", "json"], ["show", "clm-001"]):
        outcome = call(*command, "--workspace", real.root)
        assert shown in (markdown_cells(outcome.out) if "markdown" in command else outcome.out)
        assert all(char.isprintable() or char == "\n" for char in outcome.out)
    failed = call("query", "SELECT CAST(statement AS INTEGER) FROM claims WHERE claim_id = 'clm-001'", "--workspace", real.root)
    assert failed.code == 2
    assert all(char.isprintable() or char == "\n" for char in failed.err)
