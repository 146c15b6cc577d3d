"""A file is surveyed once; what is wrong with all of it is found at its line and character."""

from __future__ import annotations

from pathlib import Path

import pytest

from kursk_claims.contract.model import Column, Table
from kursk_claims.tables import csv_survey
from kursk_claims.tables.csv_rows import CsvRows
from kursk_claims.tables.csv_survey import CsvSurvey, survey_file

TABLE = Table(
    "stones", "Stones", "Stones on a beach.", ("id",), (Column("id", "Id", "Its name.", "String"),), Path("stones.yaml")
)


@pytest.fixture(autouse=True, params=[1, 3, 2**22], ids=["by byte", "small chunks", "at once"])
def _chunk_size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_survey, "SURVEY_CHUNK", request.param)


def survey(path: Path) -> tuple[CsvSurvey | None, CsvRows]:
    rows = CsvRows(TABLE, path.name)
    return survey_file(path, rows), rows


@pytest.mark.parametrize(
    ("content", "line_end", "rule", "found", "line"),
    [
        (b"id\n1\n", "\n", None, "", None),
        (b"id\n1\r2\n", "\n", None, "", None),  # a CR among LF belongs to a cell
        (b"\xef\xbb\xbfid\n", "\n", "byte-order-mark", "U+FEFF", 1),
        (b"id\n1\r\n", "\r\n", "line-ending", "1 line that ends with CRLF or CR", 2),
        (b"id\r\n1\r\n", "\r\n", "line-ending", "2 lines that end with CRLF or CR", 1),
        (b"id\r1\r2\r", "\r", "line-ending", "3 lines that end with CRLF or CR", 1),
    ],
)
def test_a_readable_file(content: bytes, line_end: str, rule: str | None, found: str, line: int | None, tmp_path: Path) -> None:
    path = tmp_path / "stones.csv"
    path.write_bytes(content)
    surveyed, rows = survey(path)
    assert surveyed is not None
    assert surveyed.line_end == line_end
    assert rows.is_complete
    assert [(each.rule, each.found, each.line) for each in rows.findings] == ([(rule, found, line)] if rule else [])


@pytest.mark.parametrize(
    ("content", "rule", "line", "position"),
    [
        (b"", "empty-file", 1, 1),
        (b"\xef\xbb\xbf \r\n\n", "empty-file", 1, 1),
        (b"id\nZo\xeb,\n", "encoding", 2, 3),
        ("id\n1\nЁж".encode() + b"\xd0", "encoding", 3, 3),
    ],
)
def test_an_unreadable_file(content: bytes, rule: str, line: int, position: int, tmp_path: Path) -> None:
    path = tmp_path / "stones.csv"
    path.write_bytes(content)
    surveyed, rows = survey(path)
    assert surveyed is None
    assert not rows.is_complete
    assert [(each.rule, each.line, each.position) for each in rows.findings] == [(rule, line, position)]


def test_a_missing_file(tmp_path: Path) -> None:
    for path, found in ((tmp_path / "stones.csv", "no such file"), (tmp_path, "a folder")):
        surveyed, rows = survey(path)
        assert surveyed is None
        assert not rows.is_complete
        assert [(each.rule, each.expected, each.found) for each in rows.findings] == [
            ("file-missing", "the rows of table stones", found)
        ]
