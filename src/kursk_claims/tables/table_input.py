"""A table to check: its files, and where each row is."""

from __future__ import annotations

import bisect
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kursk_claims.contract.model import Table
from kursk_claims.report.model import Fault, Finding

if TYPE_CHECKING:
    from kursk_claims.tables.batch import Batch


class InputPart(Protocol):
    """One file of a table: its rows in batches, and the place of each row.

    `parquet` holds the rows once all batches are read; None if none of the file can be read, or if the table is in memory.
    `is_complete` is false if some rows could not be read. `needs_text_check` is true if the text hygiene of its cells is not
    checked yet.
    """

    name: str
    parquet: Path | None
    is_complete: bool
    needs_text_check: bool

    @property
    def rows(self) -> int:
        """Number of rows, known once all batches are read."""

    @property
    def expected_rows(self) -> int:
        """Estimated number of rows, for progress bars."""

    @property
    def size(self) -> int:
        """The size of the file in bytes."""

    @property
    def is_converted(self) -> bool:
        """Whether the rows are written anew while they are read, with the types of the contract."""

    @property
    def findings(self) -> list[Finding]:
        """What is wrong with the file as a whole."""

    def batches(self) -> Iterator[Batch]:
        """Yield the rows with the contract's types."""

    def locate(self, fault: Fault, row: int) -> Finding:
        """Convert a fault at a row, counted from 0, to a finding."""

    def describe_row(self, row: int) -> str:
        """Describe a row for people, such as `line 5`."""

    def unreadable_finding(self, error: Exception) -> Finding:
        """Convert an error while reading to a finding."""


@dataclass
class TableInput:
    """A table to check: its parts and the number of each part's first row.

    `memory_rows` holds the rows of a table in memory; its only part then has no Parquet file.
    """

    table: Table
    parts: list[InputPart] = field(default_factory=list)
    first_rows: list[int] = field(default_factory=list)
    memory_rows: Sequence[Sequence[Any]] | None = None

    @property
    def rows(self) -> int:
        """Number of rows, known once all batches are read."""
        return sum(part.rows for part in self.parts)

    @property
    def expected_rows(self) -> int:
        """Estimated number of rows, for progress bars."""
        return sum(part.expected_rows for part in self.parts)

    def next_part(self) -> int:
        """Advance to the next part and return the number of its first row."""
        self.first_rows.append(sum(part.rows for part in self.parts[: len(self.first_rows)]))
        return self.first_rows[-1]

    def parquet_files(self) -> list[tuple[Path, int]]:
        """Return the readable Parquet files, each with the number of its first row."""
        pairs = zip(self.parts, self.first_rows, strict=True)
        return [(part.parquet, first) for part, first in pairs if part.parquet is not None]

    def locate(self, fault: Fault) -> Finding:
        """Convert a fault, whose rows count through all parts, to a finding."""
        part, row = self._find_part(fault.row)
        if fault.first is not None:
            other, first = self._find_part(fault.first)
            place = other.describe_row(first) + ("" if other is part else f" of {other.name}")
            fault = replace(fault, found=f"{fault.found}, also in {place}")
        return part.locate(fault, row)

    def _find_part(self, row: int) -> tuple[InputPart, int]:
        index = bisect.bisect_right(self.first_rows, row) - 1
        return self.parts[index], row - self.first_rows[index]


def open_table_input(files: Sequence[Path], table: Table, scratch: Path, names: Mapping[Path, str]) -> TableInput:
    """Open the files of a table; what is not Parquet with the contract's types is written to `scratch` as such.

    `names` has the names in findings of files that have another than their path.
    """
    parts = [open_part(path, table, scratch / f"{table.name}-{number}", names.get(path, "")) for number, path in enumerate(files)]
    return TableInput(table, parts)


def open_part(path: Path, table: Table, scratch: Path, name: str = "") -> InputPart:
    """Open one file of a table; `scratch` is the beginning of names for converted files, `name` its name in findings."""
    from kursk_claims.tables.compression import unpack
    from kursk_claims.tables.csv_blocks import CsvPart
    from kursk_claims.tables.csv_lines import CsvLines
    from kursk_claims.tables.file_names import parse_file_name
    from kursk_claims.tables.parquet_reader import ParquetPart

    name = name or display_path(path)
    parts = parse_file_name(path)
    assert parts is not None
    converted = scratch.with_suffix(".parquet")
    if not parts.separator:
        parquet_part = ParquetPart.open(path, table, name, converted)
        parquet_part.findings = [_explain_partition(finding, path, table) for finding in parquet_part.findings]
        return parquet_part
    if parts.compression:
        unpacked = scratch.with_suffix(".csv")
        finding = unpack(path, parts.compression, unpacked, name, table.name)
        if finding is not None:
            return CsvPart(table, name, path, CsvLines(path, "\n"), findings=[finding], is_complete=False)
    else:
        unpacked = path
    csv_part = CsvPart.open(unpacked, table, name, converted, parts.separator)
    csv_part.findings = [_explain_partition(finding, path, table) for finding in csv_part.findings]
    return csv_part


def _explain_partition(finding: Finding, path: Path, table: Table) -> Finding:
    """Return the finding about a header, with the reason if a missing column is in the name of a folder."""
    names = [part.partition("=")[0] for part in path.absolute().parts if "=" in part]
    columns = [name for name in names if name in table.column_names]
    if finding.rule != "header" or not columns:
        return finding
    fix = f"Write the files without partitions: {', '.join(columns)} is in the name of a folder, not in the file."
    return replace(finding, fix=fix)


def open_workspace_input(path: Path, table: Table) -> TableInput:
    """Read a small CSV file into memory, strictly and at once."""
    from kursk_claims.tables.csv_reader import read_csv_table
    from kursk_claims.tables.csv_table_part import CsvTablePart

    rows = read_csv_table(path, table, display_path(path))
    return TableInput(table, [CsvTablePart(rows)], memory_rows=rows.rows)


def display_path(path: Path) -> str:
    """Return the path relative to the current folder if it is below it."""
    return os.path.relpath(path) if path.absolute().is_relative_to(Path.cwd()) else str(path)
