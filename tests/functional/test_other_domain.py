"""A contract about something other than claims is validated, built, released and compared as well."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from support import Call, Copy


def test_other_records_are_released_and_compared(wells: Copy, call: Call) -> None:
    outcome = call("release", "1.0.0", "-q", "-w", wells.root)
    assert (outcome.code, outcome.err) == (0, "")
    release = wells.root / "build" / "1.0.0"
    assert sorted(path.name for path in release.glob("*parquet")) == ["northernmost.parquet", "wells.geoparquet", "wells.parquet"]
    assert b'"bbox": [7.25, 12.5, 7.5, 13.0]' in pq.read_schema(release / "wells.geoparquet").metadata[b"geo"]
    assert not (release / "LICENSE-DATA").exists()
    records = wells.root / "dataset" / "records" / "wells.csv"
    records.write_text("well_id,latitude,longitude\nw2,13,8\n", encoding="utf-8")
    assert call("release", "2.0.0", "-q", "-w", wells.root).code == 0
    verified = [line.partition(", manifest")[0] for line in call("verify", "-q", "-w", wells.root).out.splitlines()]
    assert verified == ["1.0.0: the same bytes in 3 files", "2.0.0: the same bytes in 3 files"]
    assert call("diff", "1.0.0", "2.0.0", "-q", "-w", wells.root).out.splitlines() == [
        "major  wells: 1 row removed",
        "patch  wells: 1 row changed",
        "  removed  wells well_id=w1",
        "  changed  wells well_id=w2: longitude was “7.5”, is “8.0”",
        "step: major",
    ]
    markdown = call("diff", "1.0.0", "2.0.0", "-q", "-w", wells.root, "--format", "markdown").out
    assert markdown.startswith(
        "#### Changed\n\n- `wells` `well_id=w2`: `longitude` was “7\\.5”, is “8\\.0”\n\n#### Removed\n\n- "
    )
    assert markdown.endswith("\n\nStep: major\n")


def test_a_page_needs_claims(wells: Copy, call: Call, tmp_path: Path) -> None:
    outcome = call("explore", "-q", "-o", tmp_path / "page.html", "-w", wells.root)
    assert outcome.code == 2
    assert outcome.err == "kursk-claims: the page shows claims, but there is no table or view claims in the records\n"
