"""A contract about something other than claims is validated, built, released and compared as well."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from support import Call

SCHEMA = """\
schema_type: polars_dataframe
name: wells
title: Wells
description: Wells of a village; one row per well.
strict: true
ordered: true
metadata: {primary_key: [well_id]}
columns:
  well_id:
    title: Well
    description: Identifier of the well.
    dtype: String
    str_matches: ^w[0-9]+$
    metadata: {example: w1, bad_example: well}
  latitude:
    title: Latitude
    description: Latitude in WGS 84.
    dtype: Float64
    in_range: {min_value: -90, max_value: 90}
    metadata: {example: 12.5, unit: degree}
  longitude:
    title: Longitude
    description: Longitude in WGS 84.
    dtype: Float64
    in_range: {min_value: -180, max_value: 180}
    metadata: {example: 7.25, unit: degree}
"""
RULES = """\
-- rule: well-in-the-north
-- table: wells  columns: latitude  severity: error
-- says: Every well lies in the north.
-- fix: Correct the latitude.
SELECT well_id, latitude AS found FROM wells WHERE latitude < 0
"""
VIEWS = """\
-- view: northernmost
-- says: The northernmost well.
CREATE VIEW northernmost AS SELECT * FROM wells ORDER BY latitude DESC LIMIT 1;
"""
QUESTIONS = "-- question: count\n-- asks: How many wells are there?\nSELECT count(*) FROM wells\n"
DATASET = "name: wells\ntitle: Wells of a village\nauthors: [The village]\nlicense: {name: CC0-1.0, title: CC0 1.0 Universal}\n"
SECTION = "### [{}] - 2031-01-0{}\n\n- Wells.\n\n"


@pytest.fixture
def wells(tmp_path: Path) -> Path:
    """A workspace with one table about wells."""
    root = tmp_path / "wells"
    files = {
        "dataset/dataset.yaml": DATASET,
        "dataset/README.md": "# Codebook\n\nWells of a village.\n",
        "dataset/records/wells.csv": "well_id,latitude,longitude\nw1,12.5,7.25\nw2,13,7.5\n",
        "schemas/wells.yaml": SCHEMA,
        "schemas/rules.sql": RULES,
        "schemas/views.sql": VIEWS,
        "schemas/questions.sql": QUESTIONS,
        "CHANGELOG.md": f"# Changelog\n\n## Data\n\n{SECTION.format('2.0.0', 2)}{SECTION.format('1.0.0', 1)}",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_other_records_are_released_and_compared(wells: Path, call: Call) -> None:
    outcome = call("release", "1.0.0", "-q", "-w", wells)
    assert (outcome.code, outcome.err) == (0, "")
    release = wells / "build" / "1.0.0"
    assert sorted(path.name for path in release.glob("*parquet")) == ["northernmost.parquet", "wells.geoparquet", "wells.parquet"]
    assert b'"bbox": [7.25, 12.5, 7.5, 13.0]' in pq.read_schema(release / "wells.geoparquet").metadata[b"geo"]
    assert not (release / "LICENSE-DATA").exists()
    records = wells / "dataset" / "records" / "wells.csv"
    records.write_text("well_id,latitude,longitude\nw2,13,8\n", encoding="utf-8")
    assert call("release", "2.0.0", "-q", "-w", wells).code == 0
    assert call("verify", "-q", "-w", wells).out == "1.0.0: the same bytes in 3 files\n2.0.0: the same bytes in 3 files\n"
    assert call("diff", "1.0.0", "2.0.0", "-q", "-w", wells).out.splitlines() == [
        "major  wells: 1 row removed",
        "patch  wells: 1 row changed",
        "  removed  wells well_id=w1",
        "  changed  wells well_id=w2: longitude was “7.5”, is “8.0”",
        "step: major",
    ]
    markdown = call("diff", "1.0.0", "2.0.0", "-q", "-w", wells, "--format", "markdown").out
    assert markdown.startswith(
        "#### Changed\n\n- `wells` `well_id=w2`: `longitude` was “7\\.5”, is “8\\.0”\n\n#### Removed\n\n- "
    )
    assert markdown.endswith("\n\nStep: major\n")


def test_a_page_needs_claims(wells: Path, call: Call, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    outcome = call("explore", "-q", "-o", tmp_path / "page.html", "-w", wells)
    assert outcome.code == 2
    assert outcome.err == "kursk-claims: the page shows claims, but there is no table or view attributions in the records\n"
