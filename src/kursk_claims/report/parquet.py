"""Render the findings of a report as a Parquet table."""

from __future__ import annotations

from dataclasses import asdict

from kursk_claims.report.model import Report

TEXT_COLUMNS = ["rule", "severity", "table", "file", "column", "key", "expected", "found", "fix"]
NUMBER_COLUMNS = ["line", "position", "row", "count"]


def render_parquet(report: Report) -> bytes:
    """Render a Parquet file with a row per finding, and one per group of unlisted findings.

    `count` is 1 for a listed finding; a row without a `file` counts unlisted ones, so that the sum is the total.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows: list[dict[str, object]] = [vars(finding) | {"count": 1} for finding in report.findings]
    rows += [asdict(group) for group in report.unlisted_groups()]
    schema = pa.schema([(name, pa.string()) for name in TEXT_COLUMNS] + [(name, pa.int64()) for name in NUMBER_COLUMNS])
    table = pa.Table.from_pylist([{name: _to_cell(value) for name, value in row.items()} for row in rows], schema)
    out = pa.BufferOutputStream()
    pq.write_table(table, out, compression="zstd")
    return bytes(out.getvalue())


def _to_cell(value: object) -> object:
    """Escape what Parquet cannot hold, such as file names that are not UTF-8; an empty text becomes null."""
    return (value.encode("utf-8", "backslashreplace").decode() or None) if isinstance(value, str) else value
