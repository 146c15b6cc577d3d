"""Select the outlines of regions for the map of the page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

OUTLINES_FILE = Path(__file__).parent / "outlines.geojson"
MARGIN = 1.0  # degrees, so that the neighbours of a region are drawn with it
Point = tuple[float, float]


def select_outlines(places: Iterable[Point]) -> dict[str, Any]:
    """Return, as GeoJSON, the outlines near the places, which are longitude and latitude in degrees.

    An outline is near a place within its bounding box or at most `MARGIN` outside.
    """
    collection: dict[str, Any] = json.loads(OUTLINES_FILE.read_text(encoding="utf-8"))
    points = list(places)
    selected = [feature for feature in collection["features"] if _is_near(feature["geometry"]["coordinates"][0], points)]
    return {"type": "FeatureCollection", "features": selected}


def _is_near(ring: list[Point], points: list[Point]) -> bool:
    longitudes, latitudes = zip(*ring, strict=True)
    west, east = min(longitudes) - MARGIN, max(longitudes) + MARGIN
    south, north = min(latitudes) - MARGIN, max(latitudes) + MARGIN
    return any(west <= longitude <= east and south <= latitude <= north for longitude, latitude in points)
