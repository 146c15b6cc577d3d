"""The statistics in a Parquet file may lie: rules, keys, references and differences are answered from its rows."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kursk_claims
from kursk_claims.contract.loader import load_contract
from kursk_claims.database.sql import TRUST_ROWS, read_parquet_sql, scan_parquet_sql
from kursk_claims.release import key_ranges
from kursk_claims.release.diff import compare_snapshots, open_snapshot
from support import Call, Copy

ROWS = 1000


def forge(path: Path, old: bytes, new: bytes) -> None:
    """Replace bytes of the footer, where the statistics are."""
    content = path.read_bytes()
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    assert old in content[start:]
    assert len(old) == len(new)
    path.write_bytes(content[:start] + content[start:].replace(old, new))


@pytest.fixture
def forged(tmp_path: Path) -> Path:
    """A file in which one row is extreme in every column, and statistics that deny it."""
    path = tmp_path / "forged" / "wells.parquet"
    path.parent.mkdir()
    rows = pa.table(
        {
            "well_id": [f"w{number:04d}" for number in range(ROWS - 1)] + ["w9999"],
            "latitude": [1.5] * (ROWS - 1) + [-77.25],
            "longitude": [2.5] * (ROWS - 1) + [99.25],
        }
    )
    pq.write_table(rows, path, compression="none")
    forge(path, b"w9999", b"w0998")
    forge(path, struct.pack("<d", -77.25), struct.pack("<d", 1.5))
    forge(path, struct.pack("<d", 99.25), struct.pack("<d", 2.5))
    return path


QUERIES = [
    "SELECT count(*) FROM t WHERE well_id = 'w9999'",
    "SELECT count(*) FROM t WHERE well_id > 'w1'",
    "SELECT count(*) FROM t WHERE well_id IN ('w9999', 'x')",
    "SELECT count(*) FROM t WHERE starts_with(well_id, 'w9')",
    "SELECT count(*) FROM t WHERE well_id LIKE 'w9%'",
    "SELECT count(*) FROM t WHERE latitude < 0",
    "SELECT count(*) FROM t WHERE latitude BETWEEN -90 AND 0",
    "SELECT count(*) FROM t WHERE abs(latitude) > 50",
    "SELECT count(*) FROM t WHERE latitude * 2 < longitude - 90",
    "SELECT count(*) FILTER (latitude < 0) FROM t",
    "SELECT bool_or(latitude < 0) FROM t",
    "SELECT min(latitude) FROM t",
    "SELECT max(well_id) FROM t",
    "SELECT arg_max(latitude, well_id) FROM t",
    "SELECT latitude FROM t ORDER BY latitude LIMIT 1",
    "SELECT well_id FROM t ORDER BY well_id DESC LIMIT 1",
    "SELECT count(DISTINCT latitude) FROM t",
    "SELECT count(*) FROM (SELECT latitude FROM t GROUP BY latitude)",
    "SELECT count(*) FROM t JOIN (SELECT 'w9999' AS well_id) USING (well_id)",
    "SELECT count(*) FROM (VALUES ('w9999'), ('q')) v(well_id) SEMI JOIN t USING (well_id)",
    "SELECT count(*) FROM (VALUES ('w9999'), ('q')) v(well_id) ANTI JOIN t USING (well_id)",
    "SELECT count(*) FROM t a, t b WHERE a.well_id = b.well_id AND a.latitude < 0",
    "SELECT count(*) FROM t WHERE EXISTS (SELECT 1 FROM t u WHERE u.latitude < t.latitude - 50 AND u.well_id = 'w9999')",
    "SELECT well_id FROM t QUALIFY row_number() OVER (ORDER BY latitude) = 1",
    "WITH low AS (SELECT * FROM t WHERE latitude < 0) SELECT count(*) FROM low",
]


@pytest.mark.parametrize("query", QUERIES)
def test_duckdb_answers_from_rows(query: str, forged: Path) -> None:
    with duckdb.connect(config=TRUST_ROWS) as connection:
        connection.register("rows", pq.read_table(forged))
        connection.execute("CREATE TABLE t AS FROM rows")
        expected = connection.execute(query).fetchall()
        connection.execute(f"DROP TABLE t; CREATE VIEW t AS FROM {scan_parquet_sql([forged])}")
        assert connection.execute(query).fetchall() == expected


def test_duckdb_would_be_deceived(forged: Path) -> None:
    """If this fails, DuckDB no longer relies on statistics, and the means against it can be removed."""
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW t AS FROM {read_parquet_sql([forged])}")
        assert connection.execute(QUERIES[5]).fetchall() == [(0,)]


def test_rules_find_what_statistics_deny(forged: Path, wells: Copy, call: Call) -> None:
    outcome = call("check", forged, "-w", wells.root)
    assert (outcome.code, "well-in-the-north" in outcome.out) == (1, True)
    report = kursk_claims.check(forged, workspace=wells.root)
    assert [(finding.rule, finding.row) for finding in report.findings] == [("well-in-the-north", ROWS)]


def test_a_null_count_that_lies(tmp_path: Path, wells: Copy) -> None:
    """The number of empty cells of the last column is the last but one field of its statistics."""
    path = tmp_path / "wells.parquet"
    pq.write_table(pa.table({"well_id": ["w1", "w2"], "latitude": [1.0, 2.0], "longitude": [1.0, None]}), path)
    content = path.read_bytes()
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    positions = [index for index in range(start, len(content) - 8) if content[index : index + 2] == b"\x16\x02"]
    for position in positions:
        path.write_bytes(content[: position + 1] + b"\x00" + content[position + 2 :])
        assert kursk_claims.check(path, workspace=wells.root).exit_code == 1


def test_a_number_of_rows_that_lies(tmp_path: Path, wells: Copy) -> None:
    path = tmp_path / "wells.parquet"
    rows = pa.table({"well_id": [f"w{n}" for n in range(900)], "latitude": [1.0] * 900, "longitude": [1.0] * 900})
    pq.write_table(rows, path, compression="none", write_statistics=False)
    content = path.read_bytes()
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    number = b"\x16\x88\x0e"  # 900 as a 64-bit integer of Thrift
    positions = [index for index in range(start, len(content) - 8) if content[index : index + 3] == number]
    assert positions
    for position in positions:
        path.write_bytes(content[:position] + b"\x16\x86\x0e" + content[position + 3 :])
        assert [finding.rule for finding in kursk_claims.check(path, workspace=wells.root).findings] == ["file-unreadable"]


def test_references_find_keys_that_statistics_deny(real: Copy, tmp_path: Path) -> None:
    events = kursk_claims.table("events", workspace=real.root)
    path = tmp_path / "events.parquet"
    pq.write_table(events, path, compression="none")
    last = max(events["event_id"].to_pylist())
    forge(path, last.encode(), b"a" * len(last))
    tables = load_contract(real.root / "schemas").tables
    with duckdb.connect(config=TRUST_ROWS) as connection:
        known = f"SELECT event_id FROM {scan_parquet_sql([path])}"
        count = connection.execute(f"SELECT count(*) FROM ({known}) WHERE event_id = '{last}'").fetchall()
    assert count == [(1,)]
    assert "events" in tables


@pytest.mark.parametrize("rows_per_range", [100, 1_000_000])
def test_differences_are_found_in_rows(
    rows_per_range: int, forged: Path, wells: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_ranges, "ROWS_PER_RANGE", rows_per_range)
    monkeypatch.setattr(key_ranges, "ROWS_PER_BLOCK", 50)
    honest = tmp_path / "honest"
    shutil.copytree(wells.root / "schemas", honest / "schemas")
    shutil.copytree(wells.root / "schemas", forged.parent / "schemas")
    rows = pq.read_table(forged)
    pq.write_table(rows.slice(0, ROWS - 1), honest / "wells.parquet")
    difference = compare_snapshots(open_snapshot(honest, "honest"), open_snapshot(forged.parent, "forged"))
    assert difference.rows["wells"] == {"added": 1, "removed": 0, "changed": 0}
