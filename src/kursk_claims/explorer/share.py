"""Draw the picture that goes with a shared link: the claims in the order of the text, by whose voice carries them."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from kursk_claims.errors import WorkspaceError
from kursk_claims.explorer.html import describe_headline, find_objections, list_in_text_order, open_templates, to_rows
from kursk_claims.outputs import check_new_file

COLOURS = {"named": "#1f5fae", "document": "#8b939c", "generic": "#a66a00", "nobody": "#b3243f"}
VOICES = {"named": "a named source", "document": "the document itself", "generic": "a generic group", "nobody": "no named source"}
SPECIFICITY = {"generic": "generic", "anonymous": "nobody"}
LEFT, TOP, RIGHT, BOTTOM = 60, 215, 1140, 545
WIDTH = 50  # characters of the headline in a line
START = b'<svg class="picture-of-claims" '
CELL = (24, 44)  # width and height of a cell
SCALES = (2, 1.5, 1.25, 1, 0.75, 0.5, 0.25, 0.1, 0.04)  # the first at which all claims fit


def check_picture(picture: Path, page: Path) -> None:
    """Refuse to write the picture over the page or over a file that is no such picture. Raises `WorkspaceError`."""
    if picture == page:
        raise WorkspaceError(f"{page}: its picture would have the same name. Name the page {page.with_suffix('.html')}.")
    check_new_file(picture)
    if picture.exists() and not picture.read_bytes().startswith(START):
        raise WorkspaceError(
            f"{picture}: expected a picture of a page or no file, found another file. Give the page another name."
        )


def render_picture(payload: dict[str, Any], title: str | None = None) -> str:
    """Return the picture of a payload as SVG of 1200 by 630 pixels, the size that sites show for a link."""
    tables = payload["tables"]
    steps: dict[str, int] = {}
    for row in to_rows(tables["attributions"]):
        steps[row["claim_id"]] = max(row["step"], steps.get(row["claim_id"], 0))
    rows = list_in_text_order(tables)
    denied, differs = find_objections(tables)
    scale = next(scale for scale in SCALES if _place(rows, scale)[-1][1] + CELL[1] * scale <= BOTTOM or scale == SCALES[-1])
    cells = [
        {"x": x, "y": y, "voice": voice, "denied": row["claim_id"] in denied, "differs": row["claim_id"] in differs}
        for row, (x, y) in zip(rows, _place(rows, scale), strict=True)
        if y <= BOTTOM
        for voice in ["document" if not steps.get(row["claim_id"]) else SPECIFICITY.get(row["origin_specificity"], "named")]
    ]
    headline = title or describe_headline(payload)
    return (
        open_templates()
        .get_template("share.svg.j2")
        .render(
            headline=headline,
            lines=textwrap.wrap(headline, WIDTH, max_lines=2, placeholder=" …") or [headline],
            subtitle=payload["about"]["title"],
            cells=cells,
            width=CELL[0] * scale,
            height=CELL[1] * scale,
            colours=COLOURS,
            fills={voice: colour if voice == "named" else f"url(#{voice})" for voice, colour in COLOURS.items()},
            voices={voice: words for voice, words in VOICES.items() if any(cell["voice"] == voice for cell in cells)},
        )
    )


def _place(rows: list[dict[str, Any]], scale: float) -> list[tuple[float, float]]:
    """Return the left upper corner of each cell, in lines, with a gap between paragraphs."""
    places, x, y, before = [], float(LEFT), float(TOP), None
    for row in rows:
        if before is not None and (before["doc_id"], before["paragraph"]) != (row["doc_id"], row["paragraph"]):
            x += 12 * scale
        if x + CELL[0] * scale > RIGHT:
            x, y = LEFT, y + (CELL[1] + 18) * scale
        places.append((round(x, 1), round(y, 1)))
        x += (CELL[0] + 2) * scale
        before = row
    return places or [(LEFT, TOP)]
