"""Render the findings of a report as a Parquet table."""

from __future__ import annotations

from dataclasses import asdict

from kursk_claims.report.model import Report

TEXT_COLUMNS = ["rule", "severity", "table", "file", "column", "key", "expected", "found", "fix"]
NUMBER_COLUMNS = ["line", "position", "row"]


def render_parquet(report: Report) -> bytes:
    """A Parquet file with a row per finding, and one per rule of which more was found than is listed.

    `count` is 1 for a finding that is listed; a row without a `file` counts those that are not, so that the sum is all.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows: list[dict[str, object]] = [asdict(finding) | {"count": 1} for finding in report.findings]
    for (severity, table, rule), count in sorted(report.hidden.items()):
        rows.append({"severity": severity, "table": table, "rule": rule, "count": count})
    schema = pa.schema(
        [(name, pa.string()) for name in TEXT_COLUMNS] + [(name, pa.int64()) for name in [*NUMBER_COLUMNS, "count"]]
    )
    table = pa.Table.from_pylist([{name: _valid_unicode(value) for name, value in row.items()} for row in rows], schema)
    out = pa.BufferOutputStream()
    pq.write_table(table, out, compression="zstd")
    return bytes(out.getvalue())


def _valid_unicode(value: object) -> object:
    """Names of files may hold bytes that are no UTF-8, which Parquet has no room for; nothing said is an empty cell."""
    return (value.encode("utf-8", "backslashreplace").decode() or None) if isinstance(value, str) else value
