"""SQL that comes with data: rules and views that are endless, large or two-faced, in every command and in Python."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kursk_claims
from kursk_claims.database.limits import SqlLimits
from kursk_claims.errors import ContractError, KurskClaimsError, ManifestError, QueryError
from kursk_claims.release.index import write_index
from kursk_claims.release.publish import publish_release
from kursk_claims.workspace import find_workspace
from support import Call, Copy, Run, run_measured

SECRET = "sesame-9b1c"
ENDLESS = "(SELECT count(*) FROM range(10000000) AS a, range(10000000) AS b)"
UNSTOPPABLE = "levenshtein(repeat('a', 300000), repeat('b', 300000))"  # DuckDB needs minutes to notice an interrupt
LARGE = "(SELECT len(list(x)) FROM (SELECT hash(range) AS x FROM range(2000000000)))"
UNCOUNTED = "(SELECT length(string_agg(repeat(chr(65 + range::INT), 900000000), '')) FROM range(25))"


@pytest.fixture
def released(wells: Copy) -> Copy:
    """A workspace about wells with a release."""
    report, release = publish_release(find_workspace(wells.root), "1.0.0")
    assert release is not None, report.findings
    return wells


def add_rule(copy: Copy, condition: str) -> None:
    header = "-- rule: evil\n-- table: wells   columns: latitude   severity: error\n-- says: Nothing.\n-- fix: Nothing.\n"
    with (copy.root / "schemas" / "rules.sql").open("a", encoding="utf-8") as file:
        file.write(f"\n{header}SELECT well_id FROM wells WHERE {condition} < 0;\n")


def view_of(value: str) -> str:
    header = "-- view: northernmost\n-- says: The northernmost well.\n"
    return f"{header}CREATE VIEW northernmost AS SELECT well_id, {value} AS n FROM wells;\n"


def set_views(copy: Copy, text: str) -> None:
    (copy.root / "schemas" / "views.sql").write_text(text, encoding="utf-8")


def forge(copy: Copy, views: str, names: tuple[str, ...] = ("views.sql", "schemas/views.sql")) -> Path:
    """Replace the views of the release and make every digest fit, as a dishonest host can do."""
    release = copy.root / "build" / "1.0.0"
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    for name in names:
        (release / name).write_text(views, encoding="utf-8")
        entry = next(file for file in manifest["files"] if file["path"] == name)
        entry |= {"size": len(views.encode()), "sha256": digest(views.encode())}
    sources = [file for file in manifest["files"] if file["path"].startswith(("records/", "schemas/"))]
    manifest["records_digest"] = digest("".join(f"{file['sha256']}  {file['path']}\n" for file in sources).encode())
    raw = json.dumps(manifest).encode()
    (release / "manifest.json").write_bytes(raw)
    lines = [f"{file['sha256']}  {file['path']}\n" for file in manifest["files"]] + [f"{digest(raw)}  manifest.json\n"]
    (release / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    write_index(copy.root / "build")
    return release


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# Limits of time and memory

RULE_READERS = ["validate", "check dataset/records", "build", "release 1.0.0"]
VIEW_READERS = [
    "build",
    "release 1.0.0",
    "export out.sqlite --records",
    "export out --records",
    "query FROM\tnorthernmost --records",
]


def words(command: str) -> list[str]:
    """Split a command at spaces; a tab stands for a space within an argument."""
    return [word.replace("\t", " ") for word in command.split(" ")]


@pytest.mark.parametrize("value", [ENDLESS, UNSTOPPABLE])
@pytest.mark.parametrize("command", RULE_READERS)
def test_a_rule_without_end_is_stopped(command: str, value: str, run: Run, wells: Copy) -> None:
    add_rule(wells, value)
    started = time.monotonic()
    done = run(*command.split(), "--timeout", "1", cwd=wells.root, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "the SQL of rules and views took longer than 1 s and was stopped" in done.stderr
    assert time.monotonic() - started < 15
    assert not (wells.root / "build").exists() or list((wells.root / "build").iterdir()) == []


@pytest.mark.parametrize("value", [ENDLESS, UNSTOPPABLE])
@pytest.mark.parametrize("command", VIEW_READERS)
def test_a_view_without_end_is_stopped(command: str, value: str, run: Run, wells: Copy) -> None:
    set_views(wells, view_of(value))
    before = sorted(wells.root.iterdir())
    done = run(*words(command), "--timeout", "1", cwd=wells.root, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "took longer than 1 s and was stopped" in done.stderr
    assert [path for path in sorted(wells.root.iterdir()) if path.name != "build"] == before
    assert not (wells.root / "build").exists() or list((wells.root / "build").iterdir()) == []


@pytest.mark.parametrize("command", ["describe", "query FROM\tnorthernmost", "export out.sqlite", "verify"])
def test_a_view_of_a_release_without_end_is_stopped(command: str, run: Run, released: Copy) -> None:
    forge(released, view_of(ENDLESS))
    done = run(*words(command), "--timeout", "1", cwd=released.root, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "took longer than 1 s and was stopped" in done.stderr


@pytest.mark.parametrize("value", [LARGE, UNCOUNTED])
@pytest.mark.parametrize("command", ["validate", "check dataset/records"])
def test_a_rule_that_needs_much_memory_is_stopped(command: str, value: str, run: Run, wells: Copy) -> None:
    add_rule(wells, value)
    done = run(*command.split(), *([] if command.startswith("check") else ["--memory", "500"]), cwd=wells.root, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "memory" in done.stderr.lower()
    assert "Traceback" not in done.stderr


def test_limits_in_python(wells: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SqlLimits.__init__, "__defaults__", (0.5, *SqlLimits.__init__.__defaults__[1:]))  # type: ignore[index]
    set_views(wells, view_of(ENDLESS))
    with pytest.raises(QueryError, match=r"took longer than 0\.5 s"):
        kursk_claims.table("northernmost", records=True, workspace=wells.root)
    add_rule(wells, ENDLESS)
    with pytest.raises(KurskClaimsError, match=r"took longer than 0\.5 s"):
        kursk_claims.check(wells.csv("wells"), workspace=wells.root)
    with pytest.raises(QueryError, match=r"took longer than 0\.5 s"):
        wells.validate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "command", ["validate", "check dataset/records", "build", "release 1.0.0", "export out.sqlite --records"]
)
def test_a_signal_ends_every_command(command: str, number: signal.Signals, wells: Copy, tmp_path: Path) -> None:
    add_rule(wells, UNSTOPPABLE)
    set_views(wells, view_of(UNSTOPPABLE))
    (scratch := tmp_path / "scratch").mkdir()
    before = [path.name for path in sorted(wells.root.iterdir())]
    process = subprocess.Popen(
        [sys.executable, "-m", "kursk_claims", *command.split(), "--timeout", "0"],
        cwd=wells.root, env=os.environ | {"TMPDIR": str(scratch)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(2.5)
    assert process.poll() is None, process.communicate()
    started = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert time.monotonic() - started < 2
    assert (process.returncode, out) == (128 + number, "")
    assert "Traceback" not in err
    assert list(scratch.iterdir()) == []
    assert [path.name for path in sorted(wells.root.iterdir()) if path.name != "build"] == before
    assert not (wells.root / "build").exists() or list((wells.root / "build").iterdir()) == []


# What views may do

REFUSED = {
    "COPY wells TO 'out.csv'": "expected CREATE VIEW",
    "CREATE TABLE northernmost AS SELECT 1": "expected CREATE VIEW",
    "CREATE TEMP VIEW northernmost AS SELECT 1": "expected CREATE VIEW",
    "CREATE VIEW other AS SELECT 1": "expected CREATE VIEW northernmost",
    "CREATE MACRO northernmost(x) AS x": "expected CREATE VIEW",
    "CREATE VIEW northernmost AS SELECT 1; DELETE FROM wells": "expected one statement, found 2",
    "INSTALL httpfs": "expected CREATE VIEW",
    "ATTACH 'out.duckdb'": "expected CREATE VIEW",
    "DELETE FROM wells": "expected CREATE VIEW",
    "SET VARIABLE a = 1": "expected CREATE VIEW",
    "/* CREATE VIEW northernmost AS */ DELETE FROM wells": "expected CREATE VIEW",
    "CREATE VIEW northernmost AS FROM read_text('secret.csv')": "calls read_text",
    "CREATE VIEW northernmost AS FROM read_csv('http://127.0.0.1:1/x')": "calls read_csv",
    "CREATE VIEW northernmost AS SELECT (SELECT content FROM read_text('secret.csv'))": "calls read_text",
    "CREATE VIEW northernmost AS WITH x AS (FROM glob('*')) FROM x": "calls glob",
    "CREATE VIEW northernmost AS FROM wells, LATERAL (FROM read_blob(wells.well_id))": "calls read_blob",
    "CREATE VIEW northernmost AS SELECT * FROM query('SELECT 1')": "calls query",
    "CREATE VIEW northernmost AS FROM query(if(current_setting('lock_configuration')::VARCHAR = 'true', 'SELECT 1', "
    "'FROM read_text(''secret.csv'')'))": "calls query",
    "CREATE VIEW northernmost AS FROM query_table(['wells', 'secret.csv'])": "calls query_table",
    "CREATE VIEW northernmost AS FROM duckdb_settings()": "calls duckdb_settings",
    "CREATE VIEW northernmost AS FROM 'secret.csv'": "",
    "CREATE VIEW northernmost AS SELECT getenv('HOME')": "",
    "CREATE VIEW northernmost AS WITH x AS (DELETE FROM wells RETURNING *) FROM x": "",
    "CREATE VIEW northernmost AS WITH x AS (COPY wells TO 'out.csv') FROM x": "",
    "SELEC": "",
}
CALLS = ["query FROM\tnorthernmost", "describe", "export out.duckdb", "export out.sqlite", "explore", "verify 1.0.0"]


@pytest.mark.parametrize("sql", REFUSED)
@pytest.mark.parametrize("where", ["release", "workspace"])
def test_a_view_only_reads_its_dataset(
    where: str, sql: str, call: Call, released: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here := tmp_path / "here").mkdir()
    (here / "secret.csv").write_text(SECRET, encoding="utf-8")
    monkeypatch.chdir(here)
    text = f"-- view: northernmost\n-- says: Nothing.\n{sql};\n"
    records: list[str] = []
    if where == "release":
        forge(released, text)
    else:
        set_views(released, text)
        records = ["--records"]
    for command in CALLS if where == "release" else CALLS[:-1]:
        outcome = call(*words(command), *records, "--workspace", released.root)
        assert (outcome.code, outcome.out) == (1 if where == "release" else 2, "") or command == "verify 1.0.0"
        assert outcome.code in (1, 2)
        assert REFUSED[sql] in outcome.err
        assert SECRET not in outcome.out + outcome.err
    error = ManifestError if where == "release" else ContractError
    for function in (kursk_claims.connect, lambda **options: kursk_claims.table("northernmost", **options)):
        with pytest.raises(error, match="northernmost"):
            function(records=bool(records), workspace=released.root)
    assert os.listdir(here) == ["secret.csv"]


@pytest.mark.parametrize("names", [("views.sql",), ("schemas/views.sql",)])
@pytest.mark.parametrize("command", CALLS)
def test_the_views_of_a_release_are_those_of_its_schemas(
    command: str, names: tuple[str, ...], call: Call, released: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    forge(released, view_of("1"), names)
    outcome = call(*words(command), "--workspace", released.root)
    assert (outcome.code, outcome.out) == (1, "")
    assert "differ" in outcome.err or "logical digest" in outcome.err


def test_verify_compares_the_rows_of_views(call: Call, released: Copy) -> None:
    forge(released, view_of("1"))
    outcome = call("verify", "--workspace", released.root)
    assert (outcome.code, outcome.out) == (1, "")
    assert "northernmost has the logical digest" in outcome.err


def replace_table(release: Path, rows: pa.Table, **options: str) -> None:
    """Replace a table of a release and make the digest of its file fit."""
    pq.write_table(rows, release / "wells.parquet", **options)
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    manifest["writers"]["pyarrow"] = "1.0.0"  # so that bytes are not compared
    content = (release / "wells.parquet").read_bytes()
    next(file for file in manifest["files"] if file["path"] == "wells.parquet").update(size=len(content), sha256=digest(content))
    (release / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_verify_compares_the_rows_of_files_made_by_other_versions(call: Call, released: Copy) -> None:
    release = released.root / "build" / "1.0.0"
    wells = pq.read_table(release / "wells.parquet")
    latitude = wells.schema.field("latitude")
    replace_table(release, wells.set_column(wells.column_names.index("latitude"), latitude, pa.array([1.5] * len(wells))))
    forge(released, (release / "views.sql").read_text(encoding="utf-8"))
    outcome = call("verify", "--workspace", released.root)
    assert (outcome.code, outcome.out) == (1, "")
    assert "wells has the logical digest" in outcome.err


@pytest.mark.parametrize("command", ["query FROM\twells", "describe", "export out.sqlite"])
def test_a_release_that_expands_stays_within_memory(command: str, released: Copy) -> None:
    """Some kB of Parquet that hold one text of 10 MB for each of 1,000 rows."""
    release = released.root / "build" / "1.0.0"
    ids = pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int32()), pa.array(["w" * 10**7]))
    numbers = pa.array([1.5] * 1000)
    replace_table(release, pa.table([ids, numbers, numbers], ["well_id", "latitude", "longitude"]), compression="zstd")
    forge(released, (release / "views.sql").read_text(encoding="utf-8"))
    assert (release / "wells.parquet").stat().st_size < 100_000
    code, peak, output = run_measured(*words(command), "--memory", "500", "-w", released.root, seconds=60)
    assert code == 2
    assert "needs more than 500 MB" in output
    assert peak < 10**9


def test_an_exported_database_has_the_views_and_no_more(call: Call, released: Copy, tmp_path: Path) -> None:
    outcome = call("export", tmp_path / "out.duckdb", "--workspace", released.root)
    assert outcome.code == 0, outcome.err
    with duckdb.connect(str(tmp_path / "out.duckdb"), read_only=True) as connection:
        names = connection.execute("SELECT table_name FROM information_schema.tables ORDER BY 1").fetchall()
        assert names == [("about",), ("northernmost",), ("wells",)]
        assert len(connection.execute("FROM northernmost").fetchall()) == 1


def test_release_creates_views_in_the_sandbox_only(call: Call, released: Copy) -> None:
    """`release` compares the rows with those of the version before, also those of views."""
    released.edit("wells", {}, latitude="13.5")
    set_views(released, "-- view: northernmost\n-- says: Nothing.\nCREATE VIEW northernmost AS FROM read_csv('x');\n")
    outcome = call("release", "2.0.0", "--workspace", released.root)
    assert outcome.code == 2
    assert "calls read_csv" in outcome.err
