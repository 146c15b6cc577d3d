"""What people ask of SQL in practice: the types, statements, comments and files that they bring, and the messages they get."""

from __future__ import annotations

import io
import json
import os
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kursk_claims
from kursk_claims.database.query import query_to_parquet
from kursk_claims.errors import QueryError
from support import ROOT, WELLS, Call, Copy, Run, markdown_cells

# Values and how DuckDB writes them. Python's own types lose months, nanoseconds, infinity and far years.
TEXTS = {
    "INTERVAL '3 months'": "3 months",
    "INTERVAL '1 year'": "1 year",
    "age(DATE '2031-08-27', DATE '2030-05-25')": "1 year 3 months 2 days",
    "INTERVAL '-14 months 3 days 04:05:06.7'": "-1 year -2 months 3 days 04:05:06.7",
    "INTERVAL '90 days'": "90 days",
    "DATE '2031-05-27'": "2031-05-27",
    "DATE 'infinity'": "infinity",
    "DATE '0044-03-15 (BC)'": "0044-03-15 (BC)",
    "TIMESTAMP '2031-05-27 06:30:00.5'": "2031-05-27 06:30:00.5",
    "'2031-05-27 06:30:00.123456789'::TIMESTAMP_NS": "2031-05-27 06:30:00.123456789",
    "'2031-05-27 06:30:00+02'::TIMESTAMPTZ": "2031-05-27 04:30:00+00",
    "TIME '24:00:00'": "24:00:00",
    "TIMETZ '06:30:00+02'": "06:30:00+02",
    "'POINT(1 2)'::GEOMETRY": "POINT (1 2)",
    "{'locks': 2}::VARIANT": "{'locks': 2}",
    "union_value(delay := INTERVAL '2 months')": "2 months",
}
NESTED = {
    "[INTERVAL '3 months', NULL]": ["3 months", None],
    "array_value(INTERVAL '3 months', INTERVAL '2 days')": ["3 months", "2 days"],
    "{'opened': DATE 'infinity', 'the wait': [INTERVAL '1 year']}": {"opened": "infinity", "the wait": ["1 year"]},
    "map{INTERVAL '1 month': 'dues'}": {"1 month": "dues"},
    "row(1, INTERVAL '5 weeks')": [1, "35 days"],
    "{'INTERVAL': 1, 'size': DATE '2031-05-27'}": {"INTERVAL": 1, "size": "2031-05-27"},
}


@pytest.mark.parametrize("sql", TEXTS)
def test_a_value_that_python_lacks_is_written_as_duckdb_writes_it(sql: str, call: Call) -> None:
    expected = TEXTS[sql]
    assert duckdb.execute(f"SELECT ({sql})::VARCHAR").fetchall() == [(expected,)]
    out = {form: call("query", f"SELECT {sql} AS x", "-q", "-f", form, "-w", WELLS).out for form in ("csv", "json", "table")}
    assert out["csv"].splitlines() == ["x", expected]
    assert json.loads(out["json"]) == [{"x": expected}]
    assert out["table"].splitlines()[2].strip() == expected
    assert expected in markdown_cells(call("query", f"SELECT {sql} AS x", "-q", "-f", "markdown", "-w", WELLS).out)


@pytest.mark.parametrize("sql", NESTED)
def test_so_is_one_within_another(sql: str, call: Call) -> None:
    rows = json.loads(call("query", f"SELECT {sql} AS x", "-q", "-f", "json", "-w", WELLS).out)
    assert rows == [{"x": NESTED[sql]}]
    assert json.loads(call("query", f"SELECT {sql} AS x", "-q", "-f", "jsonl", "-w", WELLS).out) == rows[0]


NUMBERS = {
    "12345678901234567890.123::DECIMAL(30,3)": "12345678901234567890.123",
    "0.10::DECIMAL(4,2)": "0.10",
    "0.0000001::DECIMAL(10,7)": "0.0000001",
    "170141183460469231731687303715884105727::HUGEINT": "170141183460469231731687303715884105727",
    "9007199254740993": "9007199254740993",
    "1.1::FLOAT": "1.1",
    "'inf'::FLOAT": '"inf"',
    "[1.50, NULL]": "[1.50, null]",
    "{'toll': 99999999999999999.99}": '{"toll": 99999999999999999.99}',
    "map{1.5: 0.1::DOUBLE}": '{"1.5": 0.1}',
    "'nan'::DOUBLE": '"nan"',
    "['-inf'::DOUBLE]": '["-inf"]',
}


@pytest.mark.parametrize("sql", NUMBERS)
def test_json_keeps_the_digits_of_a_number(sql: str, call: Call) -> None:
    for form, text in (("jsonl", '{{"x": {}}}\n'), ("json", '[\n  {{\n    "x": {}\n  }}\n]\n')):
        out = call("query", f"SELECT {sql} AS x", "-q", "-f", form, "-w", WELLS).out
        assert out == text.format(NUMBERS[sql])
        json.loads(out, parse_constant=pytest.fail)


# Each type of DuckDB: the type in Parquet, or None if it is refused.
IN_PARQUET = {
    "true": pa.bool_(),
    "1::TINYINT": pa.int8(),
    "1::UBIGINT": pa.uint64(),
    "(10::HUGEINT ** 37)::HUGEINT": pa.decimal128(38, 0),
    "7::UHUGEINT": pa.decimal128(38, 0),
    "170141183460469231731687303715884105727::HUGEINT": None,
    "340282366920938463463374607431768211455::UHUGEINT": None,
    "[7::HUGEINT]": pa.list_(pa.field("element", pa.decimal128(38, 0))),
    "123456789012345678901234567890::BIGNUM": None,
    "1.5::FLOAT": pa.float32(),
    "1.50::DECIMAL(38,3)": pa.decimal128(38, 3),
    "'x'": pa.string(),
    "'x'::BLOB": pa.binary(),
    "'101'::BIT": None,
    "uuid()": pa.string(),
    "'open'::ENUM('open', 'shut')": pa.dictionary(pa.int32(), pa.string()),
    "DATE '2031-05-27'": pa.date32(),
    "TIME '06:30:00'": pa.time64("us"),
    "TIMETZ '06:30:00+02'": None,
    "'2031-05-27'::TIMESTAMP_S": pa.timestamp("ms"),
    "'2031-05-27'::TIMESTAMP_MS": pa.timestamp("ms"),
    "'2031-05-27'::TIMESTAMP_NS": pa.timestamp("ns"),
    "'2031-05-27'::TIMESTAMPTZ": pa.timestamp("us", "UTC"),
    "INTERVAL '3 months'": None,
    "[INTERVAL '3 months']": None,
    "{'wait': INTERVAL '3 months'}": None,
    "map{'wait': INTERVAL '3 months'}": None,
    "map{'locks': 2}": pa.map_(pa.string(), pa.int32()),
    "{'locks': 2}": pa.struct([("locks", pa.int32())]),
    "array_value(1, 2)": pa.list_(pa.int32(), 2),
    "row(1, 2)": pa.struct([("element1", pa.int32()), ("element2", pa.int32())]),
    "union_value(locks := 2)": None,
    "'{}'::JSON": pa.string(),
    "NULL": pa.null(),
    "{'locks': 2}::VARIANT": None,
    "'POINT(1 2)'::GEOMETRY": pa.binary(),
}


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return kursk_claims.connect(workspace=WELLS)


@pytest.mark.parametrize("sql", IN_PARQUET)
def test_every_type_is_written_as_parquet_or_refused_in_words(sql: str, connection: duckdb.DuckDBPyConnection) -> None:
    if IN_PARQUET[sql] is not None:
        table = pq.read_table(io.BytesIO(query_to_parquet(connection, f"SELECT {sql} AS x")))
        assert table.schema.field("x").type.equals(IN_PARQUET[sql]) or pa.types.is_dictionary(IN_PARQUET[sql])
        return
    with pytest.raises(QueryError, match=r"Parquet has no type for column x \(.*\)\. Cast it: CAST\(… AS .*\) AS x\.") as raised:
        query_to_parquet(connection, f"SELECT {sql} AS x")
    cast = str(raised.value).partition("Cast it: ")[2].removesuffix(".").replace("…", sql)
    assert query_to_parquet(connection, f"SELECT {cast}"), "the advice helps"


def test_a_refused_column_is_quoted_where_sql_needs_it(call: Call) -> None:
    outcome = call("query", "SELECT age(DATE '2031-08-27', DATE '2031-05-27')", "-q", "-f", "parquet", "-w", WELLS)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("kursk-claims: Parquet has no type for column age(")
    assert ' AS "age(' in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_a_sum_of_decimals_keeps_its_value_in_parquet(connection: duckdb.DuckDBPyConnection) -> None:
    content = query_to_parquet(connection, "SELECT sum(n) AS n, sum(d) AS d FROM (VALUES (7, 0.10), (8, 0.20)) AS v(n, d)")
    assert pq.read_table(io.BytesIO(content)).to_pylist() == [{"n": Decimal(15), "d": Decimal("0.30")}]


def add_view(wells: Copy, sql: str) -> None:
    path = wells.root / "schemas" / "views.sql"
    path.write_text(path.read_text(encoding="utf-8") + f"\n-- view: waits\n-- says: How long.\n{sql};\n", encoding="utf-8")


def test_a_view_with_an_interval_is_exported_and_refused_as_parquet(wells: Copy, call: Call, tmp_path: Path) -> None:
    add_view(wells, "CREATE VIEW waits AS SELECT well_id, INTERVAL '3 months' AS wait FROM wells ORDER BY well_id")
    assert call("export", tmp_path / "out", "--records", "-q", "-w", wells.root).code == 0
    assert (tmp_path / "out" / "waits.csv").read_text(encoding="utf-8") == "well_id,wait\nw1,3 months\nw2,3 months\n"
    outcome = call("build", "-q", "-w", wells.root)
    assert outcome.code == 2
    assert "view waits: Parquet has no type for column wait (INTERVAL). Cast it: CAST(… AS VARCHAR) AS wait." in outcome.err


PIVOTS = {
    "PIVOT (SELECT well_id, 1 AS n FROM wells) ON well_id USING sum(n)": "w1,w2\n1,1\n",
    "PIVOT (SELECT well_id, 1 AS n FROM wells) ON well_id IN ('w2', 'w3') USING sum(n)": "w2,w3\n1,\n",
    "FROM (PIVOT (SELECT well_id, 1 AS n FROM wells) ON well_id USING sum(n))": "w1,w2\n1,1\n",
    "WITH p AS (PIVOT (SELECT well_id, 1 AS n FROM wells) ON well_id USING sum(n)) SELECT w2 FROM p": "w2\n1\n",
    "-- how many?\nPIVOT (SELECT well_id, 1 AS n FROM wells) ON well_id USING sum(n); -- all": "w1,w2\n1,1\n",
    "UNPIVOT (FROM wells WHERE well_id = 'w1') ON latitude, longitude INTO NAME axis VALUE degrees":
        "well_id,axis,degrees\nw1,latitude,12.5\nw1,longitude,7.25\n",
}  # fmt: skip


@pytest.mark.parametrize("sql", PIVOTS)
def test_a_pivot_is_answered(sql: str, call: Call) -> None:
    assert call("query", sql, "-q", "-f", "csv", "-w", WELLS) == (0, PIVOTS[sql], "")
    assert call("query", f"EXPLAIN {sql}" if not sql.startswith("--") else sql, "-q", "-w", WELLS).code == 0


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE x AS PIVOT wells ON well_id USING count(*)",
        "CREATE TEMP TABLE x AS PIVOT wells ON well_id USING count(*)",
        "COPY (PIVOT wells ON well_id USING count(*)) TO 'out.csv'",
        "EXPLAIN ANALYZE CREATE TABLE x AS PIVOT wells ON well_id USING count(*)",
        "WITH p AS (PIVOT wells ON well_id USING count(*)) DELETE FROM wells",
        "WITH p AS (PIVOT wells ON well_id USING count(*)) INSERT INTO wells FROM wells",
        "/* гавань */ EXPLAIN ANALYZE /* канал */ DELETE FROM wells",
    ],
)
def test_a_statement_that_writes_with_the_help_of_a_pivot_or_a_comment_is_refused(
    sql: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = call("query", sql, "-q", "-w", WELLS)
    assert (outcome.code, outcome.out) == (2, "")
    assert "only reads, such as SELECT, found " in outcome.err or "read-only mode" in outcome.err
    assert "MULTI" not in outcome.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "sql",
    [
        "-- How many wells?\nSELECT 7 AS n",
        "--how many\nSELECT 7 AS n",
        "--format of the answer\nSELECT 7 AS n",
        "-- n = 7\r\n-- and more\r\nSELECT 7 AS n -- seven",
        "/* wells */ SELECT 7 AS n",
        "SELECT 7 AS n;;; /* no more */ ;",
        "\n\n  SELECT 7 AS n\n;\n",
    ],
)
def test_comments_and_semicolons_may_stand_anywhere(sql: str, call: Call) -> None:
    for args, stdin in (([sql], ""), (["-"], sql), (["--", sql], "")):
        assert call("query", "-q", "-f", "csv", "-w", WELLS, *args, stdin=stdin) == (0, "n\n7\n", "")


@pytest.mark.parametrize("option", ["--qiet", "--nope", "--no-such=SELECT 1", "--format=jsn of"])
def test_a_mistyped_option_is_no_comment(option: str, call: Call) -> None:
    outcome = call("query", option, "SELECT 1", "-w", WELLS)
    assert outcome.code == 2
    assert "No such option" in outcome.err or "Invalid value for '--format'" in outcome.err


def test_several_statements_are_refused_in_words(call: Call) -> None:
    outcome = call("query", "SELECT 1; SELECT 2", "-q", "-w", WELLS)
    assert outcome.code == 2
    assert outcome.err.startswith("kursk-claims: expected one statement, found 2. Run them one at a time.\n")
    assert "--unsafe" in outcome.err
    assert call("query", "--unsafe", "SELECT 1; CREATE TABLE x AS SELECT 2 AS n; FROM x", "-q", "-f", "csv", "-w", WELLS) == (
        0,
        "n\n2\n",
        "",
    )


def test_a_file_of_sql_is_read(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("depth.sql").write_text("-- How deep?\r\nSELECT 'глибина' AS n;\r\n", encoding="utf-8-sig")
    Path("two words.SQL").write_text("SELECT 2 AS n", encoding="utf-8")
    Path("bad.sql").write_bytes(b"SELECT '\xff'")
    Path("folder.sql").mkdir()
    assert call("query", "depth.sql", "-q", "-f", "csv", "-w", WELLS) == (0, "n\nглибина\n", "")
    assert call("query", tmp_path / "two words.SQL", "-q", "-f", "csv", "-w", WELLS) == (0, "n\n2\n", "")
    for name, words in {
        "deptj.sql": "deptj.sql: No such file or directory",
        "bad.sql": "bad.sql:1:1: expected UTF-8, found byte 0xff",
        "folder.sql": "folder.sql: expected a file, found a folder",
    }.items():
        outcome = call("query", name, "-q", "-w", WELLS)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.startswith(f"kursk-claims: {words}")


REFUSED = [
    "SELECT count(*) FROM 'mine.csv'",
    "FROM 'mine.parquet'",
    "FROM 'mine.xlsx'",
    "FROM read_csv('https://harbour.example/tides.csv')",
    "FROM 's3://harbour/tides.parquet'",
    "SELECT st_area('x')",
    "FROM read_xlsx('mine.xlsx')",
    "COPY wells TO 'out.csv'",
    "ATTACH 'other.duckdb'",
    "SET threads = 1",
    "INSTALL httpfs",
    "LOAD spatial",
    "CREATE TABLE x (a INT)",
    "WITH gone AS (DELETE FROM wells RETURNING *) SELECT * FROM gone",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_what_unsafe_would_allow_says_so(sql: str, call: Call) -> None:
    outcome = call("query", sql, "-q", "-w", WELLS)
    assert (outcome.code, outcome.out) == (2, "")
    assert "`--unsafe` lifts this" in outcome.err
    assert "docs/sql.md" in outcome.err
    assert sum("--unsafe" in line for line in outcome.err.splitlines()) == 1


@pytest.mark.parametrize(
    "sql", ["FROM well", "SELEC 1", "SELECT nope FROM wells", "SELECT current_setting('x')", "SELECT 1::DATE"]
)
def test_other_errors_do_not_advise_it(sql: str, call: Call) -> None:
    outcome = call("query", sql, "-q", "-w", WELLS)
    assert (outcome.code, "--unsafe" in outcome.err) == (2, False)


def test_unsafe_reads_a_file(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text("depth\n7\n", encoding="utf-8")
    assert call("query", "--unsafe", "FROM 'mine.csv'", "-q", "-f", "csv", "-w", WELLS) == (0, "depth\n7\n", "")
    outcome = call("query", "--unsafe", "FROM 'no.csv'", "-q", "-w", WELLS)
    assert (outcome.code, "--unsafe" in outcome.err) == (2, False)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_error_names_the_line_of_the_statement(form: str, call: Call) -> None:
    """Also where the statement is run within another, which gives dates and sums other types."""
    sql = "SELECT sum(1) AS s, DATE '2031-05-27' AS d,\n  well_id::INT AS n\nFROM wells GROUP BY ALL"
    for statement in (sql, sql.replace("well_id::INT", "nope::INT")):
        outcome = call("query", statement, "-q", "-f", form, "-w", WELLS)
        place, mark = outcome.err.splitlines()[1:]
        assert (outcome.code, place) == (2, f"LINE 2: {statement.splitlines()[1]}")
        assert place[mark.index("^") :].startswith(("::INT", "nope"))


def test_a_pivot_of_a_missing_column_says_so(call: Call) -> None:
    outcome = call("query", "PIVOT wells ON nope USING count(*)", "-q", "-w", WELLS)
    assert (outcome.code, 'Referenced column "nope" not found' in outcome.err) == (2, True)


def test_an_answer_does_not_depend_on_the_zone_of_the_machine(run: Run) -> None:
    sql = "SELECT '2031-05-01 00:00:00+00'::TIMESTAMPTZ AS t, t::DATE AS d"
    answers = {
        run("query", sql, "-f", "csv", "-q", cwd=ROOT, env={**os.environ, "TZ": zone}).stdout
        for zone in ("UTC", "America/Los_Angeles", "Asia/Kolkata")
    }
    assert answers == {"t,d\n2031-05-01 00:00:00+00,2031-05-01\n"}


def test_text_in_double_quotes_is_advised_against(call: Call) -> None:
    outcome = call("query", 'SELECT * FROM claims WHERE kind = "quantity"', "-q", "-w", ROOT)
    assert outcome.code == 2
    assert "write a text as 'quantity'" in outcome.err
