"""Select the outlines of regions for the map of the page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from kursk_claims.errors import WorkspaceError
from kursk_claims.files import read_utf8
from kursk_claims.workspace import Workspace

OUTLINES_FILE = "outlines.geojson"
MARGIN = 1.0  # degrees, so that the neighbours of a region are drawn with it
Point = tuple[float, float]


def select_outlines(workspace: Workspace, places: Iterable[Point]) -> dict[str, Any]:
    """Return, as GeoJSON, the workspace's outlines and borders near the places, which are longitude and latitude in degrees.

    `dataset/outlines.geojson` is optional. A feature is near a place within its bounding box or at most `MARGIN` outside.
    Raises `WorkspaceError` if the file is no GeoJSON.
    """
    path = workspace.root / "dataset" / OUTLINES_FILE
    if not path.is_file():
        return {"type": "FeatureCollection", "features": []}
    points = list(places)
    try:
        features = json.loads(read_utf8(path, WorkspaceError, ""))["features"]
        near = [feature for feature in features if _is_near(list(_list_points(feature["geometry"]["coordinates"])), points)]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise WorkspaceError(f"{path}: expected a GeoJSON FeatureCollection of outlines, found something else") from None
    return {"type": "FeatureCollection", "features": near}


def _list_points(coordinates: Any) -> Iterator[Point]:
    """Yield the points of any geometry: its coordinates are nested lists with pairs of numbers in the innermost."""
    if isinstance(coordinates[0], (int, float)):
        yield coordinates[0], coordinates[1]
    else:
        for part in coordinates:
            yield from _list_points(part)


def _is_near(outline: list[Point], points: list[Point]) -> bool:
    longitudes, latitudes = zip(*outline, strict=True)
    west, east = min(longitudes) - MARGIN, max(longitudes) + MARGIN
    south, north = min(latitudes) - MARGIN, max(latitudes) + MARGIN
    return any(west <= longitude <= east and south <= latitude <= north for longitude, latitude in points)
