"""A CSV file that is read in blocks gives the rows, places and findings of the strict reader, which reads it at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kursk_claims.contract.loader import load_contract
from kursk_claims.contract.model import Table
from kursk_claims.report.model import Finding
from kursk_claims.tables import csv_block_parser, csv_bulk, csv_lines, csv_survey
from kursk_claims.tables.csv_blocks import CsvPart
from kursk_claims.tables.csv_reader import read_csv_table
from kursk_claims.tables.csv_rows import CsvRows
from kursk_claims.tables.csv_syntax import split_lines
from support import FICTION

TABLES = load_contract(FICTION / "schemas").tables
GOOD = {"String": ["a", "Ёж", '"a,b"', '"say ""so"""', ""], "Int32": ["0", "-7", "2147483647", ""], "Float64": ["1.5", "-2", ""]}
GOOD |= {"Boolean": ["true", "false", ""], "Date": ["2024-08-06", "0001-01-01", "2024-02-29", ""]}
BAD = [
    "True",
    "01",
    "2147483648",
    "-0",
    "1.",
    "nan",
    "1e5",
    "2023-02-29",
    "0000-01-01",
    " a",
    "a\u00a0",
    "e\u0301",
    "\u202e",
    "\x1b",
    "\0",
]
BROKEN = ['"open', 'a"b', '"a"b', '"', '""""', '"a\nb"', "a\rb", '"x\r\ny"']


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_block_parser, "BLOCK_SIZE", 60)
    monkeypatch.setattr(csv_block_parser, "STRICT_SIZE", 25)
    monkeypatch.setattr(csv_block_parser, "MIN_FAST_SIZE", 0)
    monkeypatch.setattr(csv_bulk, "MAX_STRICT_LINES", 2)
    monkeypatch.setattr(csv_lines, "MARK_DISTANCE", 3)
    monkeypatch.setattr(csv_survey, "SURVEY_CHUNK", 7)


@st.composite
def files(draw: st.DrawFn) -> tuple[Table, str]:
    """A table and a file of it, in which little or much is broken."""
    table = TABLES[draw(st.sampled_from(["quantities", "passages", "documents", "retired"]))]
    other = draw(st.sampled_from([[], [], BAD, [*BAD, *BROKEN]]))
    end = draw(st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"]))
    rows = []
    for _ in range(draw(st.integers(0, 12))):
        cells = [draw(st.sampled_from(GOOD[column.dtype])) for column in table.columns]
        if other and draw(st.integers(0, 2)) == 0:
            cells[draw(st.integers(0, len(cells) - 1))] = draw(st.sampled_from(other))
        if other and draw(st.integers(0, 9)) == 0:
            cells = draw(st.sampled_from([[""], cells[1:], [*cells, "x"]]))
        rows.append(",".join(cells))
    head = draw(st.sampled_from(["", "", "\ufeff"])) + ",".join(table.column_names)
    return table, head + "".join(end + row for row in rows) + draw(st.sampled_from(["", end, end + end, "\n"]))


def in_blocks(part: CsvPart) -> Iterator[tuple[str, list[object]]]:
    """The place of each row, and its values."""
    rows: list[list[object]] = []
    for batch in part.batches():
        frame = pl.DataFrame({name: cells.values for name, cells in batch.cells.items()})
        assert batch.first == len(rows)
        rows.extend(list(row) for row in frame.iter_rows())
        part.findings.extend(batch.findings)
        at_fault = {(column, row) for column, found in batch.invalid_cells.items() for row in found}
        line = {part.describe_row(batch.first + row): row for row in range(batch.height)}
        assert at_fault == {(each.column, line[f"line {each.line}"]) for each in batch.findings if each.column}
    lines = split_lines(part.path.read_bytes().decode())
    for row, values in enumerate(rows):
        line_number, text = part.lines.find_line(row)
        assert text == lines[line_number - 1]
        yield f"line {line_number}", values


def as_errors(findings: Sequence[Finding]) -> list[Finding]:
    """A byte order mark and other line ends are errors only in records that are released."""
    return [replace(finding, severity="error") for finding in findings]


@given(files())
@example((TABLES["retired"], ""))
@example((TABLES["retired"], "\ufeff\r\n"))
@example((TABLES["retired"], f"{','.join(TABLES['retired'].column_names)}\n" + 'a,b,c,d,\naa,"b\nb",c,d,\n' * 99))
@example(
    (TABLES["retired"], f"{','.join(TABLES['retired'].column_names)}\n" + "a,b,c,d,\na,b,c,d,,,\n" * 9)
)  # empty cells too many
@example(
    (TABLES["retired"], f"{','.join(TABLES['retired'].column_names)}\n" + "a,b,c,d,\n<<<<<<< a,b,c,d,e\na\x1fb,b,c,d,\n" * 9)
)
def test_blocks_are_read_as_the_whole(given: tuple[Table, str]) -> None:
    table, text = given
    with TemporaryDirectory() as folder:
        path = Path(folder) / "records.csv"
        path.write_bytes(text.encode())
        whole: CsvRows = read_csv_table(path, table, "records.csv")
        part = CsvPart.open(path, table, "records.csv", Path(folder) / "rows.parquet")
        read = list(in_blocks(part)) if part.parquet else []
        assert read == [(f"line {number}", row) for number, row in zip(whole.line_numbers, whole.rows, strict=True)]
        assert as_errors(part.findings) == whole.findings
        assert (part.is_complete, part.rows) == (whole.is_complete, len(whole.rows))
        if part.parquet:
            assert pq.read_table(part.parquet).to_pylist() == whole.to_frame().to_dicts()


@given(st.binary(max_size=80))
@example(b"\xef\xbb\xbf")
def test_any_bytes(raw: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "records.csv"
        head = ",".join(TABLES["retired"].column_names).encode()
        path.write_bytes(head + b"\n" + raw)
        whole = read_csv_table(path, TABLES["retired"], "records.csv")
        part = CsvPart.open(path, TABLES["retired"], "records.csv", Path(folder) / "rows.parquet")
        read = list(in_blocks(part)) if part.parquet else []
        assert as_errors(part.findings) == whole.findings
        assert [row for _, row in read] == whole.rows


def test_canonical_lines_are_read_fast(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def parse_strictly(*args: object) -> None:
        raise AssertionError("read strictly")

    monkeypatch.setattr(csv_block_parser.CsvBlockParser, "_parse_strictly", parse_strictly)
    monkeypatch.setattr(csv_block_parser, "BLOCK_SIZE", 2000)
    for name, table in TABLES.items():
        path = FICTION / "dataset" / "records" / f"{name}.csv"
        rows = [values for _, values in in_blocks(CsvPart.open(path, table, name, tmp_path / "rows.parquet"))]
        assert rows == read_csv_table(path, table, name).rows
