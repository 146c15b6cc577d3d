"""What spreadsheets, pandas and people do to headers, rows and cells is one finding each, which names it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from support import WELLS, Call

HEADER = "well_id,latitude,longitude"


def lines_of(call: Call, tmp_path: Path, *lines: str) -> list[str]:
    path = tmp_path / "wells.csv"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    outcome = call("check", path, "-w", WELLS, "-q")
    assert outcome.code in (0, 1), outcome.err
    return outcome.out.splitlines()


def only_finding(call: Call, tmp_path: Path, *lines: str) -> str:
    """Return what the only finding found and its fix."""
    report = lines_of(call, tmp_path, *lines)
    found, fix = ([line for line in report if line.startswith(f"  {word}: ")] for word in ("found", "fix"))
    assert len(found) == 1, report
    return found[0] + fix[0]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([HEADER.replace(",", ";"), "w1;12,5;7"], "cells separated by semicolons"),
        ([HEADER.replace(",", "\t"), "w1\t12.5\t7"], "cells separated by tabs"),
        ([HEADER.replace(",", "|"), "w1|12.5|7"], "cells separated by vertical bars"),
        (["sep=,", HEADER, "w1,1,1"], "the header is in line 2"),
        (["sep=;", HEADER.replace(",", ";")], "a spreadsheet's line about the separator"),
        (["Wells of the village,,", "", HEADER, "w1,1,1"], "the header is in line 3"),
        (["Well_ID,Latitude,longitude", "w1,1,1"], "letter case only, such as 'Well_ID' for well_id"),
        (["well_id, latitude, longitude", "w1,1,1"], "letter case, spaces or hyphens only, such as ' latitude' for latitude"),
        ([f"{HEADER},,", "w1,1,1,,"], "2 columns without a name behind the last one"),
        ([f",{HEADER}", "0,w1,1,1"], "a numbering of the rows"),
        (["well_id,,longitude", "w1,1,1"], "missing: latitude; 1 column without a name"),
        (["w1,12.5,7.25", "w2,13,7.5"], "none of these columns, but w1, 12.5, 7.25"),
        ([HEADER, "w1,1,1", ",,"], "a row of empty cells"),
        ([HEADER, "w1,1,1,,"], "5 cells, of which the last 2 are empty"),
        ([HEADER, "w1,1,1", HEADER, "w2,1,1"], "the header again"),
        ([HEADER, "<<<<<<< ours", "w1,1,1"], "'<<<<<<< ours', a mark of Git"),
        ([HEADER, '"=""w1""",1,1'], "a spreadsheet's formula for text"),
        ([HEADER, "w1,NaN,1"], "Empty the cell if a value is missing."),
    ],
)
def test_one_finding(lines: list[str], words: str, call: Call, tmp_path: Path) -> None:
    assert words in only_finding(call, tmp_path, *lines)


@pytest.mark.parametrize(
    "lines",
    [
        [HEADER.replace(",", ";"), "w1;1;1"],
        [HEADER.replace(",", "\t"), "w1\t1\t1"],
        ["sep=;", HEADER.replace(",", ";"), "w1;1;1"],
        ["Well ID,LATITUDE,longitude", "w1,1,1"],
        ["longitude,latitude,well_id", "1,1,w1"],
        [f"{HEADER},,", "w1,1,1,,"],
        [HEADER, "w1,1,1", ",,", ""],
        [HEADER, "w1,1,1,,"],
        [HEADER, "w1,1,1", HEADER],
    ],
    ids=["semicolons", "tabs", "sep", "case", "order", "columns", "rows", "cells", "joined"],
)
def test_the_fix_can_be_run(lines: list[str], call: Call, tmp_path: Path) -> None:
    path = tmp_path / "wells.csv"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    report = call("check", path, "-w", WELLS, "-q")
    assert report.code == 1
    (command,) = set(re.findall("`(kursk-claims format [^`]*)`", report.out))
    assert call(*shlex.split(command)[1:], "-w", WELLS).code == 0
    assert path.read_text(encoding="utf-8") == f"{HEADER}\nw1,1,1\n"


def test_a_value_behind_the_last_column_is_not_removed(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "wells.csv"
    path.write_text(f"{HEADER},\nw1,1,1,mine\n", encoding="utf-8")
    outcome = call("format", path, "-w", WELLS)
    assert (outcome.code, "line 2 has 4 cells, the header has 3" in outcome.err) == (1, True)
    assert "mine" in path.read_text(encoding="utf-8")


def test_empty_rows_and_cells_do_not_hide_other_findings(call: Call, tmp_path: Path) -> None:
    report = "\n".join(lines_of(call, tmp_path, HEADER, "w1,1,1,,", ",,", "w2,700,1", ",,"))
    assert "wells.csv:4:4: error range: latitude" in report
    assert report.count("error empty-row") == 2
    assert "1 table, 2 rows" in report


def test_many_empty_rows_in_a_large_file(call: Call, tmp_path: Path) -> None:
    """Blocks in canonical form are parsed in another way."""
    rows = [f"w{number},12.5,7.25" for number in range(100_000)]
    report = lines_of(call, tmp_path, HEADER, *rows, ",,", HEADER)
    assert [line for line in report if ": error" in line] == [
        f"{tmp_path}/wells.csv:100002:1: error empty-row",
        f"{tmp_path}/wells.csv:100003:1: error header",
    ]


def test_a_pandas_index_in_parquet(call: Call, tmp_path: Path) -> None:
    rows = {"well_id": ["w1"], "latitude": [1.0], "longitude": [1.0], "__index_level_0__": [0]}
    pq.write_table(pa.table(rows), tmp_path / "wells.parquet")
    assert "`index=False`" in call("check", tmp_path, "-w", WELLS, "-q").out


def test_a_partition_says_where_its_column_is(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "wells" / "longitude=1"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"well_id": ["w1"], "latitude": [1.0]}), folder / "part-0.parquet")
    outcome = call("check", tmp_path, "-w", WELLS, "-q")
    assert outcome.code == 1
    assert "longitude is in the name of a folder, not in the file" in outcome.out
