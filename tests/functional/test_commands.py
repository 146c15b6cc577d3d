"""The commands as people use them: what they print, what they refuse, how they end."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from jsonschema import Draft7Validator

import kursk_claims
from kursk_claims.claims.text import read_canonical_text, text_digest
from kursk_claims.cli.main import COMMANDS
from kursk_claims.contract.arrow import build_arrow_schema
from kursk_claims.contract.loader import load_contract
from kursk_claims.contract.model import Table
from kursk_claims.database.load import load_records
from kursk_claims.errors import ContractError, RecordsError, WorkspaceError
from kursk_claims.release.build import build_folder
from kursk_claims.tables.csv_reader import read_csv_table
from kursk_claims.workspace import find_workspace
from support import FICTION, ROOT, Call, Copy, Run

CONTRACT = load_contract(find_workspace(ROOT).schemas)
VIEWS = [view.name for view in CONTRACT.views]
ODD = 'a|b, "c"'
PLACES = (
    f"SELECT place_id, name_native, latitude, latitude IS NULL AS vague, '{ODD}' AS odd FROM places ORDER BY place_id LIMIT 4"
)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The real records, to be read only, with no release beside them."""
    root = tmp_path_factory.mktemp("asked")
    for folder in ("dataset", "schemas"):
        (root / folder).symlink_to(ROOT / folder)
    return Copy(root)


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


# query


def test_query_as_csv(call: Call, asked: Copy) -> None:
    outcome = call("query", PLACES, "--format", "csv", "--workspace", asked.root)
    rows = list(csv.DictReader(io.StringIO(outcome.out)))
    assert rows == [{name: written(value) for name, value in row.items()} for row in places(asked)]
    assert "\r" not in outcome.out


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_query_as_json(form: str, call: Call, asked: Copy) -> None:
    out = call("query", PLACES, "--format", form, "--workspace", asked.root).out
    rows = json.loads(out) if form == "json" else [json.loads(line) for line in out.splitlines()]
    assert rows == places(asked)


def test_query_as_markdown(call: Call, asked: Copy) -> None:
    header, rule, *lines = call("query", PLACES, "--format", "markdown", "--workspace", asked.root).out.splitlines()
    assert set(rule) <= set("|:-")
    names, *rows = ([cell.strip() for cell in line.replace("\\|", "\0").split("|")[1:-1]] for line in [header, *lines])
    shown = [dict(zip(names, (cell.replace("\0", "|") for cell in row), strict=True)) for row in rows]
    assert shown == [{name: written(value) for name, value in row.items()} for row in places(asked)]


def test_query_as_table(call: Call, asked: Copy) -> None:
    header, rule, *lines = call("query", PLACES, "--workspace", asked.root).out.splitlines()
    starts = [at for at, char in enumerate(rule) if char == "-" and rule[at - 1 : at] in ("", " ")]
    cells = [[line[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)] for line in [header, *lines]]
    assert cells[0] == list(places(asked)[0])
    assert cells[1:] == [[written(value) for value in row.values()] for row in places(asked)]


def test_query_as_parquet(asked: Copy) -> None:
    command = [sys.executable, "-m", "kursk_claims", "query", PLACES, "--format", "parquet", "--workspace", str(asked.root)]
    answer = pq.read_table(io.BytesIO(subprocess.run(command, capture_output=True, check=True).stdout))
    assert answer.to_pylist() == places(asked)
    assert answer.schema.field("latitude").type == pa.float64()


def test_an_answer_without_rows(call: Call, asked: Copy) -> None:
    sql = "SELECT claim_id, statement FROM claims WHERE false"
    answers = {form: call("query", sql, "-f", form, "-w", asked.root).out for form in ("table", "csv", "json", "jsonl")}
    assert answers["table"].splitlines()[0].split() == ["claim_id", "statement"]
    assert (answers["csv"], answers["json"], answers["jsonl"]) == ("claim_id,statement\n", "[]\n", "")


def test_values_that_json_has_no_word_for(call: Call, asked: Copy) -> None:
    sql = "SELECT 'nan'::DOUBLE AS a, 1 / 0 AS b, 1.50 AS c, 2.00 AS d, DATE '2024-08-27' AS e, [1.5, NULL] AS f, 'x'::BLOB AS g"
    assert json.loads(call("query", sql, "-f", "json", "-w", asked.root).out, parse_constant=pytest.fail) == [
        {"a": "nan", "b": "inf", "c": 1.5, "d": 2, "e": "2024-08-27", "f": [1.5, None], "g": "78"}
    ]


@pytest.mark.parametrize("form", ["json", "jsonl", "parquet"])
def test_two_columns_of_one_name_lose_no_value(form: str, call: Call, asked: Copy) -> None:
    outcome = call("query", "SELECT 1 AS a, 2 AS a", "-f", form, "-w", asked.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.endswith("this format needs unique column names, found 'a' twice. Rename one with AS.\n")
    assert call("query", "SELECT 1 AS a, 2 AS a", "-f", "csv", "-w", asked.root).out == "a,a\n1,2\n"


def test_an_explained_plan_keeps_its_lines(call: Call, asked: Copy) -> None:
    out = call("query", "EXPLAIN SELECT * FROM claims", "-w", asked.root).out
    assert len(out.splitlines()) >= 5
    assert "\\u000a" not in out


def test_query_from_standard_input(call: Call, asked: Copy) -> None:
    for args in (["query", "-"], ["query"]):
        outcome = call(*args, "--workspace", asked.root, "-f", "csv", stdin="SELECT 'Київ' AS city")
        assert (outcome.code, outcome.out) == (0, "city\nКиїв\n")


@pytest.mark.parametrize("stdin", ["", "  \n", ";", "-- nothing but this"])
def test_query_of_nothing(stdin: str, call: Call, asked: Copy) -> None:
    outcome = call("query", "--workspace", asked.root, stdin=stdin)
    assert (outcome.code, outcome.out) == (2, "")
    expected = "kursk-claims: expected one statement, found none. Pass it as an argument or on standard input.\n"
    assert outcome.err.endswith(expected)


def test_query_that_is_not_utf8(call: Call, asked: Copy) -> None:
    outcome = call("query", "--workspace", asked.root, stdin=b"SELECT '\xff'")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.endswith("kursk-claims: standard input: expected UTF-8, found byte 0xff.\n")
    outcome = call("query", "SELECT '\udcff'", "--workspace", asked.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert "kursk-claims: expected SQL in UTF-8" in outcome.err


@pytest.mark.parametrize("name", [question.name for question in CONTRACT.questions])
def test_a_saved_question(name: str, call: Call, asked: Copy) -> None:
    outcome = call("query", "--name", name, "--workspace", asked.root, "--format", "csv")
    sql = next(question.sql for question in CONTRACT.questions if question.name == name)
    assert outcome.code == 0
    assert outcome.out == call("query", sql, "--workspace", asked.root, "--format", "csv").out
    assert len(outcome.out.splitlines()) > 1


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
def test_a_wrong_question(args: list[str], words: str, call: Call, asked: Copy) -> None:
    outcome = call("query", *args, "--workspace", asked.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert words in outcome.err
    assert "Traceback" not in outcome.err


def test_a_comment_behind_the_semicolon_is_no_statement(call: Call, asked: Copy) -> None:
    assert call("query", "SELECT 1 AS a; -- done", "-f", "csv", "-w", asked.root)[:2] == (0, "a\n1\n")


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM claims",
        "COPY claims TO 'out.csv'",
        "ATTACH 'other.duckdb'",
        "INSTALL httpfs",
        "LOAD json",
        "SET threads = 1",
        "PRAGMA database_list",
        "CREATE TABLE x AS SELECT 1",
        "EXPORT DATABASE 'out'",
        "EXPLAIN ANALYZE DELETE FROM claims",
        "WITH gone AS (DELETE FROM claims RETURNING *) SELECT * FROM gone",
    ],
)
def test_what_does_not_only_read_is_refused(
    sql: str, call: Call, asked: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = call("query", sql, "--workspace", asked.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert "a statement that only reads" in outcome.err or "read-only mode" in outcome.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("source", "read_csv('{}') read_text('{}') read_blob('{}') sniff_csv('{}') glob('{}*') '{}'".split())
def test_other_files_are_not_read(source: str, call: Call, asked: Copy, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("word\nsesame\n", encoding="utf-8")
    outcome = call("query", f"SELECT * FROM {source.format(tmp_path / 'secret.csv')}", "--workspace", asked.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert "disabled by configuration" in outcome.err or "does not exist" in outcome.err
    assert "sesame" not in outcome.err


def test_the_environment_is_not_read(call: Call, asked: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "sesame")
    outcome = call("query", "SELECT getenv('SECRET')", "--workspace", asked.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert "sesame" not in outcome.err


def test_quiet(call: Call, asked: Copy) -> None:
    assert call("query", "SELECT 1 AS a", "-f", "csv", "-w", asked.root, "--quiet") == (0, "a\n1\n", "")
    told = call("query", "SELECT 1 AS a", "-f", "csv", "-w", asked.root)
    assert told == (0, "a\n1\n", f"workspace: {asked.root}\nquerying the records\n")


def test_records_that_cannot_be_read_give_a_sentence(call: Call, real: Copy) -> None:
    claims = real.csv("claims").read_text(encoding="utf-8")
    header = claims.partition("\n")[0]
    swapped = header.replace("polarity,mode", "mode,polarity")
    assert swapped != header
    for content in ("", claims.replace(header, swapped), claims.replace("2024-08-06", "2024-02-30"), claims + "clm-999\n"):
        assert content != claims
        real.csv("claims").write_text(content, encoding="utf-8")
        for command in (["query", "SELECT 1"], ["describe"], ["show", "clm-001"]):
            outcome = call(*command, "--workspace", real.root)
            assert (outcome.code, outcome.out) == (1, "")
            assert outcome.err.startswith(f"kursk-claims: {real.csv('claims')}")
            assert outcome.err.endswith("Run `kursk-claims validate` to see what is wrong.\n")


def test_no_escape_sequence_reaches_the_terminal(call: Call, real: Copy) -> None:
    real.edit("claims", {"claim_id": "clm-001"}, statement="A statement\x1b[2J in \x9b31mred \u202eand back.")
    shown = "A statement\\u001b[2J in \\u009b31mred \\u202eand back."
    query = ["query", "SELECT statement FROM claims WHERE claim_id = 'clm-001'"]
    for command in (query, [*query, "-f", "markdown"], [*query, "-f", "json"], [*query, "-f", "jsonl"], ["show", "clm-001"]):
        outcome = call(*command, "--workspace", real.root)
        assert shown in outcome.out
        assert all(char.isprintable() or char == "\n" for char in outcome.out)
    failed = call("query", "SELECT CAST(statement AS INTEGER) FROM claims WHERE claim_id = 'clm-001'", "--workspace", real.root)
    assert failed.code == 2
    assert all(char.isprintable() or char == "\n" for char in failed.err)


# Processes, streams and signals


def test_a_locale_without_unicode(run: Run, asked: Copy) -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    done = run(*("query", "SELECT 'Україна' AS land", "-f", "csv", "-q", "-w", asked.root), env=environment, encoding="utf-8")
    assert (done.returncode, done.stdout, done.stderr) == (0, "land\nУкраїна\n", "")


def in_bash(folder: Path, *args: str, then: str) -> tuple[str, str]:
    """Run the command with what a shell does to its output; what is printed and told."""
    command = " ".join(f"'{word}'" for word in [sys.executable, "-m", "kursk_claims", *args])
    done = subprocess.run(["bash", "-c", f"{command} {then}"], capture_output=True, text=True, check=True, cwd=folder)
    return done.stdout, done.stderr


GONE = "| { exec <&-; }; echo ${PIPESTATUS[0]}"


@pytest.mark.parametrize("rows", [1, 50_000], ids=["small", "big"])
def test_a_closed_pipe_is_no_error(rows: int, asked: Copy, tmp_path: Path) -> None:
    assert in_bash(tmp_path, "query", "-q", "-w", str(asked.root), f"FROM range({rows})", then=GONE) == ("0\n", "")


def test_a_closed_pipe_hides_no_errors_in_the_records(real: Copy, tmp_path: Path) -> None:
    real.csv("codes").unlink()
    assert in_bash(tmp_path, "validate", "-q", "-w", str(real.root), then=GONE) == ("1\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_output_that_cannot_be_written(asked: Copy, tmp_path: Path) -> None:
    told = in_bash(tmp_path, "query", "-q", "-w", str(asked.root), "SELECT 1", then="> /dev/full; echo $?")
    assert told == ("2\n", "kursk-claims: No space left on device\n")


def test_closed_streams(asked: Copy, tmp_path: Path) -> None:
    query = ["query", "-w", str(asked.root), "SELECT 1 AS a", "-f", "csv"]
    assert in_bash(tmp_path, *query, then=">&- ; echo $?")[0] == "0\n"
    assert in_bash(tmp_path, *query, then="2>&-") == ("a\n1\n", "")


def test_an_interrupted_question(asked: Copy) -> None:
    sql = "SELECT count(*) FROM range(10000000) a, range(10000000) b"
    command = [sys.executable, "-m", "kursk_claims", "query", sql, "-w", str(asked.root)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("workspace: ")
        assert process.stderr.readline() == "querying the records\n"
        time.sleep(1)  # it is at work by now, deep in DuckDB
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, out, err.strip()) == (130, "", "")


RUNS = "\x1b[?2004l"  # the prompt ends bracketed paste when it hands a statement over


class Terminal:
    """A command on a pseudo-terminal; what is waited for must come within a minute."""

    def __init__(self, *args: str, home: Path) -> None:
        self.side, other = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "XDG_STATE_HOME": str(home)}
        command = [sys.executable, "-m", "kursk_claims", *args]
        self.process = subprocess.Popen(
            command, stdin=other, stdout=other, stderr=other, env=environment, start_new_session=True, cwd=home
        )
        os.close(other)
        self.seen = ""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.side)

    def read_until(self, words: str) -> None:
        while words not in self.seen:
            ready, _, _ = select.select([self.side], [], [], 60)
            assert ready, f"waited for {words!r}, saw {self.seen!r}"
            self.seen += os.read(self.side, 65536).decode("utf-8", "replace")
        self.seen = self.seen.partition(words)[2]

    def type(self, words: str, prompt: str = "claims>") -> None:
        """Type when the prompt stands there: before, the terminal would take Ctrl-D for itself."""
        self.read_until(prompt)
        os.write(self.side, words.encode())


def test_the_prompt(asked: Copy, tmp_path: Path) -> None:
    with Terminal("query", "--workspace", str(asked.root), home=tmp_path) as terminal:
        terminal.read_until("Statements end with a semicolon")
        terminal.type("SELECT 600 + 66 AS beast;\r")
        terminal.read_until("-------")
        terminal.read_until("666")
        terminal.type("SELECT nope FROM claims;\r")
        terminal.read_until('"nope" not found')
        terminal.type("WITH gone AS (DELETE FROM claims RETURNING 1) SELECT 1 FROM gone;\r")
        terminal.read_until("read-only mode")
        terminal.type("SELECT count(*) * 1000\r")
        terminal.type("FROM claims;\r", prompt="...>")
        terminal.read_until(f"{len(asked.rows('claims'))}000")
        terminal.type("\x04")
        assert terminal.process.wait(timeout=60) == 0
    assert "SELECT 600 + 66 AS beast;" in (tmp_path / "kursk-claims" / "history").read_text(encoding="utf-8")


def test_a_limit_or_ctrl_c_ends_a_statement_and_not_the_prompt(asked: Copy, tmp_path: Path) -> None:
    with Terminal("query", "--timeout", "2", "--workspace", str(asked.root), home=tmp_path) as terminal:
        terminal.type("SELECT levenshtein(repeat('a', 300000), repeat('b', 300000));\r")
        terminal.read_until("took longer than 2 s")
        terminal.type("SELECT levenshtein(repeat('c', 300000), repeat('d', 300000)) AS slow;\r")
        terminal.read_until(RUNS)
        time.sleep(0.5)
        terminal.process.send_signal(signal.SIGINT)
        terminal.read_until("interrupted")
        terminal.type("SELECT 600 + 66 AS beast;\r")
        terminal.read_until("666")


def test_the_prompt_keeps_what_unsafe_statements_create(asked: Copy, tmp_path: Path) -> None:
    with Terminal("query", "--unsafe", "--workspace", str(asked.root), home=tmp_path) as terminal:
        terminal.type("CREATE TABLE own AS SELECT 600 + 66 AS beast;\r")
        terminal.type("FROM own;\r")
        terminal.read_until("666")
        terminal.type("SELECT count(*) FROM range(10000000) a, range(10000000) b;\r")
        terminal.read_until(RUNS)
        time.sleep(0.5)
        terminal.process.send_signal(signal.SIGINT)
        terminal.read_until("interrupted")
        terminal.type("SELECT beast + 1 FROM own;\r")
        terminal.read_until("667")


def test_parquet_is_not_for_a_terminal(asked: Copy, tmp_path: Path) -> None:
    with Terminal("query", "SELECT 1", "-f", "parquet", "--workspace", str(asked.root), home=tmp_path) as terminal:
        terminal.read_until("Parquet cannot be shown on a terminal")
        assert terminal.process.wait(timeout=60) == 2


# describe


def test_describe_names_all_tables_and_views(call: Call, asked: Copy) -> None:
    rows = json.loads(call("describe", "-f", "json", "-w", asked.root).out)
    assert [(row["name"], row["kind"]) for row in rows] == [
        *((name, "table") for name in CONTRACT.tables),
        *((name, "view") for name in VIEWS),
    ]
    for row in rows:
        assert row["meaning"]
        if row["kind"] == "table":
            assert row["rows"] == len(asked.rows(row["name"]))


def test_describe_a_table_names_every_column(call: Call, asked: Copy) -> None:
    for name, table in CONTRACT.tables.items():
        rows = json.loads(call("describe", name, "-f", "json", "-w", asked.root).out)
        assert [(row["column"], row["type"], row["unit"], row["meaning"]) for row in rows] == [
            (column.name, column.type.duckdb, column.unit, column.description) for column in table.columns
        ]
        for row, column in zip(rows, table.columns, strict=True):
            assert all(code in row["may hold"] for code in column.codes)
            assert ("→ " + ".".join(column.references) if column.references else "") in row["may hold"]
            assert row["may hold"].startswith("key") == (column.name in table.primary_key)
            assert ("empty: " in row["may hold"]) == column.nullable
            assert row["example"]


def test_describe_a_view(call: Call, asked: Copy) -> None:
    rows = json.loads(call("describe", "said", "-f", "json", "-w", asked.root).out)
    with load_records(asked.root / "dataset" / "records", CONTRACT) as connection:
        expected = [(name, kind) for name, kind, *_ in connection.sql("DESCRIBE said").fetchall()]
    assert [(row["column"], row["type"]) for row in rows] == expected


def test_describe_what_is_not_there(call: Call, asked: Copy) -> None:
    outcome = call("describe", "claim", "-w", asked.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert "unknown table or view 'claim' (did you mean 'claims'?)" in outcome.err


# show


def some_claims() -> list[str]:
    """A claim with a number, ends of a relation, a chain of three steps, one with objects, one with a time."""
    copy = Copy(ROOT)
    relation = copy.rows("claim_relations")[0]
    return sorted(
        {
            copy.rows("quantities")[0]["claim_id"],
            relation["from_claim_id"],
            relation["to_claim_id"],
            next(row["claim_id"] for row in copy.rows("attributions") if row["step"] == "2"),
            next(row["claim_id"] for row in copy.rows("claim_objects") if row["role"] == "affected"),
            next(row["claim_id"] for row in copy.rows("claims") if row["occurred_earliest"]),
        }
    )


@pytest.mark.parametrize("claim_id", some_claims())
def test_show(claim_id: str, call: Call, asked: Copy) -> None:
    def named(table: str, key: str) -> dict[str, str]:
        return {row[key]: row.get("name") or row["label"] for row in asked.rows(table)}

    actors, where, events = named("actors", "actor_id"), named("places", "place_id"), named("events", "event_id")
    mine = {name: [row for row in asked.rows(name) if row.get("claim_id") == claim_id] for name in CONTRACT.tables}
    claim = mine["claims"][0]
    outcome = call("show", claim_id, "--workspace", asked.root)
    assert outcome.code == 0
    first, *lines = outcome.out.splitlines()
    assert first == f"{claim_id}  {claim['statement']}"
    told = {name: [line[12:] for line in lines if line.startswith(f"  {name:<9} ")] for name in LINES}
    assert told["kind"] == [f"{claim['kind']}, {claim['polarity']}, {claim['mode']}, in the {claim['prominence']}"]
    assert told["event"] == [events[claim["event_id"]]]
    assert told["note"] == ([claim["note"]] if claim["note"] else [])
    assert [claim["occurred_earliest"] in line for line in told["occurred"]] == [True] * bool(claim["occurred_earliest"])
    steps = [line.strip() for line in lines if line.startswith("    ")]
    assert len(steps) == len(mine["attributions"])
    for line, step in zip(steps, reversed(mine["attributions"]), strict=True):
        assert line.startswith(f"{step['step']}  {actors[step['actor_id']]} [{step['specificity']}], {step['commitment']}")
        assert not step["cue"] or f"by “{step['cue']}” ({step['cue_class']})" in line
        assert step["via_doc_id"] in line
        assert step["uttered_earliest"] in line
    assert len(told["number"]) == len(mine["quantities"])
    for line, row in zip(told["number"], mine["quantities"], strict=True):
        assert f"({row['measure']}, {row['comparator']}" in line
        assert row["value"] in line
        assert row["aggregation"] in line
    assert sorted(told["actor"]) == sorted(f"{actors[row['actor_id']]} ({row['role']})" for row in mine["claim_actors"])
    assert sorted(line.split(" (")[0] for line in told["place"]) == sorted(
        f"{row['relation']} {where[row['place_id']]}" for row in mine["claim_places"]
    )
    assert [line.split(")")[0] + ")" for line in told["object"]] == [
        f"{row['object']} ({row['role']})" for row in sorted(mine["claim_objects"], key=lambda row: (row["role"], row["object"]))
    ]
    relations = [row for row in asked.rows("claim_relations") if claim_id in (row["from_claim_id"], row["to_claim_id"])]
    assert len(told["relation"]) == len(relations)
    for row in relations:
        other = row["to_claim_id"] if row["from_claim_id"] == claim_id else row["from_claim_id"]
        assert any(row["relation"] in line and f"{other}" in line for line in told["relation"])


LINES = ["kind", "event", "occurred", "number", "place", "actor", "object", "relation", "note"]


def test_show_with_the_text(call: Call) -> None:
    copy = Copy(FICTION)
    text = read_canonical_text(copy.text)
    for row in [each for each in copy.rows("evidence") if each["role"] == "content"][:3]:
        outcome = call("show", row["claim_id"], "--text", copy.text, "--workspace", FICTION)
        assert outcome.code == 0
        assert f"[[{text[int(row['char_start']) : int(row['char_end'])]}]]" in outcome.out
        assert f"  {row['passage_id']}: " in outcome.out


@pytest.mark.parametrize(("claim_id", "hint"), [("cm-001", " (did you mean 'clm-001'?)"), ("nonsense", ""), ("\udcff", "")])
def test_show_what_is_not_there(claim_id: str, hint: str, call: Call, asked: Copy) -> None:
    outcome = call("show", claim_id, "--workspace", asked.root)
    ids = sorted(row["claim_id"] for row in asked.rows("claims"))
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.endswith(f"kursk-claims: no claim {claim_id!r}{hint}; the ids are {ids[0]} to {ids[-1]}\n")


def test_show_a_claim_without_a_chain(call: Call, real: Copy) -> None:
    real.remove("attributions", {"claim_id": "clm-001"})
    outcome = call("show", "clm-001", "--workspace", real.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert "clm-001 has no chain or no event. Run `kursk-claims validate`" in outcome.err


# locate


def test_locate(call: Call) -> None:
    copy = Copy(FICTION)
    text = read_canonical_text(copy.text)
    passage = copy.rows("passages")[1]
    start, end = int(passage["char_start"]), int(passage["char_end"])
    once = call("locate", copy.text, text[start:end], "--workspace", FICTION)
    assert once.code == 0
    assert list(csv.DictReader(io.StringIO(once.out))) == [
        {
            **{name: passage[name] for name in ("doc_id", "passage_id", "char_start", "char_end")},
            "sha256": text_digest(text[start:end]),
        }
    ]
    often = call("locate", copy.text, "the", "--workspace", FICTION)
    found = list(csv.DictReader(io.StringIO(often.out)))
    assert (often.code, len(found) > 1) == (1, True)
    assert all(text[int(row["char_start"]) : int(row["char_end"])] == "the" for row in found)
    assert f"'the' occurs {len(found)} times." in often.err
    never = call("locate", copy.text, "no such words", "--workspace", FICTION)
    assert (never.code, never.out) == (1, "")
    assert "'no such words' does not occur in" in never.err


def test_locate_in_a_text_that_is_not_held(call: Call, asked: Copy, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes("\ufeffZoe\u0308 came.\r\nShe saw.".encode())
    outcome = call("locate", path, "Zo\u00eb", "--workspace", asked.root)
    assert (outcome.code, outcome.out.splitlines()[1]) == (0, f",,0,3,{text_digest('Zoë')}")
    assert "is not a held document: offsets are those of the file" in outcome.err
    decomposed = call("locate", path, "Zoe\u0308", "--workspace", asked.root)
    assert decomposed.out == outcome.out
    for words in ("", "  "):
        empty = call("locate", path, words, "--workspace", asked.root)
        assert (empty.code, empty.out) == (2, "")
    missing = call("locate", tmp_path / "nope.txt", "x", "--workspace", asked.root)
    assert (missing.code, missing.out) == (2, "")


# format


def test_format(call: Call, real: Copy) -> None:
    before = real.csv("actors").read_bytes()
    rows = list(csv.reader(io.StringIO(before.decode("utf-8"))))
    untidy = io.StringIO()
    csv.writer(untidy, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows([rows[0], *reversed(rows[1:])])
    real.csv("actors").write_bytes(b"\xef\xbb\xbf" + untidy.getvalue().encode("utf-8"))
    changed = real.csv("actors").read_bytes()
    checked = call("format", "--check", "--workspace", real.root)
    assert (checked.code, checked.out) == (1, f"{real.csv('actors')}: not in canonical form\n")
    assert real.csv("actors").read_bytes() == changed
    assert call("format", "--workspace", real.root)[:2] == (0, f"{real.csv('actors')}: formatted\n")
    assert real.csv("actors").read_bytes() == before
    assert call("format", "--workspace", real.root)[:2] == (0, "")
    assert call("format", "--check", "--workspace", real.root)[:2] == (0, "")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"claim_id,actor_id,role\na,b\n", "line 2 has 2 cells, the header has 3"),
        (b'claim_id,actor_id,role\na,"b,c\n', "line 2 has an unclosed quote"),
        (b"claim_id,actor,role\na,b,c\n", "the header does not have the columns of the schema"),
        (b"claim_id,actor_id,role\na,b,\xff\n", "not UTF-8"),
        (None, "No such file or directory"),
    ],
)
def test_format_guesses_nothing(content: bytes | None, words: str, call: Call, real: Copy) -> None:
    path = real.csv("claim_actors")
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    outcome = call("format", "--workspace", real.root)
    assert (outcome.code, outcome.out) == (1, "")
    assert f"{path}: {words}" in outcome.err
    assert (path.read_bytes() if path.exists() else None) == content


# build


@pytest.fixture(scope="module")
def built(asked: Copy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "next"
    report, files = build_folder(find_workspace(asked.root), CONTRACT, folder)
    assert report.errors == 0
    assert sorted(files) == sorted(folder.iterdir())
    return folder


def test_build_gives_the_same_bytes_in_two_processes(built: Path, asked: Copy, run: Run, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"}
    done = run("build", "--to", tmp_path / "again", "--workspace", asked.root, env=environment)
    assert done.returncode == 0
    assert sorted(done.stdout.split()) == sorted(str(path) for path in (tmp_path / "again").iterdir())
    assert contents(tmp_path / "again") == contents(built)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_build_writes_nothing_while_there_are_errors(call: Call, real: Copy) -> None:
    assert call("build", "--quiet", "--workspace", real.root).code == 0
    before = contents(real.root / "build" / "next")
    real.edit("claims", {"claim_id": "clm-001"}, polarity="perhaps")
    outcome = call("build", "--workspace", real.root)
    assert outcome.code == 1
    assert "error allowed-values: polarity [claim_id=clm-001]" in outcome.out
    assert outcome.err.endswith("nothing was written: the records have errors\n")
    assert contents(real.root / "build" / "next") == before
    assert [path.name for path in (real.root / "build").iterdir()] == ["next"]


def test_build_replaces_what_it_wrote_and_refuses_the_rest(call: Call, real: Copy) -> None:
    target = real.root / "out"
    target.mkdir()
    (target / "claims.parquet").write_bytes(b"old")
    assert call("build", "--to", target, "--workspace", real.root).code == 0
    assert (target / "claims.parquet").read_bytes() != b"old"
    for name in ("mine.parquet", "notes.txt"):
        (target / name).write_bytes(b"mine")
        outcome = call("build", "--to", target, "--workspace", real.root)
        assert (outcome.code, outcome.out) == (2, "")
        assert f"{target} contains {name}, which this command did not write." in outcome.err
        assert (target / name).read_bytes() == b"mine"
        (target / name).unlink()
    outcome = call("build", "--to", real.csv("claims"), "--workspace", real.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert "is a file" in outcome.err


def test_built_tables_are_those_of_the_contract(built: Path) -> None:
    assert {path.name for path in built.iterdir()} == {
        "places.geoparquet",
        *(f"{name}.parquet" for name in [*CONTRACT.tables, *VIEWS]),
    }
    for name, table in CONTRACT.tables.items():
        rows = pq.read_table(built / f"{name}.parquet")
        assert rows.schema.equals(build_arrow_schema(table), check_metadata=True)
        for column in table.columns:
            field = rows.schema.field(column.name)
            words = {key.decode(): value.decode() for key, value in field.metadata.items()}
            assert (words["title"], words["description"], words.get("unit")) == (column.title, column.description, column.unit)
            assert field.nullable == column.nullable
        assert keys_of(rows, table) == sorted(keys_of(rows, table))
    for path in built.iterdir():
        assert b"pandas" not in (pq.read_schema(path).metadata or {})


def keys_of(rows: pa.Table, table: Table) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in rows.select(list(table.primary_key)).to_pylist()]


def test_built_views_are_what_their_sql_says(built: Path) -> None:
    connection = duckdb.connect()
    for name in CONTRACT.tables:
        connection.execute(f'CREATE TABLE "{name}" AS FROM read_parquet(?)', [str(built / f"{name}.parquet")])
    for view in CONTRACT.views:
        connection.execute(view.sql)
        expected = connection.sql(f'FROM "{view.name}"').to_arrow_table().to_pylist()
        assert expected
        assert pq.read_table(built / f"{view.name}.parquet").to_pylist() == expected


def test_places_are_geoparquet(built: Path) -> None:
    import struct

    rows = pq.read_table(built / "places.geoparquet")
    geo = json.loads(rows.schema.metadata[b"geo"])
    points = [row for row in rows.to_pylist() if row["latitude"] is not None]
    assert points
    for row in points:
        order, kind, x, y = struct.unpack("<BIdd", row["geometry"])
        assert (order, kind, x, y) == (1, 1, row["longitude"], row["latitude"])
    assert all(row["geometry"] is None for row in rows.to_pylist() if row["latitude"] is None)
    xs, ys = [row["longitude"] for row in points], [row["latitude"] for row in points]
    assert geo["columns"]["geometry"]["bbox"] == [min(xs), min(ys), max(xs), max(ys)]
    assert rows.drop_columns("geometry").to_pylist() == pq.read_table(built / "places.parquet").to_pylist()


def test_geoparquet_metadata_fit_the_official_schema(built: Path) -> None:
    folder = Path(os.environ.get("KURSK_CLAIMS_VALIDATORS") or ROOT.parent / "shared" / "validators")
    path = folder / "geoparquet-1.1.0.json"
    if not path.is_file():
        pytest.skip(f"no {path}: see KURSK_CLAIMS_VALIDATORS")
    schema = json.loads(path.read_text(encoding="utf-8"))
    geo = json.loads(pq.read_schema(built / "places.geoparquet").metadata[b"geo"])
    assert list(Draft7Validator(schema).iter_errors(geo)) == []
    assert list(Draft7Validator(schema).iter_errors({**geo, "primary_column": 1})) != []


def test_both_readers_of_the_records_agree(asked: Copy) -> None:
    records = asked.root / "dataset" / "records"
    with load_records(records, CONTRACT) as connection:
        for name, table in CONTRACT.tables.items():
            strict = read_csv_table(records / f"{name}.csv", table, name).to_arrow()
            loose = connection.table(name).to_arrow_table()
            assert [(each.name, each.type) for each in loose.schema] == [(each.name, each.type) for each in strict.schema]
            assert loose.to_pylist() == strict.to_pylist()


# Python


def test_python_connect(asked: Copy) -> None:
    connection = kursk_claims.connect(workspace=asked.root)
    tables = connection.sql("SELECT table_name, comment FROM duckdb_tables()").fetchall()
    assert dict(tables) == {name: table.description for name, table in CONTRACT.tables.items()}
    columns = connection.sql("SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal").fetchall()
    comments = {(table, column): comment for table, column, comment in columns}
    for table in CONTRACT.tables.values():
        for column in table.columns:
            unit = f" [{column.unit}]" if column.unit else ""
            assert comments[table.name, column.name] == column.description + unit
    views = connection.sql("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall()
    assert dict(views) == {view.name: view.header["says"] for view in CONTRACT.views}
    connection.execute("CREATE TABLE mine AS SELECT 1 AS a")  # not locked: people bring their own data


def test_python_table_and_schema(asked: Copy) -> None:
    claims = kursk_claims.table("claims", workspace=asked.root)
    assert claims.column("claim_id").to_pylist() == sorted(row["claim_id"] for row in asked.rows("claims"))
    assert kursk_claims.table("said", workspace=asked.root).num_rows == claims.num_rows
    schema = kursk_claims.schema("claims", workspace=asked.root)
    assert list(schema.columns) == CONTRACT.tables["claims"].column_names
    assert (schema.strict, schema.ordered, schema.description) == (True, True, CONTRACT.tables["claims"].description)


def test_python_errors(real: Copy, tmp_path: Path) -> None:
    with pytest.raises(KeyError, match=r"no table or view 'claim' \(did you mean 'claims'"):
        kursk_claims.table("claim", workspace=real.root)
    with pytest.raises(KeyError, match="no table 'said'"):
        kursk_claims.schema("said", workspace=real.root)
    with pytest.raises(WorkspaceError, match="no such folder"):
        kursk_claims.connect(workspace=tmp_path / "nope")
    real.csv("claims").unlink()
    with pytest.raises(RecordsError, match=r"claims\.csv: No such file or directory"):
        kursk_claims.connect(workspace=real.root)
    (real.root / "schemas" / "claims.yaml").write_text("- a list\n", encoding="utf-8")
    with pytest.raises(ContractError, match="expected keys with values, found list"):
        kursk_claims.connect(workspace=real.root)


# Which workspace


def test_the_nearest_workspace_upward(call: Call, fiction: Copy, real: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = real.root / "inner"
    fiction.root.rename(inner)
    for here, root in ((real.root / "dataset" / "records", real.root), (inner / "schemas", inner), (inner, inner)):
        monkeypatch.chdir(here)
        outcome = call("query", "SELECT count(*) AS n FROM claims", "-f", "csv")
        assert outcome.err.splitlines()[0] == f"workspace: {root}"
        assert outcome.out == f"n\n{len(Copy(root).rows('claims'))}\n"
    outcome = call("query", "SELECT count(*) AS n FROM claims", "-f", "csv", "--workspace", "..")
    assert outcome.err.splitlines()[0] == f"workspace: {real.root}"


@pytest.mark.parametrize("command", ["validate", "build", "query SELECT", "describe", "show clm-001", "format --check"])
def test_the_first_line_names_the_workspace(command: str, call: Call, asked: Copy, tmp_path: Path) -> None:
    to = ["--to", str(tmp_path / "out")] if command == "build" else []
    sql = command.replace("SELECT", "FROM~codes").split()
    outcome = call(*(word.replace("~", " ") for word in sql), *to, "--workspace", asked.root)
    assert (outcome.code, outcome.err.splitlines()[0]) == (0, f"workspace: {asked.root}")


def test_a_path_with_marks_that_mean_something_elsewhere(call: Call, asked: Copy, tmp_path: Path) -> None:
    root = tmp_path / 'a [1]*\'s "copy"'
    root.mkdir()
    for folder in ("dataset", "schemas"):
        (root / folder).symlink_to(asked.root / folder)
    outcome = call("query", "SELECT count(*) AS n FROM claims", "-f", "csv", "--workspace", root)
    assert outcome.out == f"n\n{len(asked.rows('claims'))}\n"


# The command itself


@pytest.mark.parametrize("command", COMMANDS)
def test_help(command: str, call: Call) -> None:
    outcome = call(command, "--help")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"Usage: kursk-claims {command} ")


def test_help_version_and_usage(call: Call, run: Run) -> None:
    assert run("--version").stdout == f"kursk-claims {kursk_claims.__version__}\n"
    outcome = call("--help")
    assert outcome.code == 0
    assert all(f"\n  {command} " in outcome.out for command in COMMANDS)
    for args in ([], ["nope"], ["query", "--nope"], ["show"], ["validate", "surplus"], ["locate", "one"]):
        wrong = call(*args)
        assert (wrong.code, wrong.out) == (2, "")
        assert "Usage: kursk-claims " in wrong.err
