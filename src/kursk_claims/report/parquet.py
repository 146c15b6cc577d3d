"""Render the findings of a report as a Parquet table."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from kursk_claims.report.model import Report

if TYPE_CHECKING:
    import pyarrow

TEXT_COLUMNS = ["rule", "severity", "table", "file", "column", "key", "expected", "found", "fix"]
NUMBER_COLUMNS = ["line", "position", "row", "count"]


def render_parquet(report: Report) -> bytes:
    """Render the table of findings as a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = pa.BufferOutputStream()
    pq.write_table(build_findings_table(report), out, compression="zstd")
    return bytes(out.getvalue())


def build_findings_table(report: Report) -> pyarrow.Table:
    """Build a table with a row per finding, and one per group of unlisted findings.

    `count` is 1 for a listed finding; a row without a `file` counts unlisted ones, so that the sum is the total.
    """
    import pyarrow as pa

    rows: list[dict[str, object]] = [vars(finding) | {"count": 1} for finding in report.findings]
    rows += [asdict(group) for group in report.unlisted_groups()]
    schema = pa.schema([(name, pa.string()) for name in TEXT_COLUMNS] + [(name, pa.int64()) for name in NUMBER_COLUMNS])
    return pa.Table.from_pylist([{name: _to_cell(value) for name, value in row.items()} for row in rows], schema)


def _to_cell(value: object) -> object:
    """Escape what Parquet cannot hold, such as file names that are not UTF-8; an empty text becomes null."""
    return (value.encode("utf-8", "backslashreplace").decode() or None) if isinstance(value, str) else value
