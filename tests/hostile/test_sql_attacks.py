"""SQL of other people: after each attack nothing has been written, read, deleted or exceeded."""

from __future__ import annotations

import hashlib
import os
import resource
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

import kursk_claims
from kursk_claims.database.limits import MB, SqlLimits, run_within_limits
from kursk_claims.database.query import run_query
from kursk_claims.database.render import render_result
from kursk_claims.database.statements import MAX_STATEMENT_LENGTH
from kursk_claims.errors import QueryError
from kursk_claims.release.publish import publish_release
from kursk_claims.release.source import open_source
from kursk_claims.workspace import Workspace, find_workspace
from support import WELLS, Call, Copy

CANARY = "sesame-7f3a"  # in a file, in the environment and in a variable; no result may contain it
canary_table = pa.table({"word": [CANARY]})
LIMITS = SqlLimits(60, 100 * MB, "the query")  # enough time for a slow machine
SHORT = 0.5

# What the refusals say.
READS = "expected a statement that only reads"
ONE = "expected one statement"
FILES = "disabled by configuration"
LOCKED = "configuration has been locked"
WRITES = "transaction is launched in read-only mode"
PARSER = "Parser Error"
BINDER = "Binder Error"
UNKNOWN = "Catalog Error"
SLOW = f"took longer than {SHORT} s"
BIG = "needs more than 100 MB"
HARMLESS = None  # there is an answer, and it gives nothing away

ATTACKS: list[tuple[str, str | None]] = [
    # Writing files
    ("COPY wells TO 'out.csv'", READS),
    ("COPY (SELECT 1) TO '.tmp/out.csv'", READS),
    ("WITH x AS (COPY wells TO 'out.csv') SELECT 1", FILES),
    ("WITH x AS (COPY wells TO 'out.csv') SELECT * FROM x", FILES),
    ("WITH x AS (COPY wells TO '{release}/wells.parquet') SELECT * FROM x", FILES),
    ("WITH x AS (COPY wells TO 'secret.csv') SELECT * FROM x", FILES),
    ("WITH x AS (COPY (SELECT 1) TO '.tmp/out.csv') SELECT * FROM x", FILES),
    ("WITH x AS (COPY (SELECT 1) TO '{here}/.tmp/out.csv') SELECT * FROM x", FILES),
    ("WITH x AS (COPY (SELECT 1) TO '/dev/stdout') SELECT * FROM x", FILES),
    ("SELECT * FROM query('WITH x AS (COPY wells TO ''out.csv'') SELECT * FROM x')", BINDER),
    ("SELECT * FROM json_execute_serialized_sql(json_serialize_sql('WITH x AS (COPY wells TO ''o'') SELECT * FROM x'))", ""),
    ("EXPLAIN COPY wells TO 'out.csv'", READS),
    ("EXPLAIN ANALYZE COPY wells TO 'out.csv'", READS),
    ("EXPLAIN ANALYZE COPY wells TO '{release}/wells.parquet'", READS),
    ("EXPLAIN ANALYZE COPY (SELECT 1) TO '.tmp/out.csv'", READS),
    ("EXPORT DATABASE 'out'", READS),
    ("ATTACH 'out.duckdb'", READS),
    ("ATTACH 'other.duckdb' AS other (READ_ONLY)", READS),
    ("EXPLAIN ANALYZE ATTACH 'out.duckdb'", PARSER),
    ("COPY FROM DATABASE memory TO other", READS),
    ("CALL enable_logging(storage = 'file', storage_path = 'logs')", READS),
    ("SELECT * FROM enable_logging(storage = 'file', storage_path = 'logs')", LOCKED),
    ("EXPLAIN ANALYZE CALL enable_logging(storage = 'file', storage_path = 'logs')", READS),
    ("SELECT * FROM enable_profiling(save_location = 'profile.json')", LOCKED),
    ("SET log_query_path = 'queries.log'", READS),
    ("SELECT * FROM range(3000000) ORDER BY hash(range)", BIG),  # would spill into .tmp
    # Reading files
    ("SELECT * FROM read_text('secret.csv')", FILES),
    ("SELECT * FROM read_text('{here}/../here/secret.csv')", FILES),
    ("SELECT * FROM read_text('file://{here}/secret.csv')", FILES),
    ("SELECT * FROM read_text('.tmp/secret.csv')", FILES),
    ("SELECT * FROM read_text(['wells.csv', 'secret.csv'])", FILES),
    ("SELECT * FROM read_blob('/proc/self/environ')", FILES),
    ("SELECT * FROM read_csv('secret.csv')", FILES),
    ("SELECT * FROM read_csv('/dev/stdin')", FILES),
    ("SELECT * FROM read_json('secret.csv')", FILES),
    ("SELECT * FROM read_parquet('{release}/*.parquet')", FILES),
    ("SELECT * FROM parquet_metadata('{release}/wells.parquet')", FILES),
    ("SELECT * FROM read_duckdb('other.duckdb')", FILES),
    ("SELECT * FROM sniff_csv('secret.csv')", FILES),
    ("SELECT * FROM glob('*')", FILES),
    ("SELECT * FROM glob('{here}/.tmp/*')", FILES),
    ("SELECT * FROM 'secret.csv'", FILES),
    ('SELECT * FROM "secret.csv"', FILES),
    ("SELECT * FROM query_table('secret.csv')", FILES),
    ("SELECT * FROM query('FROM read_text(''secret.csv'')')", FILES),
    ("SELECT * FROM json_execute_serialized_sql(json_serialize_sql('FROM read_text(''secret.csv'')'))", FILES),
    ("SELECT json_serialize_plan('FROM read_text(''secret.csv'')')", HARMLESS),
    ("SELECT t.* FROM (SELECT 'secret.csv' AS name) AS f, read_text(f.name) AS t", BINDER),
    ("EXPLAIN ANALYZE SELECT * FROM read_text('secret.csv')", FILES),
    ("SUMMARIZE 'secret.csv'", FILES),
    ("DESCRIBE 'secret.csv'", FILES),
    ("CREATE VIEW v AS FROM read_text('secret.csv')", READS),
    ("CREATE MACRO m() AS TABLE FROM read_text('secret.csv')", READS),
    ("COPY wells FROM 'secret.csv'", READS),
    ("IMPORT DATABASE 'other'", READS),
    # The environment, Python, secrets, the network, extensions
    ("SELECT getenv('CANARY')", UNKNOWN),
    ("SELECT * FROM canary_table", UNKNOWN),
    ("SELECT * FROM query_table('canary_table')", UNKNOWN),
    ("SELECT * FROM python_map_function((SELECT 1), 1)", BINDER),
    ("SELECT * FROM arrow_scan(1, 2, 3)", BINDER),
    ("SELECT * FROM pandas_scan(1)", BINDER),
    ("SELECT * FROM duckdb_secrets()", HARMLESS),
    ("SELECT * FROM which_secret('s3://bucket/x', 's3')", HARMLESS),
    ("CREATE SECRET s (TYPE http, BEARER_TOKEN 'x')", READS),
    ("CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')", READS),
    ("DROP PERSISTENT SECRET stored", READS),
    ("SELECT getvariable('canary')", HARMLESS),
    ("SELECT current_setting('home_directory')", HARMLESS),
    ("SELECT * FROM duckdb_settings()", HARMLESS),
    ("SELECT * FROM 'http://127.0.0.1:{port}/x.parquet'", FILES),
    ("SELECT * FROM read_csv('https://127.0.0.1:{port}/x.csv')", FILES),
    ("SELECT * FROM read_parquet('s3://bucket/x.parquet')", FILES),
    ("SELECT * FROM sqlite_scan('other.sqlite', 't')", UNKNOWN),
    ("SELECT * FROM read_xlsx('x.xlsx')", UNKNOWN),
    ("INSTALL httpfs", READS),
    ("FORCE INSTALL httpfs FROM 'http://127.0.0.1:{port}'", READS),
    ("LOAD '{here}/evil.duckdb_extension'", READS),
    ("UPDATE EXTENSIONS", "not a valid StatementType"),
    # Settings
    ("SET enable_external_access = true", READS),
    ("SET GLOBAL memory_limit = '1TB'", READS),
    ("RESET lock_configuration", READS),
    ("SET VARIABLE x = 1", READS),
    ("PRAGMA memory_limit = '1TB'", READS),
    ("PRAGMA database_list", READS),
    ("EXPLAIN ANALYZE SET temp_directory = '.'", READS),
    ("USE memory", READS),
    # Changing the data
    ("DELETE FROM wells", READS),
    ("TRUNCATE wells", READS),
    ("UPDATE wells SET well_id = ''", READS),
    ("DROP TABLE wells", READS),
    ("ALTER TABLE wells ADD COLUMN x INTEGER", READS),
    ("CREATE TEMP TABLE x AS SELECT 1", READS),
    ("WITH x AS (DELETE FROM wells RETURNING *) SELECT count(*) FROM x", WRITES),
    ("WITH x AS (UPDATE wells SET well_id = '' RETURNING *) SELECT count(*) FROM x", WRITES),
    ("WITH x AS (INSERT INTO wells FROM wells RETURNING *) SELECT count(*) FROM x", WRITES),
    ("SELECT (WITH x AS (DELETE FROM wells RETURNING *) SELECT count(*) FROM x)", BINDER),
    ("EXPLAIN ANALYZE DELETE FROM wells", READS),
    ("EXPLAIN ANALYZE DROP TABLE wells", READS),
    ("EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1", READS),
    # Several statements, and what is none
    ("SELECT 1; DELETE FROM wells", ONE),
    ("SELECT 1; SELECT 2", ONE),
    ("COPY wells TO 'out.csv'; SELEC", PARSER),
    ("DELETE FROM wells; SELEC", PARSER),
    ("SELECT * FROM query('SELECT 1; DELETE FROM wells')", PARSER),
    ("/* SELECT */ DELETE FROM wells", READS),
    ("BEGIN", READS),
    ("COMMIT", READS),
    ("EXPLAIN ANALYZE COMMIT", READS),
    ("EXPLAIN ANALYZE BEGIN", READS),
    ("EXPLAIN ANALYZE SET VARIABLE a = 1", READS),
    ("EXPLAIN ANALYZE PREPARE p AS DELETE FROM wells", READS),
    ("EXPLAIN ANALYZE USE temp", PARSER),
    ("EXPLAIN ANALYZE CREATE TEMP MACRO count(x) AS 42", READS),
    ("EXPLAIN (ANALYZE, FORMAT json) DROP TABLE wells", READS),
    ("/* a */ explain -- b\n analyze /* c */ CHECKPOINT", READS),
    ("EXPLAIN ANALYZE WITH x AS (DELETE FROM wells RETURNING *) SELECT * FROM x", WRITES),
    ("EXPLAIN (FORMAT json) SELECT 1", HARMLESS),
    ("EXPLAIN (SELECT 1)", HARMLESS),
    ("SET VARIABLE a = 1", READS),
    ("PREPARE p AS DELETE FROM wells", READS),
    ("EXPLAIN ANALYZE ROLLBACK", READS),
    ("EXECUTE p", READS),
    ("CALL force_checkpoint()", READS),
    ("VACUUM", READS),
    ("SELECT 1; -- done", HARMLESS),
    ("SELECT 1 /* ; DELETE FROM wells */", HARMLESS),
    ("SELECT ';DELETE FROM wells;' AS words", HARMLESS),
    ("SELECT '\x00'", HARMLESS),
    ("SELECT '\udc80'", "expected SQL in UTF-8"),
    ("SELECT " + "(" * 5_000 + "1" + ")" * 5_000, "expression depth"),
    ("SELECT " + "1," * MAX_STATEMENT_LENGTH, f"at most {MAX_STATEMENT_LENGTH} characters"),
    # Time
    ("SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b", SLOW),
    ("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r", SLOW),
    ("SELECT sleep_ms(100000)", SLOW),
    ("SELECT pg_sleep(100)", SLOW),
    # Memory
    ("SELECT repeat('x', 3000000000)", BIG),
    ("SELECT length(repeat('x', 3000000000))", BIG),
    ("SELECT list(range) FROM range(1000000000)", BIG),
    ("SELECT string_agg(repeat('x', 1000000), '') FROM range(1000000)", BIG),
    ("SELECT * FROM range(100000000)", BIG),
    ("SELECT range(100000000)", BIG),
    ("SELECT lpad('x', 400000000, 'y')", BIG),
]


@dataclass(frozen=True)
class Place:
    """A workspace with a release, the current folder, a home, and a server that must not be called."""

    root: Path
    server: socket.socket

    @property
    def workspace(self) -> Workspace:
        return find_workspace(self.root / "workspace")

    def sql(self, attack: str) -> str:
        words = {
            "{release}": str(self.root / "workspace" / "build" / "1.0.0"),
            "{here}": str(self.root / "here"),
            "{port}": str(self.server.getsockname()[1]),
        }
        for word, value in words.items():
            attack = attack.replace(word, value)
        return attack

    def files(self) -> dict[str, str]:
        """Return every file, folder and link with the digest of its content."""
        return {
            path.relative_to(self.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            for path in sorted(self.root.rglob("*"))
        }

    def was_called(self) -> bool:
        return bool(select.select([self.server], [], [], 0)[0])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    root = tmp_path_factory.mktemp("attacked")
    shutil.copytree(WELLS, root / "workspace")
    report, release = publish_release(find_workspace(root / "workspace"), "1.0.0")
    assert release is not None, report.findings
    (root / "here" / ".tmp").mkdir(parents=True)
    for open_folder in (root / "here", root / "here" / ".tmp"):
        (open_folder / "secret.csv").write_text(f"word\n{CANARY}\n", encoding="utf-8")
    home = root / "home"
    with duckdb.connect(config={"secret_directory": str(home / ".duckdb" / "stored_secrets")}) as connection:
        connection.execute(f"ATTACH '{root / 'here' / 'other.duckdb'}' AS other; CREATE TABLE other.t AS SELECT '{CANARY}'")
    (home / ".duckdb" / "stored_secrets").mkdir(parents=True)
    (home / ".duckdb" / "stored_secrets" / "stored.duckdb_secret").write_text(CANARY, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Place(root, server)


@pytest.fixture
def exposed(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The place, with the canary in the environment."""
    monkeypatch.chdir(place.root / "here")
    monkeypatch.setenv("HOME", str(place.root / "home"))
    monkeypatch.setenv("CANARY", CANARY)
    return place


def contents(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Return the relations, the rows and the settings of the database."""
    state = connection.execute(
        "SELECT name, value FROM duckdb_settings() WHERE name NOT LIKE '%count%' UNION ALL "
        "SELECT 'relation', concat_ws('.', table_catalog, table_schema, table_name) FROM information_schema.tables UNION ALL "
        "SELECT 'well', wells::VARCHAR FROM wells ORDER BY ALL"
    )
    return state.fetchall()


def attack(place: Place, sql: str, limits: SqlLimits = LIMITS) -> tuple[bool, str]:
    """Return whether there was a result, and its text or the refusal. Neither may change the database."""

    def run(connection: duckdb.DuckDBPyConnection) -> str:
        canary_here = canary_table  # a variable in scope, too
        before = contents(connection)
        try:
            return render_result(run_query(connection, sql), "csv")
        finally:
            del canary_here
            assert contents(connection) == before
            assert run_query(connection, "SELECT 1 AS a").rows == [(1,)]

    try:
        return True, run_within_limits(partial(open_sandbox, place, limits), run, limits)
    except QueryError as error:
        return False, str(error)


def open_sandbox(place: Place, limits: SqlLimits = LIMITS) -> duckdb.DuckDBPyConnection:
    return open_source(place.workspace, limits=replace(limits)).connection


def test_there_are_enough_attacks() -> None:
    assert len({sql for sql, _ in ATTACKS}) == len(ATTACKS) >= 60


@pytest.mark.parametrize(("sql", "refusal"), ATTACKS, ids=[sql[:60].replace("\x00", "NUL") for sql, _ in ATTACKS])
def test_an_attack(sql: str, refusal: str | None, exposed: Place) -> None:
    before = exposed.files()
    limits = replace(LIMITS, seconds=SHORT) if refusal == SLOW else LIMITS
    answered, words = attack(exposed, exposed.sql(sql), limits)
    assert answered is (refusal is None)
    assert (refusal or "") in words
    assert CANARY not in words
    assert exposed.files() == before
    assert not exposed.was_called()


def test_the_attacks_work_without_the_sandbox(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same SQL writes, reads and deletes on an open connection, so the tests above prove something."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(place.root / "here", tmp_path, dirs_exist_ok=True)
    connection = kursk_claims.connect("1.0.0", workspace=place.root / "workspace", trusted=True)
    for sql in ("WITH x AS (COPY wells TO 'out.csv') SELECT * FROM x", "EXPLAIN ANALYZE COPY wells TO 'analyzed.csv'"):
        connection.execute(sql).fetchall()
    assert (tmp_path / "out.csv").is_file()
    assert (tmp_path / "analyzed.csv").is_file()
    for source in ("read_csv('secret.csv')", "'secret.csv'", "read_csv('.tmp/secret.csv')", "canary_table"):
        assert CANARY in str(connection.execute(f"FROM {source}").fetchall())
    connection.execute("WITH x AS (DELETE FROM wells RETURNING *) SELECT count(*) FROM x").fetchall()
    assert connection.execute("FROM wells").fetchall() == []


COMMANDS = [
    ("SELECT levenshtein(repeat('a', 200000), repeat('b', 200000))", SLOW),  # DuckDB itself stops a minute after an interrupt
    ("SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b", SLOW),
    ("SELECT repeat('x', 3000000000)", BIG),
    ("SELECT 'x' || repeat('y', 20000000) FROM range(8)", BIG),
    ("FROM range(100000000)", BIG),
    ("WITH x AS (COPY wells TO 'out.csv') SELECT * FROM x", FILES),
    ("WITH x AS (COPY wells TO '{release}/wells.parquet') SELECT * FROM x", FILES),
    ("WITH x AS (COPY (SELECT 1) TO '.tmp/out.csv') SELECT * FROM x", FILES),
    ("WITH x AS (DELETE FROM wells RETURNING *) SELECT * FROM x", WRITES),
    ("SELECT * FROM read_text('secret.csv')", FILES),
    ("SELECT getenv('CANARY')", UNKNOWN),
    ("FROM 'http://127.0.0.1:{port}/x.parquet'", FILES),
    ("UPDATE EXTENSIONS", "not a valid StatementType"),
    ("SELECT 1; -- done", HARMLESS),
]


ON_THE_COMMAND = [
    *(("table", *case) for case in COMMANDS),
    *(("parquet", *case) for case in COMMANDS if case[1] in (SLOW, BIG, HARMLESS)),
]


@pytest.mark.parametrize(("form", "sql", "refusal"), ON_THE_COMMAND, ids=[f"{case[0]} {case[1][:60]}" for case in ON_THE_COMMAND])
def test_an_attack_on_the_command(form: str, sql: str, refusal: str | None, exposed: Place) -> None:
    before = exposed.files()
    seconds = SHORT if refusal == SLOW else LIMITS.seconds
    options = ["--timeout", str(seconds), "--memory", "100", "--format", form, "--workspace", str(exposed.root / "workspace")]
    command = [sys.executable, "-m", "kursk_claims", "query", exposed.sql(sql), *options, "--quiet"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    err = done.stderr.decode()
    assert (done.returncode, err.count("\n") > 0) == ((2, True) if refusal else (0, False))
    assert (refusal or "") in err
    assert "Traceback" not in err
    assert CANARY.encode() not in done.stdout + done.stderr
    assert bool(done.stdout) is not bool(refusal)
    assert exposed.files() == before
    assert not exposed.was_called()


# Limits


@pytest.mark.parametrize("memory", [10, 30, 50, 60, 70])
@pytest.mark.parametrize("name", ["x.duckdb", "x.sqlite", "x.xlsx", "x"])
def test_an_export_that_needs_too_much_memory_says_so(name: str, memory: int, wells: Copy, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kursk_claims", "export", str(tmp_path / name), "--memory", str(memory), "--records"]
    done = subprocess.run([*command, "--workspace", str(wells.root)], capture_output=True, check=False, timeout=120)
    assert "Traceback" not in done.stderr.decode()
    if done.returncode:
        assert f"needs more than {memory} MB of memory" in done.stderr.decode()
        assert not (tmp_path / name).exists()
    else:
        assert (tmp_path / name).exists()


def test_limits_apply_to_the_worker_alone(exposed: Place) -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    limits = run_within_limits(partial(open_sandbox, exposed), lambda _: resource.getrlimit(resource.RLIMIT_DATA), LIMITS)
    assert limits[0] != resource.RLIM_INFINITY
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_more_memory_allows_more(exposed: Place) -> None:
    sql = "SELECT length(repeat('x', 300000000)) AS n"
    assert attack(exposed, sql, replace(LIMITS, memory=100 * MB))[0] is False
    assert attack(exposed, sql, replace(LIMITS, memory=2000 * MB)) == (True, "n\n300000000\n")


def test_the_time_limit_counts_the_conversion_of_rows(exposed: Place) -> None:
    """DuckDB is done at once, but turning its values into Python's takes several times the limit and cannot be interrupted."""
    started = time.monotonic()
    sql = "SELECT list(range::DECIMAL(38, 10)) FROM range(10000000)"
    answered, words = attack(exposed, sql, SqlLimits(SHORT, None, "the query"))
    assert (answered, SLOW in words) == (False, True)
    assert time.monotonic() - started < 15


def test_systems_without_fork_use_the_limits_of_duckdb(exposed: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kursk_claims.database.limits.can_fork", lambda: False)
    assert attack(exposed, "SELECT 1 AS a") == (True, "a\n1\n")
    many = "SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b"
    slow = attack(exposed, many, replace(LIMITS, seconds=SHORT))
    big = attack(exposed, "FROM range(10000000) ORDER BY hash(range)")
    assert (slow[0], SLOW in slow[1]) == (False, True)
    assert (big[0], BIG in big[1]) == (False, True)


@pytest.mark.parametrize("option", ["--timeout=-1", "--timeout=nan", "--memory=1", "--memory=-1", "--timeout=x"])
def test_invalid_limits_are_refused(option: str, call: Call, exposed: Place) -> None:
    outcome = call("query", "SELECT 1", option, "--workspace", exposed.root / "workspace")
    assert (outcome.code, outcome.out) == (2, "")
    assert option.partition("=")[0].lstrip("-") in outcome.err


def test_a_limit_of_0_is_no_limit(call: Call, exposed: Place) -> None:
    outcome = call(
        "query", "SELECT 1 AS a", "--timeout", "0", "--memory", "0", "-q", "-w", exposed.root / "workspace", "-f", "csv"
    )
    assert outcome == (0, "a\n1\n", "")


# Without the sandbox


def test_unsafe_allows_everything(call: Call, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    statements = "SET threads = 1; COPY (SELECT well_id FROM wells LIMIT 1) TO 'out.csv'; FROM 'out.csv'"
    outcome = call("query", "--unsafe", statements, "-q", "-w", place.root / "workspace", "-f", "csv")
    assert outcome == (0, "well_id\nw1\n", "")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "well_id\nw1\n"


def test_unsafe_keeps_limits_that_are_set(call: Call, place: Place) -> None:
    slow = "SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b"
    outcome = call("query", "--unsafe", slow, "--timeout", "0.2", "-q", "-w", place.root / "workspace")
    assert (outcome.code, outcome.out) == (2, "")
    assert "took longer than 0.2 s" in outcome.err


def test_a_trusted_connection_reads_files(place: Place, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("well_id,rating\nw1,5\n", encoding="utf-8")
    connection = kursk_claims.connect(workspace=place.root / "workspace", trusted=True)
    connection.execute(f"CREATE TABLE own AS FROM read_csv('{tmp_path / 'own.csv'}')")
    assert connection.execute("SELECT rating FROM own JOIN wells USING (well_id)").fetchall() == [(5,)]


def test_a_connection_accepts_tables_in_memory_but_reads_no_files(exposed: Place) -> None:
    connection = kursk_claims.connect(workspace=exposed.root / "workspace")
    connection.register("own", pa.table({"well_id": ["w1"], "rating": [5]}))
    assert connection.execute("SELECT rating FROM own JOIN wells USING (well_id)").fetchall() == [(5,)]
    for sql in ("FROM read_csv('secret.csv')", "COPY wells TO 'out.csv'", "SET enable_external_access = true"):
        with pytest.raises(duckdb.Error):
            connection.execute(sql)


# Rules of a workspace


@pytest.mark.parametrize("command", ["validate", "check"])
@pytest.mark.parametrize(
    ("sql", "refusal"),
    [
        ("WITH x AS (COPY wells TO 'out.csv') SELECT well_id FROM wells", BINDER),
        ("SELECT content AS well_id FROM read_text('secret.csv')", FILES),
        ("WITH x AS (DELETE FROM wells RETURNING well_id) SELECT well_id FROM x", BINDER),
        ("SELECT well_id FROM wells); DELETE FROM wells; FROM (wells", PARSER),
        ("DELETE FROM wells", "expected exactly one SELECT"),
        ("SET threads = 1", "expected exactly one SELECT"),
    ],
)
def test_rules_run_in_the_sandbox(
    sql: str, refusal: str, command: str, call: Call, wells: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "here" / "secret.csv").write_text(CANARY, encoding="utf-8")
    header = "-- rule: evil\n-- table: wells   columns: latitude   severity: error\n-- says: Nothing.\n-- fix: Nothing.\n"
    with (wells.root / "schemas" / "rules.sql").open("a", encoding="utf-8") as file:
        file.write(f"\n{header}{sql};\n")
    paths = [wells.root / "dataset" / "records"] if command == "check" else []
    outcome = call(command, *paths, "--workspace", wells.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert refusal in outcome.err
    assert CANARY not in outcome.err
    assert os.listdir(tmp_path / "here") == ["secret.csv"]
