"""Tables are compared in ranges of keys: the differences are the same as in one, in whatever order and form the rows are."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kursk_claims.database.sql import TRUST_ROWS
from kursk_claims.release import key_ranges
from kursk_claims.release.diff import CellChange, Difference, compare_snapshots, open_snapshot
from kursk_claims.release.key_ranges import RowSource, read_key_ranges
from support import Copy

OLD = {f"w{number:03d}": 1.5 for number in range(400)}
NEW = {key: 2.5 if key == "w205" else value for key, value in OLD.items() if key != "w110"} | {"w399b": 1.5, "w4": 1.5}
EXPECTED = [("removed", "w110"), ("changed", "w205"), ("added", "w399b"), ("added", "w4")]


@pytest.fixture(autouse=True)
def _small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_ranges, "ROWS_PER_RANGE", 100)
    monkeypatch.setattr(key_ranges, "ROWS_PER_BLOCK", 20)


def arrow(rows: dict[str, float], *, shuffled: bool = False) -> pa.Table:
    keys = [*rows]
    if shuffled:
        random.Random(1).shuffle(keys)
    return pa.table({"well_id": keys, "latitude": [rows[key] for key in keys], "longitude": [0.0] * len(keys)})


def compare(wells: Copy, folder: Path, old: pa.Table, new: pa.Table) -> Difference:
    for name, rows in (("old", old), ("new", new)):
        shutil.copytree(wells.root / "schemas", folder / name / "schemas")
        pq.write_table(rows, folder / name / "wells.parquet", row_group_size=30)
    return compare_snapshots(open_snapshot(folder / "old", "old"), open_snapshot(folder / "new", "new"))


def listed(cells: list[CellChange]) -> list[tuple[str, str]]:
    return [(cell.change, cell.key.removeprefix("well_id=")) for cell in cells]


@pytest.mark.parametrize("shuffled", [(False, False), (True, False), (False, True), (True, True)])
def test_differences_do_not_depend_on_the_order_of_rows(shuffled: tuple[bool, bool], wells: Copy, tmp_path: Path) -> None:
    tables = [arrow(rows, shuffled=each) for rows, each in zip((OLD, NEW), shuffled, strict=True)]
    assert listed(compare(wells, tmp_path, *tables).cells) == EXPECTED


def test_all_rows_are_added_to_an_empty_table(wells: Copy, tmp_path: Path) -> None:
    assert compare(wells, tmp_path, arrow(OLD).slice(0, 0), arrow(NEW)).rows["wells"] == {
        "added": len(NEW),
        "removed": 0,
        "changed": 0,
    }
    shutil.rmtree(tmp_path / "old")
    shutil.rmtree(tmp_path / "new")
    assert compare(wells, tmp_path, arrow(OLD), arrow(NEW).slice(0, 0)).rows["wells"]["removed"] == len(OLD)


def test_parquet_is_compared_with_csv(wells: Copy, tmp_path: Path) -> None:
    lines = [",".join(map(str, row.values())) for row in arrow(OLD).to_pylist()]
    (wells.root / "dataset" / "records" / "wells.csv").write_text(
        "\n".join(["well_id,latitude,longitude", *lines, ""]), encoding="utf-8"
    )
    shutil.copytree(wells.root / "schemas", tmp_path / "new" / "schemas")
    pq.write_table(arrow(NEW), tmp_path / "new" / "wells.parquet", row_group_size=30)
    difference = compare_snapshots(open_snapshot(wells.root, "old"), open_snapshot(tmp_path / "new", "new"))
    assert listed(difference.cells) == EXPECTED


def test_ranges_read_parts_of_a_file_whose_keys_ascend(tmp_path: Path) -> None:
    paths = [tmp_path / "old.parquet", tmp_path / "new.parquet"]
    for path, rows in zip(paths, (OLD, NEW), strict=True):
        pq.write_table(arrow(rows), path, row_group_size=30)
    sources = [RowSource("", path) for path in paths]
    with duckdb.connect(config=TRUST_ROWS) as connection:
        pairs = [*read_key_ranges(connection, "well_id", *sources)]
        sizes = [[connection.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0] for query in pair] for pair in pairs]
    assert sizes == [[100, 100], [100, 99], [100, 100], [100, 102]]
    assert "file_row_number >= 100 AND file_row_number < 200" in pairs[1][0]


def test_a_key_that_is_missing_everywhere_ends_no_range(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"well_id": pa.nulls(250, pa.string())}), path)
    with duckdb.connect(config=TRUST_ROWS) as connection:
        pairs = [*read_key_ranges(connection, "well_id", RowSource("", path), RowSource("", path))]
        ((query, _),) = pairs
        assert connection.execute(f"SELECT count(*) FROM ({query})").fetchall() == [(250,)]
